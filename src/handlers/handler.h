/* What every handler is made of, and the contract of a new one.
 *
 * A handler has two sides. `append` runs on the writer's thread, does no I/O, and turns an event
 * into bytes at the end of `out`. `write` does the I/O: it takes bytes from the front of what was
 * appended, on the writer's thread or, isolated, on the handler's own. So a handler is isolated
 * without knowing it, and a slow disk and a slow terminal meet the same code. */
#ifndef RL_HANDLERS_HANDLER_H
#define RL_HANDLERS_HANDLER_H

#include "base/buffer.h"
#include "base/export.h"
#include "base/rcu.h"
#include "format/line_format.h"
#include "format/pattern.h"
#include "handlers/marks.h"
#include "logger/logger.h"
#include "record/batch.h"
#include "ringlog/handlers.h"

#include <sys/types.h>

struct ringlog_formatter {
    struct rl_retired retired;
    uint32_t references;          /* atomic */
    struct rl_line_format format; /* the writer's */
};

/* Fields that filters added to a record: kept as long as it is handled, since a later filter's list
 * may be put in front of it and taken away again. */
struct rl_scrap {
    struct rl_scrap *next;
    unsigned char bytes[];
};
void rl_scraps_free(struct rl_scrap **scraps);

/* A record as handlers see it, and its parts as line patterns see them. */
struct rl_event {
    struct rl_record *record; /* filters may add fields to it, and nothing else */
    struct rl_scrap **scraps; /* where those are kept */
    struct rl_line line;
};

/* To another record of the same call site, thread and logger, an ordinary one as the first. */
static inline void rl_event_go_to(struct rl_event *event, const struct rl_batch_row *row)
{
    event->record->time_ns = row->time_ns;
    event->record->fields = row->fields;
    event->record->fields_bytes = row->fields_bytes;
    event->line.wall_ns = row->time_ns;
    event->line.args = row->fields;
    event->line.args_bytes = row->fields_bytes;
}

/* Why an isolated handler's `tick` is called, beside that its time has come. */
struct rl_tick {
    bool more;      /* batches are queued: what can wait shall not be waited for */
    bool hurry;     /* somebody waits for all that is kept: a flush, or the end */
    bool ending;    /* beside what is queued nothing comes; what is kept at `end_ns` is lost */
    int64_t end_ns; /* of `ending`: monotonic; < 0: there is no deadline */
    bool abandoned; /* it has passed: give up all that is kept; the last call */
    bool gave_up;   /* said by the handler: it gave up something because of `ending` */
};

struct rl_handler_ops {
    const char *kind;
    bool lines; /* `append` makes lines of text: one that is half written is not given up */
    /* What it writes to may be another handler's too (a descriptor, what a callback does): direct
     * handlers of such kinds write where they alternate, so that records come in their order. */
    bool in_order;
    void (*append)(struct ringlog_handler *handler, const struct rl_event *event);
    /* The same for ordinary records, many at a time: takes the first of them, as many as it likes,
     * and returns how many; the next one is appended by itself. NULL: takes none. */
    unsigned (*append_rows)(struct ringlog_handler *handler, const struct rl_batch_row *rows,
                            unsigned count);
    /* The same for a run of them, of one call site, thread and logger, that can be told from a
     * record to the next: `event` is the first one's, and afterwards any one's (rl_event_go_to()).
     * Only of handlers that are not in order. NULL: takes none. */
    unsigned (*append_run)(struct ringlog_handler *handler, struct rl_event *event,
                           const struct rl_batch_row *rows, unsigned count);
    /* Takes from the front of `bytes`, which begins where the last call stopped. Returns how many
     * were taken, or a negative errno. Isolated, -EAGAIN means: waited a moment, call again; or, of
     * a handler that has a `tick`: can take nothing before the next one. NULL: a direct handler
     * whose `append` leaves `out` empty. */
    ssize_t (*write)(struct ringlog_handler *handler, const char *bytes, size_t length);
    /* How many records these bytes are, which `append` made and `write` has not taken. NULL: a line
     * is a record; where there are no lines, nobody can tell. */
    uint32_t (*count)(const char *bytes, size_t length);
    /* What an isolated handler does on its own schedule with what `write` took and it still keeps
     * (kept_bytes): on its own thread, after each batch, when its time has come, when somebody
     * waits, and at the end. Does what is due; returns when it wants to be called again (monotonic
     * ns), < 0: it keeps nothing. NULL: it never does. */
    int64_t (*tick)(struct ringlog_handler *handler, struct rl_tick *tick);
    /* Isolated, a moment after the last `write`: looks after what that took and nobody waits for,
     * neither a flush nor the end. On its own thread; returns when it wants to be called again if
     * nothing is written until then (monotonic ns), < 0: not at all. May be NULL. */
    int64_t (*idle)(struct ringlog_handler *handler);
    /* Any thread: the deadline of the end has passed while `write` or `tick` runs; what it waits
     * for shall not come. May be NULL. */
    void (*abandon)(struct ringlog_handler *handler);
    /* The writer has nothing more for now; appends what belongs at the end of a batch. May be
     * NULL. */
    void (*end_batch)(struct ringlog_handler *handler);
    int (*sync)(struct ringlog_handler *handler); /* to the disk; may be NULL */
    /* In a fork child, before it writes or closes. May be NULL. */
    void (*forked)(struct ringlog_handler *handler);
    /* The end: all that was written is out. Frees what `handler` holds, not `handler`. May be
     * NULL. */
    void (*close)(struct ringlog_handler *handler);
};

