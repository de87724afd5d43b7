/* Handlers that write files. */
#ifndef RINGLOG_FILES_H
#define RINGLOG_FILES_H

#include "ringlog/handlers.h"

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ringlog_file_options {
    bool truncate; /* empty the file first (Python's mode "w"); default: append */
    bool mkdir;    /* make missing parent directories (0755 less umask) */
    bool follow;   /* allow the path's last component to be a symbolic link */
    mode_t mode;   /* of a file that is created; default 0640, less umask */
    struct ringlog_isolation_options isolation;
    bool delay; /* open the file when its first record is written; errors then show as the handler's
                 */
    /* Of binary files: compresses the records of each batch with zstd, at this level: 1 to 19, or
     * below 0 for zstd's fast ones, down to -131072. Default 0: does not. It is the thread that
     * writes who pays, and memory is taken here, at most some megabytes at the high levels. Any
     * reader reads such files as it does others, also while they are written, and what a selection
     * does not want is not decompressed. Of two handlers for one file the first one's level counts.
     * -EINVAL: the level, or the file is no binary one. */
    int zstd_level;
};

/* One file, one object: a handler for a file that this process has open already (the same device
 * and inode) writes through the first one, so that lines stay whole and in order, each by its own
 * handler's format, and rotation happens once. Isolation and rotation are then the first one's; a
 * rotating handler may join one that does not rotate, other rules of rotation or another kind of
 * file are refused (-EBUSY). Python opens the file twice, and rotation tears it apart.
 *
 * Fork children append to the files of their parent: whole lines, in the order of the writes. Only
 * the process that opened a file rotates it; the others see that another file is at the path, once
 * a batch, and go on there. What a child writes in that very moment goes to the file that was just
 * rotated. A daemon opens its logs after daemon(3). */

/* Lines appended to a file; whole lines only, also when other processes append to it. The path's
 * directory must not be writable by others unless it is sticky. A write that fails (disk full) is
 * repeated until it works: under BLOCK nothing is lost, and log calls wait when rings fill up. An
 * application that closes all descriptors (daemon(3)) takes the file's number too: the handler
 * notices before it writes, and opens the path again. */
static inline int ringlog_file_handler_new(ringlog_handler **handler, const char *path,
                                           const struct ringlog_file_options *options);

/* The same for a file that others rotate, as Python's WatchedFileHandler: before each batch the
 * handler looks whether the path is still the file it has open, and opens it anew if not. Serves
 * logrotate's "create" and "copytruncate" alike; what is written between its copy and its truncate
 * is lost with the latter, whoever logs. */
static inline int ringlog_watched_file_handler_new(ringlog_handler **handler, const char *path,
                                                   const struct ringlog_file_options *options);

/* A binary log (.rlog): every record with its arguments, to be read with logdump or
 * <ringlog/reader.h>. Same options; mode defaults to 0600. */
static inline int ringlog_binary_file_handler_new(ringlog_handler **handler, const char *path,
                                                  const struct ringlog_file_options *options);

/* ---- rotation ----------------------------------------------------------------------------------
 */

/* A file that rotates is renamed when it is large or old enough, and a new one is begun. A rollover
 * that fails (the directory not writable, say) is counted and reported, the record is written to
 * the file there is, and it is tried again a second later: nothing is lost. Python loses the record
 * and every later one. Before anything is renamed the handler looks whether the path is still the
 * file it has open; if not, somebody else rotated, and it goes on with the file that is there. Only
 * regular files rotate. A new file has the mode of the options. */

enum ringlog_compress {
    RINGLOG_COMPRESS_NONE = 0,
    RINGLOG_COMPRESS_GZIP = 1, /* NAME.gz */
    RINGLOG_COMPRESS_ZSTD = 2  /* NAME.zst */
};

/* What a rotated file is called, and what is done instead of rename(2); as in Python. Called on a
 * library thread, one at a time for each handler; they must not log. `context` is that of the
 * options. 0, or a negative errno: the rollover fails.
 *
 * A namer gets the path it would be and writes its own (at most `bytes`, with its NUL); the same
 * one for the same path, always. A rotator takes the file away from `source`, and puts it at
 * `dest`. */
typedef int (*ringlog_namer)(void *context, const char *default_path, char *path, size_t bytes);
typedef int (*ringlog_rotator)(void *context, const char *source, const char *dest);

struct ringlog_rotating_file_options {
    /* Before a line with which the file would reach so many bytes, it rotates; so files stay below,
     * but for a line that alone is larger. An empty file never rotates. 0: never. Python counts
     * the line in characters. */
    uint64_t max_bytes;
    /* How many rotated files there are at most: PATH.1 is the youngest; numbers beyond are never
     * touched. 0: no rotation, the file grows (as in Python). */
    unsigned backup_count;
    /* Rotated files not written to for so long are removed, at the start and at each rollover.
     * Default 0: none. */
    uint32_t max_age_s;
    /* The oldest rotated files are removed until they are together not larger. Default 0: no limit.
     */
    uint64_t max_total_bytes;
    /* Rotated files are compressed by a thread that yields to everything else: first to NAME.tmp,
     * which reaches the disk before it becomes NAME.gz, then the original goes. Shutdown waits for
     * it within its deadline; what is not done is done after the next start. */
    enum ringlog_compress compress;
    ringlog_namer namer;
    ringlog_rotator rotator; /* not together with compress */
    void *context;           /* of both */
    bool
        binary; /* records as ringlog_binary_file_handler_new() writes them, each file for itself */
    struct ringlog_file_options file; /* truncate is ignored where files rotate, as in Python */
};
/* Rotation by size, as Python's RotatingFileHandler. */
static inline int
ringlog_rotating_file_handler_new(ringlog_handler **handler, const char *path,
                                  const struct ringlog_rotating_file_options *options);

