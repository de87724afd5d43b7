/* Line patterns: "%(asctime)s %(levelname)-8s %(message)s" compiled once per formatter.
 *
 * The tags are those of CPython's logging.LogRecord:
 *
 *     text      asctime levelname name message pathname filename module funcName processName
 *               threadName                                               %s
 *     integers  levelno lineno process thread                            %d %i %u %x %X %o, %s,
 *                                                                        %e %f %g and capitals
 *     reals     created msecs relativeCreated                            %f %e %g and capitals,
 *                                                                        %d %i %u (cut), %s
 *
 * with flags, width and precision as Python's % operator has them, which differs from C: width
 * and precision of %s count characters (code points), + and blank work with %x too, # with %o
 * means 0o, and the flag 0 fills up beside a precision. h, l and L are allowed and mean nothing.
 * Left out: %c, %r and %a. %s of a real is its %f, but %(msecs)s has no decimals: CPython prints
 * the shortest text that reads back the same, as in 618.0.
 *
 * Any other name is an extra field of the record, under any of these conversions: whether it is
 * there and fits shows with each record. %(fields)s is all of them.
 *
 * Unlike CPython, which looks at conversions only when a record comes, a pattern that is
 * malformed, names no tag at all or asks for a conversion that does not fit is refused at once. */
#ifndef RL_FORMAT_PATTERN_H
#define RL_FORMAT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/export.h"
#include "format/program.h"
#include "format/time_text.h"
#include "record/fields.h"

struct rl_record;

/* Bytes that are not the line's own; no terminator. */
struct rl_span {
    const char *bytes;
    size_t length;
};

/* A record as the tags see it. */
struct rl_line {
    int64_t wall_ns;  /* when, since the epoch */
    int64_t start_ns; /* what relativeCreated counts from, since the epoch */
    int64_t level;
    int64_t line_number;
    int64_t process_id;
    int64_t thread_id;
    struct rl_span level_name;
    struct rl_span logger_name;
    struct rl_span pathname;
    struct rl_span filename; /* this and module: rl_line_split_path */
    struct rl_span module;
    struct rl_span function;
    struct rl_span process_name;
    struct rl_span thread_name;

    /* The message: a program with its arguments, rendered in place, or without one a text. */
    const struct rl_program *program;
    const unsigned char *args;
    size_t args_bytes;
    struct rl_span message;
    bool message_escaped; /* `message` went through a program already: take it as it is */

    /* Program and names of call site, logger and level lie where they lie for as long as who
     * renders remembers them: lines in which these have the same addresses differ in nothing but
     * time, thread, the process's name and the record's arguments and fields. */
    bool lasting;

    /* Whose fields tags may name; NULL: it has none. */
    const struct rl_record *record;
    bool fields_optional; /* a field that it lacks shows as nothing */

    bool raw; /* nothing is escaped: neither arguments nor message nor names */
};

/* Sets filename and module from pathname, as CPython does: what follows the last slash, and that
 * without its last suffix, leading dots being no suffix. */
void rl_line_split_path(struct rl_line *line);

/* Appends the message alone, as %(message)s shows it. */
RL_SHARED void rl_line_append_message(const struct rl_line *line, struct rl_buffer *out);

/* The same with nothing escaped. */
void rl_line_append_raw_message(const struct rl_line *line, struct rl_buffer *out);

struct rl_pattern;

struct rl_pattern_error {
    size_t offset;     /* of the offending byte in the pattern */
    char message[128]; /* what is wrong with it */
};

/* NULL or "" as `text` is "%(message)s". `error` (may be NULL) is filled in for
 * -EINVAL  malformed, an unknown tag, a conversion that does not fit its tag, or no tag at all;
 * -ENOMEM. Immutable afterwards. */
int rl_pattern_new(struct rl_pattern **pattern, const char *text, struct rl_pattern_error *error);

/* NULL is all right. */
void rl_pattern_free(struct rl_pattern *pattern);

/* Fields that a record may lack: a packed list (record/extra.h), copied. Before the first
 * rendering. 0 or -ENOMEM. */
int rl_pattern_set_defaults(struct rl_pattern *pattern, struct rl_bytes defaults);

/* Appends the line, without a newline. false: the record lacks a field, or its type does not fit:
 * *field (may be NULL) is then its name, and the line is not whole. Names and message text are
 * escaped after width and precision. A program escapes its arguments as it renders, so there a
 * width or precision of %(message)s comes last and counts the escapes too. The pattern's own text
 * and asctime pass as they are. `time_text` is this formatter's, used by one thread at a time. */
bool rl_pattern_render(const struct rl_pattern *pattern, struct rl_time_text *time_text,
                       const struct rl_line *line, struct rl_buffer *out, struct rl_span *field);

#endif
