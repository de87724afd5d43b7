/* What the shell sees; the worst of all files counts. */
#ifndef LOGDUMP_EXIT_H
#define LOGDUMP_EXIT_H

enum exit_code {
    EXIT_FOUND = 0,
    EXIT_NOTHING = 1,    /* no record matched */
    EXIT_USAGE = 2,      /* the command line makes no sense */
    EXIT_DAMAGED = 3,    /* something is missing; the rest was printed */
    EXIT_UNREADABLE = 4, /* a file could not be read at all */
};

#endif
