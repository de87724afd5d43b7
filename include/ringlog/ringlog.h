/* ringlog: a logger for latency-sensitive servers.
 *
 *     #include <ringlog/ringlog.h>
 *     #include <ringlog/handlers.h>
 *
 *     ringlog_init(NULL);
 *     ringlog_logger *log = ringlog_get_logger("server.http");
 *     ringlog_info(log, "GET %s -> %d in %.3f ms", path, status, ms);
 *     ringlog_shutdown(1000);
 *
 * A log call writes a compact record into a ring of its own thread; one background thread formats
 * and writes it. The model (named loggers in a dotted hierarchy, levels, handlers, propagation) is
 * that of Python's `logging`; where a function departs from it, its comment says so.
 *
 * Everywhere: 0 or a positive count is success, a negative errno is an error, and
 * ringlog_last_error() tells this thread what and where. Functions may be called from any thread
 * unless they say otherwise; only what is marked "signal-safe" may be called from signal handlers.
 */
#ifndef RINGLOG_RINGLOG_H
#define RINGLOG_RINGLOG_H

#include "ringlog/fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RINGLOG_VERSION_MAJOR 0
#define RINGLOG_VERSION_MINOR 1
#define RINGLOG_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ringlog_handler ringlog_handler;

/* Python's levels. Any int is a level; these have names. */
enum {
    RINGLOG_NOTSET = 0,
    RINGLOG_DEBUG = 10,
    RINGLOG_INFO = 20,
    RINGLOG_WARNING = 30,
    RINGLOG_ERROR = 40,
    RINGLOG_CRITICAL = 50
};

/* Calls below this level are removed by the compiler. Define it before the include, for a file or
 * for a whole program; run-time levels decide about the rest. */
#ifndef RINGLOG_ACTIVE_LEVEL
#    define RINGLOG_ACTIVE_LEVEL RINGLOG_NOTSET
#endif

/* ---- life ------------------------------------------------------------------------------------ */

enum ringlog_full_policy {
    RINGLOG_FULL_BLOCK = 0, /* a full ring makes the caller wait: nothing is lost */
    RINGLOG_FULL_DROP = 1   /* a full ring drops the new record: counted, and told in the log */
};

enum ringlog_clock {
    /* The processor's counter: about 8 ns a read. Where it does not run at a constant rate (x86
     * without the invariant TSC) MONOTONIC takes its place. */
    RINGLOG_CLOCK_TSC = 0,
    /* clock_gettime(CLOCK_MONOTONIC): each call goes through a function, about 20 ns more. */
    RINGLOG_CLOCK_MONOTONIC = 1,
    /* A word in memory that a thread of the library sets to the time every coarse_clock_us: a load
     * a call. Records carry times up to that old, older where the thread does not get a processor;
     * the order of one thread's records stays, that of several is told only as finely. */
    RINGLOG_CLOCK_COARSE = 2
};

