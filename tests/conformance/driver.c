/* Runs conformance scenarios against ringlog.
 *
 *     ringlog-conformance FILE...
 *
 * Each scenario runs in a process and an empty directory of its own, and compares there what came
 * out with what was expected. Prints each difference; the last line is "N passed, N failed". The
 * status is 0 when none failed. */
#include "compare.h"
#include "report.h"
#include "run.h"
#include "sinks.h"

#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_MS 120000 /* of one scenario; they take milliseconds */

struct tally {
    unsigned passed, failed;
};

/* Where the scenario is, for when its process can no longer say so. */
static volatile size_t *step;

/* ---- in the scenario's process ---- */

static _Noreturn void run_here(const json_t *scenario, const char *directory, int report_fd)
{
    report_begin(report_fd, text_of(scenario, "id"));
    if (chdir(directory) != 0)
        trouble("%s: %s", directory, strerror(errno));
    const json_t *expected = expectation_of(scenario);
    if (!json_is_object(expected))
        trouble("it expects nothing");
    compare(scenario, expected, run_scenario(scenario, step));
    report_end();
    _exit(report_count() == 0 ? 0 : 1); /* the library's own work at exit is not what is tested */
}

/* ---- in the driver's ---- */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status;
    (void)type;
    (void)at;
    return remove(path);
}

static void print_step(const json_t *scenario, const char *what)
{
    const json_t *at = json_array_get(json_object_get(scenario, "steps"), *step);
    printf("%s: %s in step %zu, %s\n", text_of(scenario, "id"), what, *step,
           at == NULL ? "the end" : text_of(at, "op"));
}

/* Waits for the process, not longer than the limit; prints what it cannot tell itself. */
static bool finish(const json_t *scenario, pid_t child)
{
    struct pollfd end = {.fd = pidfd_open(child, 0), .events = POLLIN};
    if (poll(&end, 1, LIMIT_MS) == 0) {
        print_step(scenario, "took too long");
        kill(child, SIGKILL);
    }
    close(end.fd);
    int status;
    if (waitpid(child, &status, 0) != child)
        return false;
    if (WIFSIGNALED(status))
        print_step(scenario, strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) > 2) /* a sanitizer's */
        print_step(scenario, "ended itself");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void print_report(int fd)
{
    size_t length;
    char *text = text_of_fd(fd, &length);
    fwrite(text, 1, length, stdout);
    free(text);
}

static bool run_scenario_apart(const json_t *scenario)
{
    char directory[] = "/tmp/ringlog-conformance-XXXXXX";
    const int report_fd = memfd_create("report", MFD_CLOEXEC);
    if (report_fd < 0 || mkdtemp(directory) == NULL)
        trouble("%s: %s", directory, strerror(errno));
    *step = 0;
    fflush(NULL);
    const pid_t child = fork();
    if (child < 0)
        trouble("fork: %s", strerror(errno));
    if (child == 0)
        run_here(scenario, directory, report_fd);
    const bool passed = finish(scenario, child);
    print_report(report_fd);
    close(report_fd);
    nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return passed;
}

static void run_file(const char *path, struct tally *tally)
{
    json_t *scenarios = load_scenarios(path);
    if (scenarios == NULL) {
        tally->failed++;
        return;
    }
    for (size_t i = 0; i < json_array_size(scenarios); i++)
        if (run_scenario_apart(json_array_get(scenarios, i)))
            tally->passed++;
        else
            tally->failed++;
    json_decref(scenarios);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE...\n", argv[0]);
        return 2;
    }
    step = mmap(NULL, sizeof *step, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (step == MAP_FAILED)
        trouble("mmap: %s", strerror(errno));
    struct tally tally = {0};
    for (int i = 1; i < argc; i++)
        run_file(argv[i], &tally);
    printf("%u passed, %u failed\n", tally.passed, tally.failed);
    return tally.failed != 0;
}
