/* What goes from the files to the output. */
#ifndef LOGDUMP_ITEM_H
#define LOGDUMP_ITEM_H

#include <ringlog/reader.h>
#include <stdbool.h>

/* Valid until the next one is asked for. */
struct item {
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    const char *name; /* of the file, for messages */
    unsigned file;    /* its number, from 0 in the order of the command line */
    bool matched;     /* false: it is only near one that is asked for */
};

#endif
