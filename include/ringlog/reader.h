/* Reading binary logs (.rlog): what logdump is made of.
 *
 *     ringlog_reader *reader;
 *     const struct ringlog_reader_record *record;
 *     int kind = ringlog_reader_open(&reader, "app.rlog");
 *     if (kind == 0) {
 *         while ((kind = ringlog_reader_next(reader, &record)) > 0) {
 *             const char *line;
 *             size_t length;
 *             if (kind != RINGLOG_READER_RECORD)
 *                 continue;
 *             if (ringlog_reader_line(reader, &line, &length) == 0)
 *                 printf("%.*s\n", (int)length, line);
 *         }
 *         ringlog_reader_close(reader);
 *     }
 *     if (kind < 0)
 *         fprintf(stderr, "%s\n", ringlog_last_error());
 *
 * Any bytes may be given to it: damage is left out and reported (RINGLOG_READER_GAP), memory stays
 * within bounds, and nothing that a file holds is interpreted by printf(3) or sent to a terminal
 * without escaping. A file is read in one pass from front to back, so a pipe will do; of what can
 * be sought in, parts that a selection does not want are not read.
 *
 * What is compressed with gzip or zstd is read as it is, also from a pipe: the first bytes tell,
 * not the name. Such a file is always read through. Where it is damaged or cut short there is a gap
 * behind what could be decompressed, and nothing after it. A frame of zstd may want a window of 128
 * MiB, which is then what a reader takes.
 *
 * A reader belongs to one thread at a time; different readers know nothing of each other. None of
 * it is signal-safe. ringlog_init() is not needed. */
#ifndef RINGLOG_READER_H
#define RINGLOG_READER_H

#include "ringlog/handlers.h"
#include "ringlog/record.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ringlog_reader ringlog_reader;

/* Opens a file, compressed or not, or whatever can be read. -ENOENT and what else open(2) says;
 * -EISDIR; -ENOMEM. That the file is a log shows when the first record is read. */
RINGLOG_API int ringlog_reader_open(ringlog_reader **reader, const char *path);

/* Reads from a descriptor, which stays the caller's, from where it stands. `name` is for messages.
 * -EISDIR, -EBADF, -ENOMEM. */
RINGLOG_API int ringlog_reader_open_fd(ringlog_reader **reader, int fd, const char *name);

/* NULL is all right. */
RINGLOG_API void ringlog_reader_close(ringlog_reader *reader);

enum ringlog_reader_kind {
    RINGLOG_READER_END = 0,
    RINGLOG_READER_RECORD = 1,  /* a record that was logged */
    RINGLOG_READER_LOSS = 2,    /* the logger tells that it lost records */
    RINGLOG_READER_GAP = 3,     /* something is missing here, or cannot be read */
    RINGLOG_READER_PROCESS = 4, /* a process begins to write; several may share a file */
    RINGLOG_READER_MISSING = 5, /* records of one thread are not there */
    RINGLOG_READER_CLOSED = 6,  /* a process closed the file: what it wrote ends here */
    RINGLOG_READER_CLOCK = 7    /* what two clocks of the machine said at one moment */
};

/* What was read. Fields that a kind does not name are 0 or "". Texts are as they were logged, not
 * escaped. Grows at its end in later versions. */
