/* The few instructions that C has no word for. Not API. */
#ifndef RINGLOG_DETAIL_ARCH_H
#define RINGLOG_DETAIL_ARCH_H

#include <stdint.h>

#define RINGLOG_INLINE_      static inline __attribute__((always_inline, unused))
#define RINGLOG_LIKELY_(x)   __builtin_expect(!!(x), 1)
#define RINGLOG_UNLIKELY_(x) __builtin_expect(!!(x), 0)

#if defined(RINGLOG_BUILDING)
#    define RINGLOG_API __attribute__((visibility("default")))
#else
#    define RINGLOG_API
#endif

/* The clock of records: a counter of constant rate that all cores share. It is read without
 * waiting for earlier instructions to retire: a record's time is good to some ten nanoseconds,
 * and the read costs no more than it must. */
RINGLOG_INLINE_ uint64_t ringlog_ticks_(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#elif defined(__s390x__)
    uint64_t ticks; /* of the time-of-day clock, 4096 a microsecond */
    __asm__ __volatile__("stckf %0" : "=Q"(ticks) : : "cc");
    return ticks;
#else
#    error "ringlog knows the clocks of x86-64, aarch64 and s390x"
#endif
}

/* Where this function's frame lies: tells a nested call from one that outlived a longjmp. */
RINGLOG_INLINE_ uintptr_t ringlog_stack_(void)
{
    uintptr_t stack;
#if defined(__x86_64__)
    __asm__("mov %%rsp, %0" : "=r"(stack));
#elif defined(__aarch64__)
    __asm__("mov %0, sp" : "=r"(stack));
#else
    __asm__("lgr %0, %%r15" : "=r"(stack));
#endif
    return stack;
}

/* Asks for a line in writable state. By hand: __builtin_prefetch(p, 1) becomes a read prefetch
 * where the compiler may not assume the 3DNow! prefetches, which is plain x86-64. */
RINGLOG_INLINE_ void ringlog_prefetch_(const void *where)
{
#if defined(__x86_64__)
    __asm__ __volatile__("prefetchw %0" : : "m"(*(const char *)where));
#elif defined(__aarch64__)
    __asm__ __volatile__("prfm pstl1keep, %0" : : "Q"(*(const char *)where));
#else
    __builtin_prefetch(where, 1);
#endif
}

#endif
