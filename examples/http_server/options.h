/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <ringlog/handlers.h>

#include <stdbool.h>
#include <stdint.h>

struct options {
    uint16_t port; /* 0: one that is free */
    unsigned workers;
    const char *text_path; /* NULL: no text log */
    const char *rlog_path; /* NULL: no binary log */
    uint16_t mail_port;    /* of a mail server on this machine; 0: no mail */
    const char *mail_to;
    bool console;
    enum ringlog_colour colour; /* of the console */
    bool verbose;               /* DEBUG too */
    uint64_t slow_us;
};

/* -1: go on; otherwise what to exit with. */
int options_parse(struct options *options, int argc, char **argv);

#endif