struct rl_isolation;

struct ringlog_handler {
    struct rl_retired retired;
    struct ringlog_handler *older; /* of all that live; under the mutex of configuration */
    const struct rl_handler_ops *ops;
    uint32_t references;                 /* atomic */
    int level;                           /* atomic */
    struct ringlog_formatter *formatter; /* NULL: "%(message)s"; edge rcu */
    struct rl_list *filters;             /* NULL: none; edge rcu */
    pid_t process;                       /* whose writer appends to it */
    bool closed;                         /* by shutdown: nothing more is written */
    bool left;    /* its own thread did not end in time: whatever it may use stays */
    bool dropped; /* appended bytes were given up since `append` last looked; atomic, relaxed */

    /* Another handler that has the same file open, with a reference: what this one appends goes
     * there. NULL: this one writes itself. Fixed at construction. */
    struct ringlog_handler *sink;

    /* The writer's. */
    struct rl_buffer out;  /* appended, not yet written or handed on */
    struct rl_marks marks; /* in it, of a handler that marks */
    uint32_t out_records;
    size_t out_written; /* of a direct handler: bytes at the front that are out already */
    int64_t retry_ns;   /* of a direct handler that failed: when to try again, monotonic */

    /* Records given up because the queue, or what a direct handler may hold, was full, and not yet
     * told in the log; since when. */
    uint64_t untold;
    int64_t untold_since_ns;

    struct ringlog_handler *inner; /* it hands records to, and holds; NULL: none */

    struct rl_isolation *isolation; /* NULL: writes on the writer's thread */
    struct rl_marks *writing;       /* for `write`: what lies in the bytes that it is given */
    uint64_t kept_bytes;            /* taken by `write` and not yet delivered; atomic, relaxed */

    /* Under the mutex of error reports. */
    int64_t reported_ns; /* when an error was last reported */
    uint64_t unreported;
    char last_error[128];

    /* Figures; atomic, relaxed. */
    struct {
        uint64_t records, bytes, errors, lost, pending;
        int last_errno;
    } counts;
};

/* For constructors: the common part, one reference. `isolate` says whether the default of the
 * options means isolation. 0 or a negative errno. */
RL_SHARED int rl_handler_init(struct ringlog_handler *handler, const struct rl_handler_ops *ops,
                              const struct ringlog_isolation_options *options, bool isolate);

/* For a constructor that fails after rl_handler_init(). */
void rl_handler_forget(struct ringlog_handler *handler);

/* All handlers that somebody holds, the latest first, each with a reference taken. The caller frees
 * the array. NULL: none, or no memory. */
struct ringlog_handler **rl_handlers_hold(uint32_t *count);

/* Where what is appended to the handler goes: itself, but for one that shares a file. */
static inline struct ringlog_handler *rl_handler_sink(const struct ringlog_handler *handler)
{
    return handler->sink != NULL ? handler->sink : (struct ringlog_handler *)(uintptr_t)handler;
}

/* ---- writer ---- */

/* Gives the event to the handler, if its level and its filters let it. */
void rl_handler_append(struct ringlog_handler *handler, const struct rl_event *event);
/* The same whatever its level. */
void rl_handler_append_any(struct ringlog_handler *handler, const struct rl_event *event);

/* Gives the handler the first of these records, as many as it takes in this way; returns how many.
 * `least_level`: of all of them. */
