/* The options that there are: getopt_long(3), --help and completion go by one table. */
#ifndef LOGDUMP_OPTIONS_KNOWN_H
#define LOGDUMP_OPTIONS_KNOWN_H

#include "options/options.h"

struct known_option {
    const char *name;     /* NULL: not an option, but a heading of --help */
    char letter;          /* 0: none */
    const char *argument; /* NULL: none; "[=X]": it may be left out */
    /* Takes it over. False: it has said what is wrong. NULL: --help and --version. */
    bool (*take)(struct options *options, const char *argument);
    const char *help; /* NULL: another word for one that has */
};

/* Ends with one that has neither name nor help. */
extern const struct known_option known_options[];

#endif
