/* The options that a program has: getopt_long(3), --help and completion go by one table. */
#ifndef TOOLS_SHARED_KNOWN_OPTIONS_H
#define TOOLS_SHARED_KNOWN_OPTIONS_H

#include <stdbool.h>

struct options; /* the program's own */

struct known_option {
    const char *name;     /* NULL: not an option, but a heading of --help */
    char letter;          /* 0: none */
    const char *argument; /* NULL: none; "[=X]": it may be left out */
    /* Takes it over. False: it has said what is wrong. NULL: --help and --version. */
    bool (*take)(struct options *options, const char *argument);
    const char *help; /* NULL: another word for one that has */
};

/* The program's. Ends with one that has neither name nor help. */
extern const struct known_option known_options[];

struct known_program {
    const char *name, *version;
    const char *head, *foot; /* of --help, around the options */
    int text_column;         /* where it says what an option does */
};
extern const struct known_program known_program;

/* Takes over all options; what is left begins at optind. False: one was refused, which has been
 * said, or (*answered) --help or --version was all that was asked for, and has been printed. */
bool known_options_take(struct options *options, int argc, char **argv, bool *answered);

/* --help. */
void known_options_help(void);

#endif