struct ringlog_reader_record {
    enum ringlog_reader_kind kind;
    /* RECORD; LOSS has the level WARNING. */
    int level;
    const char *level_name;
    /* RECORD: when it was logged; LOSS: the end of the time in which records were lost; PROCESS:
     * when it began; CLOCK. Nanoseconds since the epoch. */
    int64_t time_ns;
    /* RECORD: its number among those of the process in this file, from 0. CLOSED: how many there
     * are. */
    uint64_t sequence;
    /* RECORD. */
    const char *logger;
    const char *file;
    const char *function;
    const char *format; /* the call's format; the message is ringlog_reader_message()'s */
    unsigned line;
    /* RECORD, MISSING, LOSS (0 and "": of no thread in particular). */
    pid_t thread;
    const char *thread_name;
    /* All but GAP. */
    pid_t process;
    const char *process_name;
    const char *host;
    /* RECORD. Not NUL-terminated; NULL: none. */
    const char *exception_text;
    size_t exception_length;
    const char *stack_text;
    size_t stack_length;
    /* LOSS: how many records, and the beginning of the time in which they were lost. */
    uint64_t lost;
    int64_t lost_since_ns;
    /* GAP: bytes [offset, end) cannot be read; offset == end: nothing is wrong with any byte, but
     * something that was written is not there. Of a compressed file they are the bytes that it
     * decompresses to. */
    uint64_t offset;
    uint64_t end;
    uint64_t missing_records;  /* as far as the file proves; more may have been at its end */
    uint64_t missing_sequence; /* of the first of them; MISSING: in the numbering of its thread */
    uint32_t missing_blocks;
    /* LOSS, GAP: why. */
    const char *reason;
    /* All but GAP: which of those that wrote into this file; a process that opened it twice counts
     * twice. Numbers without an order. */
    uint32_t stream;
    /* RECORD: which call site, with `stream`. */
    uint32_t site;
    /* RECORD, MISSING, LOSS: which thread of the process, from 1: system's ids come again. */
    uint32_t thread_number;
    /* RECORD: its number among those of its thread in `stream`, from 0: without a hole, if all are
     * there. */
    uint64_t thread_sequence;
    /* PROCESS, CLOCK: CLOCK_MONOTONIC at time_ns. */
    int64_t monotonic_ns;
    /* CLOCK: how much further time_ns has moved than monotonic_ns since the last PROCESS or CLOCK
     * of the process: the time of day was set, or is being adjusted. */
    int64_t clock_step_ns;
};

/* Reads on. enum ringlog_reader_kind; RINGLOG_READER_END (0) at the end of the file, after which it
 * may be called again if the file grows (a block that was half written by then is a GAP); -ENODATA
 * when the file is empty, -EBADMSG when it is no log, -ENOMEM, or what read(2) says. *record is
 * valid until the next call. */
RINGLOG_API int ringlog_reader_next(ringlog_reader *reader,
                                    const struct ringlog_reader_record **record);

/* ---- arguments ------------------------------------------------------------------------------- */

/* What a call passed, and the fields that came with it (ringlog/fields.h). */
struct ringlog_reader_argument {
    const char *key; /* of a field, not NUL-terminated; NULL: an argument of the format */
    size_t key_length;
    struct ringlog_value value;
};

/* The arguments of the RECORD just read, with the types that they were logged with: first those of
 * its format, numbered from 1 as in printf(3)'s %1$d (that of a * counts), then fields, each key
 * once, and "errno" where the format has %m. Start with *position 0; after each of the format's it
 * is that one's number. Texts are as they were logged, not escaped. Valid until the next record.
 * false: there are no more. */
RINGLOG_API bool ringlog_reader_next_argument(ringlog_reader *reader, size_t *position,
                                              struct ringlog_reader_argument *argument);

/* ---- text ------------------------------------------------------------------------------------ */

/* The message of the RECORD just read, rendered and escaped; of a LOSS, GAP or MISSING what it
 * means. Valid until the next call on the reader. 0, -EINVAL when there is none, -ENOMEM. */
RINGLOG_API int ringlog_reader_message(ringlog_reader *reader, const char **text, size_t *length);

/* The RECORD just read as a whole line, without a newline at its end, exception and stack text
 * behind it on lines of their own as Python's formatter has them. A LOSS is a line of logger
 * "ringlog" at WARNING. Valid until the next call on the reader. 0, -EINVAL when there is none,
 * -ENOMEM. */
RINGLOG_API int ringlog_reader_line(ringlog_reader *reader, const char **text, size_t *length);

/* The RECORD just read and those that follow it, as lines with a newline each: as many as come one
 * behind the other, are stamped `until_ns` or earlier (the first one whatever it says), are in
 * memory, and make some 64 KiB of text; *count of them. ringlog_reader_next() goes on behind the
 * last one; until then nothing more can be asked of a record. Several times as fast as one line by
 * one. Valid until the next call on the reader. 0, -EINVAL when no RECORD was read, -ENOMEM. */
RINGLOG_API int ringlog_reader_lines(ringlog_reader *reader, int64_t until_ns, const char **text,
                                     size_t *length, uint64_t *count);

