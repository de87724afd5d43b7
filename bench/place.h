/* Which thread runs on which core. */
#ifndef BENCH_PLACE_H
#define BENCH_PLACE_H

/* Cores of this process: the last one, and the last but one where there are two. */
int place_last_core(void);
int place_other_core(int core);

/* Puts the calling thread, and what threads it starts, on a core; -1: on any that the process had
 * at its start. */
void place_self(int core);
/* Puts every other thread of this process on it. */
void place_others(int core);

#endif
