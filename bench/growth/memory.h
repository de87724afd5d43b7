/* Memory of this process, as the kernel counts it. */
#ifndef BENCH_GROWTH_MEMORY_H
#define BENCH_GROWTH_MEMORY_H

#include <stddef.h>

struct memory {
    size_t
        most_bytes; /* resident, the most so far; getrusage(2) tells of what ran before exec too */
    size_t
        now_bytes; /* resident; a page that is mapped twice, as those of rings are, counts twice */
    size_t own_bytes; /* the same, but that such a page counts once */
};

struct memory memory_now(void);

#endif
