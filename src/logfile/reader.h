/* The public reader from inside: what opens and reads (reader.c) and what renders (render.c). */
#ifndef RL_LOGFILE_READER_H
#define RL_LOGFILE_READER_H

#include "format/pattern.h"
#include "logfile/read.h"
#include "ringlog/reader.h"

struct ringlog_reader {
    struct rl_logfile_reader inner;
    char *name; /* for messages */
    int fd;
    bool owns_fd;
    bool begun;
    int kind; /* of the last item */
    struct ringlog_reader_record record;
    char level_scratch[32];
    char **loggers; /* copies of the selection's */
    size_t logger_count;

    struct rl_pattern *pattern;
    struct rl_time_text time_text;
    bool raw;
    struct rl_line line;
    /* What `line` was filled in for, apart from what every record changes. */
    uint64_t line_generation;
    const struct rl_site *line_site; /* NULL: for nothing */
    struct rl_buffer text;           /* of the last message or line */
    struct rl_buffer part;           /* of a text in the making */
};

/* The format of a reader that was given none. 0 or -errno. */
int rl_reader_default_format(struct ringlog_reader *reader);
void rl_reader_free_format(struct ringlog_reader *reader);


#endif