/* All fields: 0 is the default. Checked by ringlog_init(), which refuses what it cannot honour. */
struct ringlog_options {
    /* Bytes of each thread's ring. Default 256 KiB; 4 KiB to 1 GiB, rounded up to a power of two.
     * A record of two ints takes 24 bytes, so the default holds about 10,000. More rides out
     * longer bursts and slower disks; it costs that much memory for each thread that logs. */
    size_t ring_bytes;
    /* Microseconds between the writer's looks at the rings. Default 1000; 10 to 1,000,000. Less
     * writes sooner, more makes larger batches and disturbs producers less. An idle writer
     * stretches it to 20 ms; ERROR and above, ringlog_flush() and a ring that fills wake it. */
    uint32_t flush_interval_us;
    /* What a full ring does to the call that finds it full. Default BLOCK. */
    enum ringlog_full_policy full_policy;
    /* With BLOCK: the longest wait of one call in milliseconds, after which its record is dropped
     * and counted. Default 0: no limit. */
    uint32_t block_timeout_ms;
    /* Keep an eighth of each ring free for WARNING and above. Default false. With it a flood of
     * INFO leaves room for what matters; without it the whole ring is for everyone. */
    bool reserve_for_warnings;
    /* The clock of records. Default TSC. */
    enum ringlog_clock clock;
    /* With RINGLOG_CLOCK_COARSE: microseconds between two of its times. Default 1000; 100 to
     * 1,000,000. Each costs a wake-up of a few microseconds, busy or not. */
    uint32_t coarse_clock_us;
    /* Microseconds within which records of different threads are put in order of time. Default
     * 10,000; up to 1,000,000; RINGLOG_NO_ORDER_WINDOW: write at once. More survives longer
     * pauses of a thread in the middle of a call, and delays what is written by as much. Records
     * of one thread always keep their order. */
    uint32_t order_window_us;
    /* Longest string argument kept, in bytes; longer ones are cut with a visible mark. Default
     * 16 KiB; 16 bytes to 256 KiB. */
    uint32_t string_bytes;
    /* Bytes for the dictionary of call sites. Default 4 MiB; 64 KiB to 1 GiB. A site takes about
     * 100 bytes, once. When it is full, records carry their call site themselves: larger and
     * slower, nothing lost. */
    size_t dictionary_bytes;
    /* %(processName)s. Copied. Default "MainProcess", as in Python. */
    const char *process_name;
    /* The time of day from a clock of your own, in nanoseconds since the epoch: for tests and
     * simulations. It stamps records and decides when files rotate; the order of records and all
     * waiting go by the machine's clock. Called by the thread that logs, so it must be safe from
     * any thread and from signal handlers that log; each call then goes through a function. Default
     * NULL: the machine's. */
    int64_t (*now)(void *context);
    void *now_context;
    /* Called each time a handler fails on a record, and at most once a second while it repeats an
     * attempt (a full disk), on the library's thread, with a one-line text; must not block
     * and may not log. Default NULL: a report on stderr, at most one a second for each handler. */
    void (*on_error)(const char *message, void *context);
    void *on_error_context;
};

#define RINGLOG_NO_ORDER_WINDOW UINT32_MAX

/* Starts the writer with these options (NULL: all defaults). What was logged before waits in rings
 * of the default size and is handled by what the configuration is now: attach handlers first.
 * Returns 0; -EALREADY when running; -EINVAL with the field's name for a bad option; -ENOMEM,
 * -EAGAIN when a thread or memory could not be had; -EBUSY when a handler still holds up a writer
 * that was shut down. May be called again after ringlog_shutdown().
 * Not from signal handlers. */
static inline int ringlog_init(const struct ringlog_options *options);

/* Waits until every record whose call returned before this call has been written by file handlers
 * (write(2): safe from the death of the process, not of the machine) and delivered or given up by
 * isolated ones. timeout_ms: -1 for no limit. Returns 0; -ETIMEDOUT (ringlog_handler_stats() tells
 * what is missing); -EDEADLK on a thread of the library; -EAGAIN before ringlog_init(). */
RINGLOG_API int ringlog_flush(int timeout_ms);

/* ringlog_flush(), and then what files hold goes to the disk (fdatasync(2)): safe from the death of
 * the machine too. Errors as ringlog_flush(), and those of fdatasync(2). */
RINGLOG_API int ringlog_sync(int timeout_ms);

/* Takes no more records, writes what is there, flushes and closes the handlers in the reverse order
 * of their creation, and ends the writer. Runs by itself at exit(3) with a deadline of five
 * seconds. Later log calls are counted, and WARNING and above go to stderr (formatted at once, so
 * from a signal handler they are not safe any more). timeout_ms: -1 for no
 * limit. Returns 0, also when nothing runs; -ETIMEDOUT when records are left; -EDEADLK on a thread
 * of the library. */
RINGLOG_API int ringlog_shutdown(int timeout_ms);

/* What this thread's last failed call says: what, where, byte offset. "" when none failed. Valid
 * until this thread's next failing call. */
RINGLOG_API const char *ringlog_last_error(void);

/* Gets this thread's ring ready, so that its first log call need not: four system calls and the
 * page faults of a ring. Returns 0, or -ENOMEM (log calls then try again). */
RINGLOG_API int ringlog_thread_init(void);

