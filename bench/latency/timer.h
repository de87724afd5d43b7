/* Start and stop of a measurement: nothing of what is measured leaks out at either end. */
#ifndef BENCH_LATENCY_TIMER_H
#define BENCH_LATENCY_TIMER_H

#include <ringlog/detail/arch.h>

static inline __attribute__((always_inline)) uint64_t timer_start(void)
{
#if defined(__x86_64__)
    __builtin_ia32_lfence();
    const uint64_t ticks = __builtin_ia32_rdtsc();
    __builtin_ia32_lfence();
    return ticks;
#else
    __asm__ __volatile__("isb" ::: "memory");
    const uint64_t ticks = ringlog_ticks_();
    __asm__ __volatile__("isb" ::: "memory");
    return ticks;
#endif
}

static inline __attribute__((always_inline)) uint64_t timer_stop(void)
{
#if defined(__x86_64__)
    unsigned core;
    const uint64_t ticks = __builtin_ia32_rdtscp(&core);
    __builtin_ia32_lfence();
    return ticks;
#else
    return timer_start();
#endif
}

#endif
