/* What every handler is made of, and the contract of a new one.
 *
 * A handler has two sides. `append` runs on the writer's thread, does no I/O, and turns an event
 * into bytes at the end of `out`. `write` does the I/O: it takes bytes from the front of what was
 * appended, on the writer's thread or, isolated, on the handler's own. So a handler is isolated
 * without knowing it, and a slow disk and a slow terminal meet the same code. */
#ifndef RL_HANDLERS_HANDLER_H
#define RL_HANDLERS_HANDLER_H

#include "base/buffer.h"
#include "base/rcu.h"
#include "format/line_format.h"
#include "format/pattern.h"
#include "logger/logger.h"
#include "record/record.h"
#include "ringlog/handlers.h"

#include <sys/types.h>

struct ringlog_formatter {
    struct rl_retired retired;
    uint32_t references; /* atomic */
    struct rl_line_format format; /* the writer's */
};

/* A record as handlers see it, and its parts as line patterns see them. */
struct rl_event {
    struct rl_record *record; /* filters may add fields to it, and nothing else */
    struct rl_line line;
};

struct rl_handler_ops {
    const char *kind;
    bool lines; /* `append` makes lines of text: one that is half written is not given up */
    void (*append)(struct ringlog_handler *handler, const struct rl_event *event);
    /* Takes from the front of `bytes`, which begins where the last call stopped. Returns how many
     * were taken, or a negative errno. */
    ssize_t (*write)(struct ringlog_handler *handler, const char *bytes, size_t length);
    /* The writer has nothing more for now; appends what belongs at the end of a batch. May be
     * NULL. */
    void (*end_batch)(struct ringlog_handler *handler);
    int (*sync)(struct ringlog_handler *handler); /* to the disk; may be NULL */
    /* In a fork child, before it writes or closes. May be NULL. */
    void (*forked)(struct ringlog_handler *handler);
    /* The end: all that was written is out. Frees what `handler` holds, not `handler`. */
    void (*close)(struct ringlog_handler *handler);
};

struct rl_isolation;

struct ringlog_handler {
    struct rl_retired retired;
    const struct rl_handler_ops *ops;
    uint32_t references; /* atomic */
    int level;           /* atomic */
    struct ringlog_formatter *formatter; /* NULL: "%(message)s"; edge rcu */
    struct rl_list *filters;             /* NULL: none; edge rcu */
    uint64_t number;                     /* in order of creation */
    pid_t process;                       /* whose writer appends to it */
    bool closed;                         /* by shutdown: nothing more is written */
    bool left; /* its own thread did not end in time: whatever it may use stays */
    bool dropped; /* appended bytes were given up since `append` last looked; atomic, relaxed */

    /* The writer's. */
    struct rl_buffer out; /* appended, not yet written or handed on */
    uint32_t out_records;
    size_t out_written; /* of a direct handler: bytes at the front that are out already */
    int64_t retry_ns;   /* of a direct handler that failed: when to try again, monotonic */

    /* Records given up because the queue, or what a direct handler may hold, was full, and not yet
     * told in the log; since when. */
    uint64_t untold;
    int64_t untold_since_ns;

    struct rl_isolation *isolation; /* NULL: writes on the writer's thread */

    /* Under the mutex of error reports. */
    int64_t reported_ns; /* when an error was last reported */
    uint64_t unreported;

    /* Figures; atomic, relaxed. */
    struct {
        uint64_t records, bytes, errors, lost, pending;
        int last_errno;
    } counts;
};

/* For constructors: the common part, one reference. `isolate` says whether the default of the
 * options means isolation. 0 or a negative errno. */
int rl_handler_init(struct ringlog_handler *handler, const struct rl_handler_ops *ops,
                    const struct ringlog_isolation_options *options, bool isolate);

/* ---- writer ---- */

/* Gives the event to the handler, if its level and its filters let it. */
void rl_handler_append(struct ringlog_handler *handler, const struct rl_event *event);
/* The same whatever its level. */
void rl_handler_append_any(struct ringlog_handler *handler, const struct rl_event *event);

/* End of a batch: writes or hands on what was appended. */
void rl_handler_end_batch(struct ringlog_handler *handler);

/* A direct handler cannot write and holds as much as it may: nothing more should be drained. */
bool rl_handler_is_stuck(const struct ringlog_handler *handler);

/* Nothing appended is waiting, here or in the queue of an isolated handler. Any thread. */
bool rl_handler_is_idle(struct ringlog_handler *handler);

/* Waits until what has been handed on is delivered or given up; false: not until the deadline
 * (monotonic ns, < 0: none). Any thread but the handler's own. */
bool rl_handler_wait(struct ringlog_handler *handler, int64_t deadline_ns);

/* Makes the handler this process's own, if it was copied by a fork: what the parent's writer had
 * appended is the parent's to write. Before the writer starts. */
void rl_handler_adopt(struct ringlog_handler *handler);

/* What has been written goes to the disk. Any thread. 0 or a negative errno. */
int rl_handler_sync(struct ringlog_handler *handler);

/* Shutdown: no more is written; what is left is counted as lost. false: something was. */
bool rl_handler_close(struct ringlog_handler *handler, int64_t deadline_ns);

/* The end of a closed handler. */
void rl_handler_free(struct ringlog_handler *handler);

/* ---- for handlers ---- */

/* The line of the handler's formatter, exception and stack texts, and a newline, into `out`. false:
 * the record lacks a field that the formatter names; counted, and nothing appended. */
bool rl_handler_append_line(struct ringlog_handler *handler, const struct rl_event *event,
                            struct rl_buffer *out);

/* Counts a failure and reports it: to on_error each one, on stderr at most one a second. */
void rl_handler_error(struct ringlog_handler *handler, int error, const char *what);

/* Counts records whose bytes were given up. */
void rl_handler_count_lost(struct ringlog_handler *handler, uint64_t records);

/* Writer: the same for want of room, which the log will tell. */
void rl_handler_count_full(struct ringlog_handler *handler, uint64_t records);

/* Writer: how many were given up for want of room and not yet told, once there is room again; since
 * when, ns since the epoch. 0: none, or not yet. */
uint64_t rl_handler_take_untold(struct ringlog_handler *handler, int64_t *since_ns);

/* What a full disk or a dead reader does to a direct handler when rings may drop: set by init. */
extern bool rl_handlers_give_up;

/* Where error reports go; NULL: stderr. Set by init. */
extern void (*rl_handlers_on_error)(const char *message, void *context);
extern void *rl_handlers_on_error_context;

/* Whether failures are reported: ringlog_set_raise_errors(). */
bool rl_handlers_raise_errors(void);

/* Failures of all handlers there ever were. */
uint64_t rl_handlers_errors(void);

#endif
