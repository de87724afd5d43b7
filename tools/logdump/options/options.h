/* The command line, taken apart. */
#ifndef LOGDUMP_OPTIONS_H
#define LOGDUMP_OPTIONS_H

#include "input/source.h"
#include "output/lines.h"
#include "select/filter.h"

enum output {
    OUTPUT_TEXT, /* or what setup.format.style says */
    OUTPUT_CSV,
    OUTPUT_CTF,
    OUTPUT_CHROME,
    OUTPUT_COUNT,
    OUTPUT_VERIFY,
    OUTPUT_STATS,
    OUTPUT_HISTOGRAM,
    OUTPUT_SUMMARY,
    OUTPUT_REPORT,
};

struct options {
    struct setup setup; /* what readers do by themselves; but for times, which see `when` */
    struct times_given {
        const char *since, *until, *around; /* NULL: not given */
        int64_t span_ns;                    /* of --around, to either side */
        bool from_end;                      /* relative ones are to the last record */
    } when;
    struct texts_given {
        const char **list;
        size_t count;
    } patterns, expressions; /* --grep, --where: compiled when all options are known */
    bool ignore_case;        /* for --grep */
    struct filter *filter;
    enum output output;
    const char *target;     /* --ctf, --report: where to */
    const char *columns;    /* --columns: of CSV; NULL: the usual ones */
    const char *duration;   /* --duration: of Chrome's events; NULL: they are instants */
    bool raw;               /* texts of CSV are not escaped */
    const char **arguments; /* --summary, --report: what of call sites is looked at */
    size_t argument_count;
    uint64_t top; /* --top: so many rows of each table; 0: all */
    struct lines_options lines;
    uint64_t head; /* 0: all */
    bool colour;
    bool rotated;
    char **names; /* of files, NULL-terminated */
};

/* False: it has said what is wrong, or has answered --help; *code is the exit code. */
bool options_parse(struct options *options, int argc, char **argv, int *code);
/* Works out times, of which "-15min" is relative to this. False: it has said what is wrong. */
bool options_find_times(struct options *options, int64_t now_ns);

void options_free(struct options *options);

#endif