/* When an interval ends. S to D count from the start of the file, or the record that began it;
 * MIDNIGHT is the end of the local day, and W0 (Monday) to W6 the end of that day of the week. */
enum ringlog_when {
    RINGLOG_WHEN_H = 0,
    RINGLOG_WHEN_S = 1,
    RINGLOG_WHEN_M = 2,
    RINGLOG_WHEN_D = 3,
    RINGLOG_WHEN_MIDNIGHT = 4,
    RINGLOG_WHEN_W0 = 5,
    RINGLOG_WHEN_W1 = 6,
    RINGLOG_WHEN_W2 = 7,
    RINGLOG_WHEN_W3 = 8,
    RINGLOG_WHEN_W4 = 9,
    RINGLOG_WHEN_W5 = 10,
    RINGLOG_WHEN_W6 = 11
};

/* Python's names, in upper or lower case: "s", "m", "h", "d", "midnight", "w0" to "w6". 0 or
 * -EINVAL. */
RINGLOG_API int ringlog_when_parse(const char *text, enum ringlog_when *when);

#define RINGLOG_AT_MIDNIGHT (-1)

struct ringlog_timed_rotating_file_options {
    enum ringlog_when when; /* default H, as in Python */
    int interval;           /* so many of them; default 1 */
    unsigned backup_count;  /* rotated files that are kept; 0: all of them */
    bool utc;               /* the calendar is that of UTC; default: local time */
    /* With MIDNIGHT and W0 to W6: the second of the day at which the file rotates, 1 to 86399, or
     * RINGLOG_AT_MIDNIGHT for 00:00 (of a W day: its beginning). Default 0: at the end of the day.
     */
    int at_time;
    uint64_t max_bytes; /* rotates by size too, see above; default 0: does not */
    uint32_t max_age_s; /* as above, and the following */
    uint64_t max_total_bytes;
    enum ringlog_compress compress;
    ringlog_namer namer;
    ringlog_rotator rotator;
    void *context;
    bool binary;
    struct ringlog_file_options file;
};
/* Rotation by time, as Python's TimedRotatingFileHandler (that of 3.13): PATH.2024-05-08, named for
 * the start of the interval; where there is one already, PATH.2024-05-08.1 and so on. The time of
 * the record decides, not the time at which it is written: the last record before midnight goes to
 * the old day. After a long silence there is one file, named for the interval it began in. An
 * existing file's interval began when it was made or last written, whichever is earlier.
 *
 * Unlike Python's it is right on days on which the clocks change: each local day has one file. */
static inline int
ringlog_timed_rotating_file_handler_new(ringlog_handler **handler, const char *path,
                                        const struct ringlog_timed_rotating_file_options *options);

/* When a timed handler's file rotates next, in seconds since the epoch: with the first record of
 * that second or later. -EINVAL for other handlers. */
RINGLOG_API int64_t ringlog_timed_rollover_at(ringlog_handler *handler);

/* ---- what the inline wrappers call ------------------------------------------------------------
 */

RINGLOG_API int ringlog_watched_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                                        const struct ringlog_file_options *options,
                                                        size_t bytes);
RINGLOG_API int
ringlog_rotating_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                         const struct ringlog_rotating_file_options *options,
                                         size_t bytes);
RINGLOG_API int ringlog_timed_rotating_file_handler_new_sized_(
    ringlog_handler **handler, const char *path,
    const struct ringlog_timed_rotating_file_options *options, size_t bytes);
RINGLOG_API int ringlog_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                                const struct ringlog_file_options *options,
                                                size_t bytes);
RINGLOG_API int ringlog_binary_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                                       const struct ringlog_file_options *options,
                                                       size_t bytes);

static inline int ringlog_file_handler_new(ringlog_handler **handler, const char *path,
                                           const struct ringlog_file_options *options)
{
    return ringlog_file_handler_new_sized_(handler, path, options, sizeof *options);
}

static inline int ringlog_watched_file_handler_new(ringlog_handler **handler, const char *path,
                                                   const struct ringlog_file_options *options)
{
    return ringlog_watched_file_handler_new_sized_(handler, path, options, sizeof *options);
}

static inline int
ringlog_rotating_file_handler_new(ringlog_handler **handler, const char *path,
                                  const struct ringlog_rotating_file_options *options)
{
    return ringlog_rotating_file_handler_new_sized_(handler, path, options, sizeof *options);
}

static inline int
ringlog_timed_rotating_file_handler_new(ringlog_handler **handler, const char *path,
                                        const struct ringlog_timed_rotating_file_options *options)
{
    return ringlog_timed_rotating_file_handler_new_sized_(handler, path, options, sizeof *options);
}

static inline int ringlog_binary_file_handler_new(ringlog_handler **handler, const char *path,
                                                  const struct ringlog_file_options *options)
{
    return ringlog_binary_file_handler_new_sized_(handler, path, options, sizeof *options);
}

#ifdef __cplusplus
}
#endif

#endif
