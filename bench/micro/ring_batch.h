/* Both ends of a ring, a batch at a time, for C++ to time: the internal headers are C's alone. */
#ifndef BENCH_MICRO_RING_BATCH_H
#define BENCH_MICRO_RING_BATCH_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* At most this many records of a batch fit into the ring. */
#define RING_BATCH 1000

/* Gets the calling thread a ring. */
bool ring_batch_open(void);

/* Publishes `records` records of one int: through the inlined capture, or out of line. */
void ring_batch_capture(unsigned records);
void ring_batch_take(unsigned records);

/* Reads what is there: one by one, without giving it back; returns how many. */
unsigned ring_batch_consume(void);
/* Gives it back. */
void ring_batch_release(void);

#ifdef __cplusplus
}
#endif

#endif