/* %(processName)s from here on, instead of the option's; a child after fork(2), say. At most 63
 * bytes. */
RINGLOG_API int ringlog_set_process_name(const char *name);

/* %(threadName)s of this thread from its next record on. Default: "MainThread" for the first
 * thread, else the name pthread_setname_np() gave it when it logged first. At most 63 bytes. */
RINGLOG_API int ringlog_set_thread_name(const char *name);

/* ---- loggers --------------------------------------------------------------------------------- */

/* The logger of this name, created at first sight and never freed: keep the pointer. NULL, "" and
 * "root" are the root. Dots make the hierarchy: "a.b" inherits level and handlers of "a". Never
 * NULL: without memory, and beyond 65,535 loggers, it is the nearest existing ancestor (counted in
 * ringlog_stats()). The look-up of an existing name takes no lock. */
RINGLOG_API ringlog_logger *ringlog_get_logger(const char *name);
RINGLOG_API ringlog_logger *ringlog_root(void);

/* The logger of this name below that one: "a" and "b.c" are "a.b.c". */
RINGLOG_API ringlog_logger *ringlog_get_child(ringlog_logger *logger, const char *suffix);

/* A module's own logger, for file scope: RINGLOG_MODULE(log, "net.tcp"); is a static variable `log`
 * that holds the logger before main() begins, and before ringlog_init(). */
#define RINGLOG_MODULE(variable, name)                                                             \
    static ringlog_logger *variable;                                                               \
    __attribute__((constructor(200))) static void ringlog_module_##variable##_(void)               \
    {                                                                                              \
        variable = ringlog_get_logger(name);                                                       \
    }                                                                                              \
    struct ringlog_module_##variable##_ /* for the semicolon */

RINGLOG_API const char *ringlog_logger_name(const ringlog_logger *logger);
/* NULL: it is the root. */
RINGLOG_API ringlog_logger *ringlog_logger_parent(const ringlog_logger *logger);

/* The least level that the logger takes; RINGLOG_NOTSET inherits. The root starts at WARNING. A
 * level below 1 is never taken, whatever is set, as in CPython. By name: -EINVAL, and nothing
 * changed, for a name that is no level's. */
RINGLOG_API int ringlog_logger_set_level(ringlog_logger *logger, int level);
RINGLOG_API int ringlog_logger_set_level_name(ringlog_logger *logger, const char *name);
RINGLOG_API int ringlog_logger_level(const ringlog_logger *logger);
RINGLOG_API int ringlog_logger_effective_level(const ringlog_logger *logger);

/* A disabled logger takes nothing itself; what its children log still reaches its handlers. */
RINGLOG_API int ringlog_logger_set_disabled(ringlog_logger *logger, bool disabled);

/* Turns levels up to this one off in every logger; 0 lifts it. */
RINGLOG_API void ringlog_disable(int level);

/* Gives a level a name, for %(levelname)s and for setting levels by name. Old names stay good for
 * the latter. Waits like a configuration call, so that records keep the name they were logged
 * under. Names are case-sensitive; "WARN" and "FATAL" are known too. */
RINGLOG_API int ringlog_add_level_name(int level, const char *name);
/* "INFO"; "Level 25", written into `scratch`, for one without a name. */
RINGLOG_API const char *ringlog_level_name(int level, char scratch[32]);
RINGLOG_API int ringlog_level_number(const char *name, int *level);

/* Whether records go on to the handlers of the logger's ancestors. Default true. */
RINGLOG_API int ringlog_logger_set_propagate(ringlog_logger *logger, bool propagate);

/* Attaches a handler, which takes a reference; twice is once. Like all configuration calls it first
 * waits until what this thread logged before has been handled (at most ten seconds, then it goes
 * ahead), so that a single thread sees exactly the order of its calls. */
RINGLOG_API int ringlog_logger_add_handler(ringlog_logger *logger, ringlog_handler *handler);
RINGLOG_API int ringlog_logger_remove_handler(ringlog_logger *logger, ringlog_handler *handler);

