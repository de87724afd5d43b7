#include "lttng_session.h"

#include <dirent.h>
#include <lttng/lttng.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHANNEL    "bench"
#define SUBBUFFERS 4
/* How long the daemon may take to come up. */
#define DAEMON_TRIES 500
#define TRY_NS       10000000
#define PENDING_NS   1000000

static char session[64];
static pid_t own_daemon;

static int fail(const char *what, int error)
{
    fprintf(stderr, "LTTng: %s: %s\n", what, lttng_strerror(error));
    return -1;
}

/* ---- the daemon -------------------------------------------------------------------------------*/

static void end_daemon(void)
{
    lttng_destroy_session(session);
    if (own_daemon > 0) {
        kill(own_daemon, SIGTERM);
        waitpid(own_daemon, NULL, 0);
    }
}

/* A child that runs in the foreground: it ends with us. Its consumer inherits where it may run. */
static int start_daemon(void)
{
    own_daemon = fork();
    if (own_daemon == 0) {
        execlp("lttng-sessiond", "lttng-sessiond", "--no-kernel", "--quiet", (char *)NULL);
        perror("lttng-sessiond");
        _exit(1);
    }
    for (int tries = 0; tries < DAEMON_TRIES; tries++) {
        if (lttng_session_daemon_alive() == 1)
            return 0;
        clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = TRY_NS}, NULL);
    }
    fputs("LTTng: lttng-sessiond does not come up\n", stderr);
    return -1;
}

/* ---- the session ------------------------------------------------------------------------------*/

static int enable_channel(struct lttng_handle *handle, struct lttng_domain *domain,
                          size_t ring_bytes)
{
    struct lttng_channel *channel = lttng_channel_create(domain);
    if (channel == NULL)
        return -1;
    strcpy(channel->name, CHANNEL);
    channel->attr.overwrite = 0;
    channel->attr.subbuf_size = ring_bytes / SUBBUFFERS;
    channel->attr.num_subbuf = SUBBUFFERS;
    lttng_channel_set_blocking_timeout(channel, -1);
    const int result = lttng_enable_channel(handle, channel);
    lttng_channel_destroy(channel);
    return result < 0 ? fail("channel", result) : 0;
}

static int enable_events(struct lttng_handle *handle)
{
    struct lttng_event_context context = {.ctx = LTTNG_EVENT_CONTEXT_VTID};
    struct lttng_event event = {.type = LTTNG_EVENT_TRACEPOINT, .name = "bench:*"};
    int result = lttng_add_context(handle, &context, NULL, CHANNEL);
    if (result >= 0)
        result = lttng_enable_event(handle, &event, CHANNEL);
    return result < 0 ? fail("events", result) : 0;
}

static int open_session(const struct peer_options *options)
{
    char url[4096];
    snprintf(session, sizeof session, "bench-peers-%d", (int)getpid());
    snprintf(url, sizeof url, "file://%s", options->path);
    int result = lttng_create_session(session, url);
    if (result < 0)
        return fail(options->path, result);
    struct lttng_domain domain = {.type = LTTNG_DOMAIN_UST, .buf_type = LTTNG_BUFFER_PER_UID};
    struct lttng_handle *handle = lttng_create_handle(session, &domain);
    if (handle == NULL)
        return -1;
    if (enable_channel(handle, &domain, options->ring_bytes) < 0 || enable_events(handle) < 0)
        return -1;
    lttng_destroy_handle(handle);
    result = lttng_start_tracing(session);
    return result < 0 ? fail("start", result) : 0;
}

int lttng_session_start(const struct peer_options *options)
{
    if (getenv("LTTNG_UST_ALLOW_BLOCKING") == NULL) {
        fputs("LTTng waits for room only with LTTNG_UST_ALLOW_BLOCKING=1 in the environment\n",
              stderr);
        return -1;
    }
    if (options->path[0] != '/' || strcmp(options->path, "/dev/null") == 0) {
        fputs("LTTng writes into a folder: --path with a whole path\n", stderr);
        return -1;
    }
    if (lttng_session_daemon_alive() != 1 && start_daemon() < 0)
        return -1;
    atexit(end_daemon);
    return open_session(options);
}

/* lttng_stop_tracing() would look every 200 ms whether all is written. */
int lttng_session_stop(void)
{
    int result = lttng_stop_tracing_no_wait(session);
    while (result >= 0 && (result = lttng_data_pending(session)) > 0)
        clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = PENDING_NS}, NULL);
    return result < 0 ? fail("stop", result) : 0;
}

/* ---- what it costs ----------------------------------------------------------------------------*/

/* utime and stime of a process by that name, clock ticks; 0: it is another one. */
static unsigned long ticks_of(const char *process, const char *name)
{
    char path[300], command[64];
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", process);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    const int found =
        fscanf(file, "%*d (%63[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", command,
               &user, &kernel);
    fclose(file);
    return found == 3 && strcmp(command, name) == 0 ? user + kernel : 0;
}

double lttng_session_cpu(void)
{
    unsigned long ticks = 0;
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        return 0;
    for (struct dirent *process; (process = readdir(processes)) != NULL;)
        if (process->d_name[0] >= '1' && process->d_name[0] <= '9')
            ticks += ticks_of(process->d_name, "lttng-consumerd");
    closedir(processes);
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}
