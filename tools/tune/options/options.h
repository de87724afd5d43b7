/* What the tool is asked to do. */
#ifndef TUNE_OPTIONS_OPTIONS_H
#define TUNE_OPTIONS_OPTIONS_H

#include "load.h"

#include <stdbool.h>
#include <stdint.h>

struct options {
    struct load load;
    bool has_rate;      /* otherwise it only measures */
    const char *format; /* of printf(3); NULL: bytes were given, or nothing */
    bool has_bytes;
    unsigned guessed;   /* strings of the format that have no example */
    const char *folder; /* NULL: here */
    bool null;          /* instead: /dev/null */
    double seconds;     /* of each measurement */
    bool check;
    uint64_t ring_bytes; /* to be checked; 0: what is recommended */
    uint32_t flush_interval_us;
    bool json, colour;
};

/* False: there is nothing more to do, and *code says why. */
bool options_parse(struct options *options, int argc, char **argv, int *code);

#endif
