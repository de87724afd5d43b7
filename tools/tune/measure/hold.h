/* A handler that holds the writer up, and tells how much of a core the writer has used: what its
 * callback sees is the writer's thread. */
#ifndef TUNE_MEASURE_HOLD_H
#define TUNE_MEASURE_HOLD_H

#include "measure/target.h"

#include <ringlog/handlers.h>
#include <semaphore.h>
#include <time.h>

struct hold {
    sem_t held;      /* posted by the writer when it is there */
    sem_t released;  /* the writer goes on */
    clockid_t clock; /* the writer's CPU time, once it was there */
};

/* Each record of the logger `name` holds the writer up, and goes nowhere else. 0 or a negative
 * errno. */
int hold_new(struct hold *hold, const char *name);

/* Has the writer wait, and waits for it; or only waits, for the record of somebody else. False: it
 * has not come in FLUSH_MS; `why`. */
bool hold_writer(struct hold *hold, const char *name, char why[APART_WHY_BYTES]);
bool hold_await(struct hold *hold, char why[APART_WHY_BYTES]);
void hold_release(struct hold *hold);

#endif
