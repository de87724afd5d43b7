/* What was measured of a machine. */
#ifndef TUNE_MACHINE_H
#define TUNE_MACHINE_H

#include <stdint.h>

/* How fast the writer takes records out of rings and writes them to one kind of file. */
struct drain {
    double rate;   /* records a second, while it does nothing else */
    double cpu_ns; /* of a core, for one record */
    double bytes;  /* in the file, of one record */
};

/* How much later than asked a sleep ended. */
struct lateness {
    double p50_us, p99_us, p999_us, max_us;
    double asked_us; /* how long the sleeps were to be */
    double cpu_us;   /* of a core: one sleep, one wake-up */
    uint64_t samples;
};

struct writes {
    double p50_us, longest_us; /* of one write(2) */
    uint64_t samples, bytes;   /* so many, each of so many bytes */
};

struct machine {
    double call_ns; /* one log call, its ring in reach */
    struct drain text, binary;
    struct lateness wakes;
    struct writes writes;
};

#endif
