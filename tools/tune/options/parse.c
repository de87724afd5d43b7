#include "exit.h"
#include "options/options.h"
#include "output/complain.h"
#include "record.h"
#include "shared/colour.h"
#include "shared/known_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what only all of them together tell ---- */

static bool check_folder(const struct options *options)
{
    struct stat status;
    if (options->null)
        return true;
    if (stat(options->folder, &status) != 0) {
        complain("--folder %s: %s", options->folder, strerror(errno));
        return false;
    }
    if (!S_ISDIR(status.st_mode)) {
        complain("--folder %s: it is not a folder", options->folder);
        return false;
    }
    if (access(options->folder, W_OK | X_OK) != 0) {
        complain("--folder %s: %s; say --folder where you may write, or --null", options->folder,
                 strerror(errno));
        return false;
    }
    return true;
}

static bool check_together(const struct options *options)
{
    const struct load *load = &options->load;
    const char *wrong = NULL;
    if (load->burst_rate > 0 && load->burst == 0)
        wrong = "--burst-rate is for --burst";
    else if (options->format != NULL && options->has_bytes)
        wrong = "--bytes and --format say the same thing: give one of them";
    else if (options->null && options->folder != NULL)
        wrong = "--folder and --null are two places to write to: give one of them";
    else if (options->check && !options->has_rate)
        wrong = "--check runs a load: say --rate";
    else if (!options->check && (options->ring_bytes != 0 || options->flush_interval_us != 0))
        wrong = "--ring-bytes and --flush-interval are for --check";
    else if (!options->has_rate && load->burst > 0)
        wrong = "--burst comes on top of --rate: say that too";
    if (wrong != NULL)
        complain("%s", wrong);
    return wrong == NULL;
}

static bool take_examples(struct options *options, int argc, char **argv)
{
    const size_t count = (size_t)(argc - optind);
    const char *why;
    if (options->format == NULL) {
        if (count != 0)
            complain("%s: nothing but options is expected here; examples are for --format",
                     argv[optind]);
        return count == 0;
    }
    uint64_t *bytes = &options->load.argument_bytes;
    if (!record_argument_bytes(options->format, argv + optind, count, bytes, &options->guessed,
                               &why)) {
        complain("--format \"%s\": %s", options->format, why);
        return false;
    }
    if (*bytes > RECORD_MOST_ARGUMENT_BYTES) {
        complain("--format: %llu bytes of arguments are too many: at most %d",
                 (unsigned long long)*bytes, RECORD_MOST_ARGUMENT_BYTES);
        return false;
    }
    return true;
}

bool options_parse(struct options *options, int argc, char **argv, int *code)
{
    *options = (struct options){
        .load = {.argument_bytes = 32, .threads = 1, .stall_ms = 100, .delay_ms = 1},
        .seconds = 1,
        .colour = out_is_coloured(),
    };
    *code = EXIT_USAGE;
    bool answered;
    const bool taken = known_options_take(options, argc, argv, &answered);
    if (answered)
        *code = fflush(stdout) == 0 ? EXIT_GOOD : EXIT_FAILED;
    if (!taken || !check_together(options) || !take_examples(options, argc, argv))
        return false;
    if (options->folder == NULL && !options->null)
        options->folder = ".";
    return check_folder(options);
}