unsigned rl_handler_append_rows(struct ringlog_handler *handler, const struct rl_batch_row *rows,
                                unsigned count, int least_level);

/* Gives the handler the first of these records of one call site, thread and logger, of which
 * `event` is the first one's, as many as it takes in this way or wants nothing of; returns how
 * many. */
unsigned rl_handler_append_run(struct ringlog_handler *handler, struct rl_event *event,
                               const struct rl_batch_row *rows, unsigned count);

/* Whether it takes ordinary records as rows at all. */
static inline bool rl_handler_takes_rows(const struct ringlog_handler *handler)
{
    return handler->ops->append_rows != NULL;
}

static inline int rl_handler_level(const struct ringlog_handler *handler)
{
    return __atomic_load_n(&handler->level, __ATOMIC_RELAXED);
}

/* End of a batch: writes or hands on what was appended. */
void rl_handler_end_batch(struct ringlog_handler *handler);

/* A direct handler cannot write and holds as much as it may: nothing more should be drained. */
bool rl_handler_is_stuck(const struct ringlog_handler *handler);

/* What it appends is written on another thread. */
bool rl_handler_is_isolated(const struct ringlog_handler *handler);

/* Nothing appended is waiting, here, in the queue of an isolated handler, or kept by it. Any
 * thread. */
bool rl_handler_is_idle(struct ringlog_handler *handler);

/* What waits shall go out soon: an isolated handler need not wait for its own schedule. Any
 * thread. */
void rl_handler_hurry(struct ringlog_handler *handler);

/* Waits until what has been handed on is delivered or given up; false: not until the deadline
 * (monotonic ns, < 0: none). Any thread but the handler's own. */
bool rl_handler_wait(struct ringlog_handler *handler, int64_t deadline_ns);

/* Makes the handler this process's own, if it was copied by a fork: what the parent's writer had
 * appended is the parent's to write. Before the writer starts. */
void rl_handler_adopt(struct ringlog_handler *handler);

/* What has been written goes to the disk. Any thread. 0 or a negative errno. */
int rl_handler_sync(struct ringlog_handler *handler);

/* Shutdown: nothing will be appended any more. So that handlers which need their time for the end
 * take it side by side. */
void rl_handler_end(struct ringlog_handler *handler, int64_t deadline_ns);

/* Shutdown: no more is written; what is left is counted as lost. false: something was. */
bool rl_handler_close(struct ringlog_handler *handler, int64_t deadline_ns);

/* The end of a closed handler. */
void rl_handler_free(struct ringlog_handler *handler);

/* ---- for handlers ---- */

/* Counts a failure and reports it: to on_error each one, on stderr at most one a second. */
void rl_handler_error(struct ringlog_handler *handler, int error, const char *what);

/* The same in words of the handler's own, which are then `last_error` too. */
RL_SHARED void rl_handler_error_text(struct ringlog_handler *handler, int error, const char *text);

/* The same for an attempt that will be repeated: reported at most once a second everywhere. */
void rl_handler_attempt_failed(struct ringlog_handler *handler, int error, const char *what);

/* How many records these bytes at the end of what was appended are: at most `most`. */
uint32_t rl_handler_records(const struct ringlog_handler *handler, const char *bytes, size_t length,
                            uint32_t most);

/* What the last failure was; "": there was none. Any thread. */
void rl_handler_last_error(const struct ringlog_handler *handler, char *text, size_t bytes);

/* Counts records whose bytes were given up. */
RL_SHARED void rl_handler_count_lost(struct ringlog_handler *handler, uint64_t records);

/* Writer: the same for want of room, which the log will tell. */
void rl_handler_count_full(struct ringlog_handler *handler, uint64_t records);

/* Writer: how many were given up for want of room and not yet told, once there is room again; since
 * when, ns since the epoch. 0: none, or not yet. */
uint64_t rl_handler_take_untold(struct ringlog_handler *handler, int64_t *since_ns);

/* What a full disk or a dead reader does to a direct handler when rings may drop: set by init. */
extern bool rl_handlers_give_up;

/* To where error reports go. */
void rl_handlers_report(const char *message);

/* Where error reports go; NULL: stderr. Set by init. */
extern void (*rl_handlers_on_error)(const char *message, void *context);
extern void *rl_handlers_on_error_context;

/* Whether failures are reported: ringlog_set_raise_errors(). */
bool rl_handlers_raise_errors(void);

/* Failures of all handlers there ever were. */
uint64_t rl_handlers_errors(void);

#endif
