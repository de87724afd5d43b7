/* Failures of handlers: counted, kept as the last one, and reported to on_error or on stderr. */
#include "base/os.h"
#include "base/thread.h"
#include "handlers/handler.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Reports of one handler's errors are at least this far apart. */
#define REPORT_NS 1000000000

void (*rl_handlers_on_error)(const char *message, void *context);
void *rl_handlers_on_error_context;

static uint64_t errors_counted;  /* atomic, relaxed */
static bool errors_not_reported; /* atomic, relaxed */

uint64_t rl_handlers_errors(void)
{
    return __atomic_load_n(&errors_counted, __ATOMIC_RELAXED);
}

void ringlog_set_raise_errors(bool raise)
{
    rl_config_wait();
    __atomic_store_n(&errors_not_reported, !raise, __ATOMIC_RELAXED);
}

bool rl_handlers_raise_errors(void)
{
    return !__atomic_load_n(&errors_not_reported, __ATOMIC_RELAXED);
}

void rl_handlers_report(const char *message)
{
    if (rl_handlers_on_error != NULL) {
        rl_handlers_on_error(message, rl_handlers_on_error_context);
        return;
    }
    char text[512];
    const int length = snprintf(text, sizeof text, "--- Logging error ---\n%s\n", message);
    if (length > 0 && write(STDERR_FILENO, text, strnlen(text, sizeof text)) < 0)
        return; /* nowhere left to tell */
}

static pthread_mutex_t *report_mutex;

/* Keeps the text, and says whether it is time for a report; `*more` is then the number of errors
 * not reported before (NULL: it is reported in any case). An isolated handler fails on its own
 * thread and on the writer's: one at a time. */
static bool keep_error(struct ringlog_handler *handler, const char *text, uint64_t *more)
{
    const int64_t now = rl_monotonic_ns();
    pthread_mutex_lock(rl_fork_proof_mutex(&report_mutex));
    snprintf(handler->last_error, sizeof handler->last_error, "%s", text);
    const bool due = handler->reported_ns == 0 || now - handler->reported_ns >= REPORT_NS;
    if (more != NULL) {
        *more = handler->unreported;
        handler->unreported = due ? 0 : handler->unreported + 1;
        handler->reported_ns = due ? now : handler->reported_ns;
    }
    pthread_mutex_unlock(rl_fork_proof_mutex(&report_mutex));
    return due;
}

/* A failure to be counted, kept as the last one, and reported. Reports on stderr, and of attempts
 * that are repeated, keep their distance. */
struct failure {
    int error;
    const char *what; /* was tried, or "" */
    const char *text;
    bool repeated;
};

static void fail(struct ringlog_handler *handler, struct failure failure)
{
    __atomic_fetch_add(&errors_counted, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&handler->counts.errors, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&handler->counts.last_errno, failure.error, __ATOMIC_RELAXED);
    const bool each = rl_handlers_on_error != NULL && !failure.repeated;
    uint64_t more = 0;
    const bool due = keep_error(handler, failure.text, each ? NULL : &more);
    if ((!due && !each) || !rl_handlers_raise_errors())
        return;
    char message[400], count[48] = "";
    if (more != 0)
        snprintf(count, sizeof count, " (and %llu more)", (unsigned long long)more);
    snprintf(message, sizeof message, "ringlog: %s handler: %.120s%s%.160s%s", handler->ops->kind,
             failure.what, *failure.what == '\0' ? "" : ": ", failure.text, count);
    rl_handlers_report(message);
}

void rl_handler_error(struct ringlog_handler *handler, int error, const char *what)
{
    fail(handler, (struct failure){error, what, strerrordesc_np(error), false});
}

void rl_handler_error_text(struct ringlog_handler *handler, int error, const char *text)
{
    fail(handler, (struct failure){error, "", text, false});
}

void rl_handler_attempt_failed(struct ringlog_handler *handler, int error, const char *what)
{
    fail(handler, (struct failure){error, what, strerrordesc_np(error), true});
}

void rl_handler_last_error(const struct ringlog_handler *handler, char *text, size_t bytes)
{
    pthread_mutex_lock(rl_fork_proof_mutex(&report_mutex));
    snprintf(text, bytes, "%s", handler->last_error);
    pthread_mutex_unlock(rl_fork_proof_mutex(&report_mutex));
}
