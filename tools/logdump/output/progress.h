/* A bar on the terminal, while text goes elsewhere. */
#ifndef LOGDUMP_OUTPUT_PROGRESS_H
#define LOGDUMP_OUTPUT_PROGRESS_H

#include <stdint.h>

/* Of so many bytes; 0: nobody knows. */
void progress_begin(uint64_t bytes);

/* So many records more; `position` is asked once in a while: how many bytes have been read. */
void progress_tick(uint64_t items, uint64_t (*position)(void *context), void *context);

/* Takes the bar away, until the next tick. */
void progress_hide(void);

#endif
