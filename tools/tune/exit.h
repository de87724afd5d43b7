/* What the shell sees. */
#ifndef TUNE_EXIT_H
#define TUNE_EXIT_H

enum exit_code {
    EXIT_GOOD = 0,   /* settings were found and, if that was asked for, confirmed */
    EXIT_NOT = 1,    /* the load is too much, or a call had to wait */
    EXIT_USAGE = 2,  /* the command line makes no sense */
    EXIT_FAILED = 3, /* something could not be measured */
};

#endif
