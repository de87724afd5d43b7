/* Where items go: lines of text, other formats, figures. One for a run. */
#ifndef LOGDUMP_SINK_H
#define LOGDUMP_SINK_H

#include "item.h"

struct sink {
    /* A RECORD or LOSS that was asked for, or (matched is false) that --context may want. */
    void (*take)(struct sink *sink, const struct item *item);
    /* Lines of RECORDs that were all asked for, as the reader makes them. NULL: only one by one. */
    void (*take_text)(struct sink *sink, const char *text, size_t length);
    /* Everything else that files tell: PROCESS, GAP, MISSING, CLOSED. NULL: not needed. */
    void (*note)(struct sink *sink, const struct item *item);
    /* All that is there by now has come; --follow waits for more. NULL: no matter. */
    void (*pause)(struct sink *sink);
    /* After the last one: writes what is left and frees the sink. enum exit_code, for what only the
     * sink can know; else EXIT_FOUND. */
    int (*end)(struct sink *sink);
    /* What it is for comes at the end: so an interrupt (^C) ends the reading, and then logdump. */
    bool ends_well;
};

#endif
