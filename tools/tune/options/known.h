/* The options that there are: getopt_long(3), --help and completion go by one table. */
#ifndef TUNE_OPTIONS_KNOWN_H
#define TUNE_OPTIONS_KNOWN_H

#include "options/options.h"

struct known_option {
    const char *name;     /* NULL: not an option, but a heading of --help */
    char letter;          /* 0: none */
    const char *argument; /* NULL: none */
    /* Takes it over. False: it has said what is wrong. NULL: --help and --version. */
    bool (*take)(struct options *options, const char *argument);
    const char *help;
};

/* Ends with one that has neither name nor help. */
extern const struct known_option known_options[];

void help_print(void);

#endif
