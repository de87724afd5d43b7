/* logdump: binary logs to something that people, or other programs, can read.
 *
 *     options/    what is asked for
 *     input/      files, and the order in which their records come
 *     select/     which of them
 *     output/     lines of text, and other formats
 *     insight/    figures instead of records */
#include "exit.h"
#include "input/merge.h"
#include "input/tail.h"
#include "input/times.h"
#include "insight/count.h"
#include "insight/histogram.h"
#include "insight/report.h"
#include "insight/stats.h"
#include "insight/summary.h"
#include "insight/verify.h"
#include "options/options.h"
#include "output/chrome.h"
#include "output/csv.h"
#include "output/ctf/trace.h"
#include "output/gaps.h"
#include "output/out.h"
#include "output/progress.h"
#include "output/text.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define FOLLOW_EVERY_MS 100

struct run {
    const struct options *options;
    struct merge merge;
    struct sink *sink;
    bool wants_unmatched;
    bool by_many; /* all records are printed, as the reader has them */
    bool matched, damaged;
    uint64_t taken;
    uint64_t behind; /* items since the last one of --head */
};

static struct sink *new_sink(const struct options *options)
{
    switch (options->output) {
    case OUTPUT_CSV:
        return lines_sink_new(csv_maker_new(options->columns, options->raw), &options->lines);
    case OUTPUT_CTF:
        return ctf_sink_new(options->target);
    case OUTPUT_CHROME:
        return chrome_sink_new(options->duration);
    case OUTPUT_COUNT:
        return count_sink_new();
    case OUTPUT_VERIFY:
        return verify_sink_new();
    case OUTPUT_STATS:
        return stats_sink_new(options);
    case OUTPUT_HISTOGRAM:
        return histogram_sink_new(options);
    case OUTPUT_SUMMARY:
        return summary_sink_new(options);
    case OUTPUT_REPORT:
        return report_sink_new(options);
    default:
        return lines_sink_new(text_maker_new(options->colour), &options->lines);
    }
}

static uint64_t position_of(void *merge)
{
    return merge_position(merge);
}

static bool has_all(const struct run *run)
{
    return run->options->head != 0 && run->taken >= run->options->head;
}

static void pass_on(struct run *run, struct item *item)
{
    const enum ringlog_reader_kind kind = item->record->kind;
    if (kind == RINGLOG_READER_RECORD || kind == RINGLOG_READER_LOSS) {
        const bool behind = has_all(run);
        run->behind += behind;
        item->matched = !behind && filter_takes(run->options->filter, item);
        const bool counts = item->matched && kind == RINGLOG_READER_RECORD;
        run->matched |= counts;
        run->taken += counts;
        if (item->matched || run->wants_unmatched)
            run->sink->take(run->sink, item);
        return;
    }
    if (kind == RINGLOG_READER_GAP || kind == RINGLOG_READER_MISSING) {
        run->damaged = true;
        gaps_tell(item);
    }
    if (run->sink->note != NULL)
        run->sink->note(run->sink, item);
}

/* The item and what comes behind it, if nobody looks at each. Returns how many that were; 0: the
 * item is to be passed on by itself. */
static uint64_t pass_on_many(struct run *run, const struct item *item)
{
    const char *text;
    size_t length;
    uint64_t count;
    if (!run->by_many || item->record->kind != RINGLOG_READER_RECORD)
        return 0;
    if (ringlog_reader_lines(item->reader, merge_until(&run->merge), &text, &length, &count) < 0) {
        complain("%s", ringlog_last_error());
        return 1;
    }
    run->sink->take_text(run->sink, text, length);
    run->matched = true;
    return count;
}

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static void expect_interrupts(const struct sink *sink)
{
    /* Once: who interrupts it twice does not want to wait. */
    const struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    if (sink->ends_well)
        sigaction(SIGINT, &action, NULL);
}

static bool has_enough(const struct run *run)
{
    return interrupted || (has_all(run) && run->behind >= run->options->lines.after);
}

/* All that is there by now. */
static void read_all(struct run *run)
{
    struct item item;
    uint64_t passed = 0;
    for (;;) {
        /* What has been printed so far is on its way before it waits for more. */
        if (!merge_is_buffered(&run->merge))
            out_flush();
        progress_tick(passed, position_of, &run->merge);
        if (has_enough(run) || !merge_next(&run->merge, &item))
            return;
        passed = pass_on_many(run, &item);
        if (passed == 0) {
            pass_on(run, &item);
            passed = 1;
        }
    }
}

/* False: nobody reads what is printed any more. */
static bool wait_a_little(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};
    return poll(&out, 1, FOLLOW_EVERY_MS) <= 0;
}

static void follow(struct run *run)
{
    if (run->sink->pause != NULL)
        run->sink->pause(run->sink);
    while (!has_enough(run) && merge_may_grow(&run->merge)) {
        out_flush();
        if (merge_resume(&run->merge))
            read_all(run);
        else if (!wait_a_little())
            return;
    }
}

static int finish(struct run *run, bool all_found)
{
    progress_hide();
    const int code = run->sink->end(run->sink);
    const bool unreadable = !all_found || merge_any_unreadable(&run->merge);
    out_flush();
    gaps_sum_up();
    merge_end(&run->merge);
    if (unreadable || code == EXIT_UNREADABLE)
        return EXIT_UNREADABLE;
    if (run->damaged)
        return EXIT_DAMAGED;
    if (code != EXIT_FOUND)
        return code;
    return run->matched ? EXIT_FOUND : EXIT_NOTHING;
}

/* What only the files can tell of what is asked for. */
static bool settle_times(struct options *options, const struct files *files)
{
    int64_t first_ns, last_ns;
    const char *why;
    if (options->when.from_end) {
        if (!times_of(files, &first_ns, &last_ns, &why)) {
            complain("--from-end: the last record cannot be known: %s", why);
            return false;
        }
        if (!options_find_times(options, last_ns))
            return false;
    }
    if (options->lines.none)
        options->setup.selection.last_records = 1;
    if (options->lines.tail != 0)
        tail_narrow(files, &options->setup, options->filter, options->lines.tail);
    return true;
}

static int dump(struct options *options)
{
    struct files files;
    const bool all_found = files_find(&files, options->names, options->rotated);
    if (!settle_times(options, &files)) {
        files_free(&files);
        return EXIT_UNREADABLE;
    }
    struct run run = {
        .options = options,
        .sink = new_sink(options),
        .wants_unmatched = options->lines.before != 0 || options->lines.after != 0,
    };
    run.by_many =
        run.sink->take_text != NULL && options->head == 0 && filter_is_empty(options->filter);
    merge_begin(&run.merge, &files, &options->setup);
    progress_begin(merge_size(&run.merge));
    expect_interrupts(run.sink);
    read_all(&run);
    if (options->setup.follow)
        follow(&run);
    const int code = finish(&run, all_found);
    files_free(&files);
    return code;
}

int main(int argc, char **argv)
{
    struct options options;
    int code;
    if (options_parse(&options, argc, argv, &code)) {
        /* `logdump app.rlog | head` ends with a write that fails, quietly. */
        signal(SIGPIPE, SIG_IGN);
        code = dump(&options);
    }
    options_free(&options);
    /* As the shell expects of a program that was interrupted. */
    if (interrupted)
        raise(SIGINT);
    return code;
}
