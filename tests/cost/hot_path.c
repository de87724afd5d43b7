/* A million INFO records from one thread: nothing allocated, no lock asked for, errno as it was.
 *
 * The two calls of getppid(2) mark where log calls begin and end, for the tracer that watches this
 * program's system calls (system_calls.sh). Every call site of the section is met in it for the
 * first time. */
#include "counted.h"

#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROUNDS                                                                                     \
    250000 /* of four records, 128 bytes: less than half of the ring, if nobody reads              \
            */
#define RING_BYTES (64 << 20)

static const char *coordinator = "basic+udp:host=192.168.1.140,port=12246";

static void log_plain(ringlog_logger *log, int i)
{
    ringlog_info(log, "Starting backup replica garbage collector thread");
    ringlog_info(log, "Opened session with coordinator at %s", coordinator);
    ringlog_info(log, "buffer has consumed %d bytes of extra storage", i);
    ringlog_info(log, "ratio = %0.6lf", i / 3.0);
}

/* What takes the way out of line. */
#define SPECIAL 6
static void log_special(ringlog_logger *log, int i)
{
    ringlog_info(log, "the first %d bytes: %.*s", i % 8, i % 8, coordinator);
    ringlog_info(log, "no string: %s", i < 0 ? coordinator : NULL);
    ringlog_info(log, "a wide string: %ls", L"abc");
    ringlog_info(log, "a pointer: %p", (const void *)coordinator);
    ringlog_log(log, RINGLOG_INFO + i % 2, "a level known at run time: %d", i);
    ringlog_log_text(log, RINGLOG_INFO, coordinator, strlen(coordinator));
    ringlog_debug(log, "not taken: %d", i);
}

static ringlog_logger *start(void)
{
    ringlog_handler *handler;
    if (ringlog_null_handler_new(&handler) < 0)
        return NULL;
    ringlog_logger_add_handler(ringlog_root(), handler);
    ringlog_handler_unref(handler);
    ringlog_logger *log = ringlog_get_logger("cost");
    ringlog_logger_set_level(log, RINGLOG_INFO);
    if (ringlog_init(&(struct ringlog_options){.ring_bytes = RING_BYTES}) < 0 ||
        ringlog_thread_init() < 0)
        return NULL;
    return log;
}

static int report(const struct counted *before, const struct counted *after, int error,
                  uint64_t expected)
{
    struct ringlog_counts counts;
    ringlog_stats(&counts);
    const unsigned long allocations = after->allocations - before->allocations;
    const unsigned long locks = after->locks - before->locks;
    printf(
        "%llu of %llu records written, %llu calls waited; %lu allocations, %lu locks, errno %d\n",
        (unsigned long long)counts.records_written, (unsigned long long)expected,
        (unsigned long long)counts.blocked_calls, allocations, locks, error);
    return counts.records_written == expected && counts.blocked_calls == 0 && allocations == 0 &&
                   locks == 0 && error == EXFULL
               ? 0
               : 1;
}

int main(void)
{
    ringlog_logger *log = start();
    if (log == NULL) {
        fprintf(stderr, "%s\n", ringlog_last_error());
        return 1;
    }
    uint64_t expected = 0;
    const struct counted before = counted_calls();
    if (before.allocations == 0 || before.locks == 0) {
        fputs("nothing is counted\n", stderr); /* the set-up did both */
        return 1;
    }
    syscall(SYS_getppid);
    errno = EXFULL;
    for (int i = 0; i < ROUNDS; i++, expected += 4)
        log_plain(log, i);
    for (int i = 0; i < 100; i++, expected += SPECIAL)
        log_special(log, i);
    const int error = errno;
    syscall(SYS_getppid);
    const struct counted after = counted_calls();
    ringlog_shutdown(-1);
    return report(&before, &after, error, expected);
}