/* Handlers of its own; and whether its records reach any, its ancestors' included. */
RINGLOG_API unsigned ringlog_logger_handler_count(const ringlog_logger *logger);
RINGLOG_API bool ringlog_logger_has_handlers(const ringlog_logger *logger);

/* What records of WARNING and above go to when no handler is found on the whole way up: by default
 * the bare message on stderr, as in CPython. NULL: nothing, but one line on stderr in the life of a
 * process that says so. reset brings the default back. */
RINGLOG_API int ringlog_set_last_resort(ringlog_handler *handler);
RINGLOG_API int ringlog_reset_last_resort(void);

/* Whether failures of handlers are reported (on_error, stderr): CPython's logging.raiseExceptions.
 * Default true; they are counted in any case. */
RINGLOG_API void ringlog_set_raise_errors(bool raise);

/* ---- one call for small programs ------------------------------------------------------------- */

/* CPython's logging.basicConfig(). 0 is the default of every field. */
struct ringlog_basic_config_options {
    const char *filename; /* a file handler; NULL: the console */
    const char *filemode; /* "a" (default) or "w" */
    const char *format;   /* default "%(levelname)s:%(name)s:%(message)s" */
    const char *datefmt;
    const char *level_name;     /* the root's level: by name, */
    int level;                  /* or by number; neither: it stays */
    int fd;                     /* the console's descriptor; 0: stderr */
    ringlog_handler **handlers; /* instead of a new one; who has no formatter gets the new one */
    size_t handler_count;
    bool force; /* removes and closes what the root has; without it a root with handlers stays as it
                 * is, and nothing of this is looked at */
};

/* Gives the root a handler. 0, also when it has one; -EINVAL for filename, fd and handlers
 * together, an unknown level, a bad format: then nothing has changed. Starts the library
 * (ringlog_init(NULL)) if nobody has. NULL: all defaults. */
static inline int ringlog_basic_config(const struct ringlog_basic_config_options *config);

/* Logs on the root; if that has no handler, ringlog_basic_config(NULL) first, even when the record
 * is then not taken: CPython's logging.info() and its like. */
#define ringlog_root_log(level, ...)                                                               \
    RINGLOG_CALL_AT_(ringlog_root_configured_(), level, __VA_ARGS__)

/* ---- log calls ------------------------------------------------------------------------------- */

/* ringlog_info(logger, format, ...): format is a string literal in printf's language, checked
 * against its arguments by the compiler. Every argument is evaluated at most once, and not at all
 * when the logger does not take the level. Strings are copied at the call. All of C's conversions
 * work; %n and numbered arguments (%1$d) are refused: such a call logs its format as text, with
 * the reason. At most 32 arguments. Signal-safe; errno is left alone.
 *
 * Text that comes out of an argument is escaped (control characters, invalid UTF-8, bidirectional
 * controls): data cannot start a new record. */
#define ringlog_debug(logger, ...)    RINGLOG_CALL_(logger, RINGLOG_DEBUG, __VA_ARGS__)
#define ringlog_info(logger, ...)     RINGLOG_CALL_(logger, RINGLOG_INFO, __VA_ARGS__)
#define ringlog_warning(logger, ...)  RINGLOG_CALL_(logger, RINGLOG_WARNING, __VA_ARGS__)
#define ringlog_error(logger, ...)    RINGLOG_CALL_(logger, RINGLOG_ERROR, __VA_ARGS__)
#define ringlog_critical(logger, ...) RINGLOG_CALL_(logger, RINGLOG_CRITICAL, __VA_ARGS__)

/* The same with a level known at run time; any int. */
#define ringlog_log(logger, level, ...) RINGLOG_CALL_AT_(logger, level, __VA_ARGS__)

/* Calls that hold records back (…_every, …_once, …_at_most_ms) are in ringlog/limits.h, those with
 * keys and values (…_kv) in ringlog/fields.h. */

/* Whether a record of this level would be taken: for arguments that cost something to compute. */
RINGLOG_INLINE_ bool ringlog_enabled(const ringlog_logger *logger, int level)
{
    return level >= RINGLOG_ACTIVE_LEVEL && ringlog_gate_(logger, level);
}

