/* The public reader from inside: what opens and reads (reader.c) and what renders (render.c). */
#ifndef RL_LOGFILE_READER_H
#define RL_LOGFILE_READER_H

#include "format/line_format.h"
#include "logfile/read.h"
#include "ringlog/reader.h"

struct ringlog_reader {
    struct rl_logfile_reader inner;
    char *name; /* for messages */
    int fd;
    bool owns_fd;
    bool begun;
    int kind;  /* of the last item */
    int ahead; /* if `is_ahead`: the next item, which ringlog_reader_lines() has read, or -errno */
    bool is_ahead;
    struct ringlog_reader_record record;
    struct rl_argument_walk {
        size_t position;
        unsigned code; /* of the format's fields, the next one */
        bool in_extras;
        bool has_errno; /* passed over: it comes last */
        struct rl_value errno_value;
        struct rl_fields fields; /* not read yet */
        struct rl_extras extras;
    } walk; /* over the record's arguments */
    char level_scratch[32];
    size_t level_length; /* of the record's level's name */
    char **loggers; /* copies of the selection's */
    size_t logger_count;

    bool has_format;
    struct rl_line_format format;
    bool raw; /* programs leave everything as it is: output is made harmless later, or never */
    struct rl_line line;
    /* What `line` was filled in for, apart from what every record changes. */
    uint64_t line_generation;
    const struct rl_site *line_site; /* NULL: for nothing */
    struct rl_buffer text;           /* of the last message or line */
    struct rl_buffer part;           /* of a text in the making */
};

void rl_reader_show_level(struct ringlog_reader *reader, int level);

/* The format of a reader that was given none. 0 or -errno. */
int rl_reader_default_format(struct ringlog_reader *reader);

#endif
