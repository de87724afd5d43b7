/* How often the calling thread allocated, freed, or asked for a lock. */
#ifndef TESTS_COST_COUNTED_H
#define TESTS_COST_COUNTED_H

struct counted {
    unsigned long allocations; /* and frees */
    unsigned long locks;
};

/* Since the thread began. */
struct counted counted_calls(void);

#endif