/* Logs `length` bytes as they are, without interpreting `%`; longer than a quarter of the ring is
 * cut with a mark. Signal-safe. */
RINGLOG_API void ringlog_log_text(ringlog_logger *logger, int level, const char *text,
                                  size_t length);

/* A record whose every part is given: for bindings of other languages, and for tests. */
struct ringlog_event {
    int level;
    const char *text; /* the message, not interpreted */
    size_t text_length;
    const char *file; /* NULL: unknown */
    const char *function;
    unsigned line;
    int64_t time_ns; /* since the epoch; 0: now */
    /* Appended on lines of their own, as Python does with a traceback. NULL: none. */
    const char *exception_text;
    const char *stack_text;
    /* Its fields. Through an adapter they give way to the adapter's, as in CPython. */
    const struct ringlog_extra *extra;
    size_t extra_count; /* at most 32 */
    /* The text is the program's own, as a format is, and passes unescaped: nothing in it may come
     * from outside. A binary log shows it escaped all the same. */
    bool raw;
};

/* Logs the event if the logger takes its level. 0; -EINVAL: no text, or a bad key. Signal-safe. */
static inline int ringlog_log_ex(ringlog_logger *logger, const struct ringlog_event *event);

/* ---- figures --------------------------------------------------------------------------------- */

/* Counts since the first init of this process. calls that passed the gate = written + lost. */
struct ringlog_counts {
    uint64_t records_written; /* handed to the handlers */
    uint64_t lost_full;       /* ring full under DROP, or longer than block_timeout_ms */
    uint64_t lost_early;      /* ring full before init */
    uint64_t lost_late;       /* after shutdown */
    uint64_t lost_nested;     /* in a signal handler: side ring full, or a third level of nesting */
    uint64_t lost_library;    /* by a handler's own log calls */
    uint64_t lost_memory;     /* no ring could be had for the thread */
    uint64_t records_late;    /* out of order of time by more than the window allowed */
    uint64_t lateness_max_ns; /* the most that one of them was */
    uint64_t records_cut;     /* with a string or text cut at a cap */
    uint64_t sites;           /* in the dictionary */
    uint64_t sites_undefined; /* records that carried their site because the dictionary was full */
    uint64_t loggers;
    uint64_t loggers_refused; /* get_logger calls answered with an ancestor */
    uint64_t rings;           /* that exist now */
    uint64_t ring_high_water; /* most bytes waiting in one ring; looked at every quarter ring */
    uint64_t blocked_calls;   /* that had to wait for room */
    uint64_t handler_errors;  /* failures of handlers */
    uint64_t handler_lost;    /* records given up by handlers */
    uint64_t writer_looks;    /* times the writer looked at the rings */
};

static inline int ringlog_stats(struct ringlog_counts *counts);

/* ---- what the inline wrappers call ----------------------------------------------------------- */

/* Sizes travel along, so that a struct can grow without breaking callers built earlier. */
RINGLOG_API int ringlog_init_sized_(const struct ringlog_options *options, size_t bytes);
RINGLOG_API int ringlog_log_ex_sized_(ringlog_logger *logger, const struct ringlog_event *event,
                                      size_t bytes);
RINGLOG_API int ringlog_stats_sized_(struct ringlog_counts *counts, size_t bytes);

RINGLOG_API int ringlog_basic_config_sized_(const struct ringlog_basic_config_options *config,
                                            size_t bytes);
RINGLOG_API ringlog_logger *ringlog_root_configured_(void);

static inline int ringlog_basic_config(const struct ringlog_basic_config_options *config)
{
    return ringlog_basic_config_sized_(config, sizeof *config);
}

static inline int ringlog_init(const struct ringlog_options *options)
{
    return ringlog_init_sized_(options, sizeof *options);
}

static inline int ringlog_log_ex(ringlog_logger *logger, const struct ringlog_event *event)
{
    return ringlog_log_ex_sized_(logger, event, sizeof *event);
}

static inline int ringlog_stats(struct ringlog_counts *counts)
{
    return ringlog_stats_sized_(counts, sizeof *counts);
}

#ifdef __cplusplus
}
#endif

#include "ringlog/limits.h"

#endif