/* What lines look like. NULL: "%(asctime)s %(levelname)s %(name)s: %(message)s". Unlike in the
 * running program, the call's own format text and exception texts are escaped too (but newlines and
 * tabs), as a file may come from anybody; `raw` passes everything. %(relativeCreated)d counts from
 * when the process began to write. Styles (ringlog/formatters.h) are as in the running program,
 * with exception and stack texts among the members; ringlog_reader_message() then escapes newlines
 * too. -EINVAL with the byte's offset or the option, -ENOMEM; the old format stays. */
static inline int ringlog_reader_set_format(ringlog_reader *reader,
                                            const struct ringlog_formatter_options *options);

/* Which records to give out. Losses are, if they fall into that time; gaps, processes and their
 * ends always; what threads miss never, as nobody knows what was passed over. */
struct ringlog_reader_selection {
    int level;        /* the least; 0: all */
    int64_t since_ns; /* nanoseconds since the epoch; 0: no limit */
    int64_t until_ns; /* the last that is taken; 0: no limit */
    /* Names of loggers: "A.B" takes A.B and A.B.*, as Python's Filter; with *, ? or [ in it, those
     * that fnmatch(3) says. Copied. NULL: all. */
    const char *const *loggers;
    size_t logger_count;
    /* Only the last so many records of the file as it is when reading begins, in the order in which
     * it has them, and what comes after; a few more, as blocks are given out whole. Of what is no
     * regular file: all. 0: all. */
    uint64_t last_records;
};

/* Blocks that hold nothing of the selection are passed over without being read, by the index of the
 * file if it has one; damage inside of them is not noticed. Before the first
 * ringlog_reader_next(). 0, -ENOMEM, -EBUSY when reading has begun. */
static inline int ringlog_reader_select(ringlog_reader *reader,
                                        const struct ringlog_reader_selection *selection);

/* The least and the greatest time of the records and losses of a file, by its index or, where it
 * has none, by the heads of its blocks; the reader stays where it is. Damage is passed over, and
 * what was logged in between but is not there cannot be known. 0; -ESPIPE for what is no regular
 * file; -ENODATA: nothing was logged; -ENOMEM, or what read(2) says. */
RINGLOG_API int ringlog_reader_times(const ringlog_reader *reader, int64_t *first_ns,
                                     int64_t *last_ns);

/* How many records a file has, as far as its index or the heads of its blocks tell; as above. 0;
 * -ESPIPE, -ENOMEM, or what read(2) says. */
RINGLOG_API int ringlog_reader_count(const ringlog_reader *reader, uint64_t *records);

/* Whether reading on needs no more of the file than is in memory: a program that follows a pipe
 * writes out what it has when it is not so. */
RINGLOG_API bool ringlog_reader_buffered(const ringlog_reader *reader);

/* Bytes read so far, and of the file as it is now (0 when that cannot be known); both of the file
 * as it is, compressed or not. */
RINGLOG_API uint64_t ringlog_reader_position(const ringlog_reader *reader);
RINGLOG_API uint64_t ringlog_reader_size(const ringlog_reader *reader);

/* The number of a level as people type it: "INFO", "warning", "WARN", "FATAL", "Level 25", or any
 * decimal number. 0 or -EINVAL. */
RINGLOG_API int ringlog_reader_parse_level(const char *name, int *level);

/* ---- what the inline wrappers call ------------------------------------------------------------
 */

RINGLOG_API int ringlog_reader_set_format_sized_(ringlog_reader *reader,
                                                 const struct ringlog_formatter_options *options,
                                                 size_t bytes);
RINGLOG_API int ringlog_reader_select_sized_(ringlog_reader *reader,
                                             const struct ringlog_reader_selection *selection,
                                             size_t bytes);

static inline int ringlog_reader_set_format(ringlog_reader *reader,
                                            const struct ringlog_formatter_options *options)
{
    return ringlog_reader_set_format_sized_(reader, options, sizeof *options);
}

static inline int ringlog_reader_select(ringlog_reader *reader,
                                        const struct ringlog_reader_selection *selection)
{
    return ringlog_reader_select_sized_(reader, selection, sizeof *selection);
}

#ifdef __cplusplus
}
#endif

#endif
