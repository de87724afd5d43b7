/* Random numbers for property tests: the seed is printed, and RINGLOG_TEST_SEED sets it, so that
 * a failure can be had again; RINGLOG_TEST_COUNT sets the number of cases. */
#ifndef TESTS_UNIT_RANDOM_H
#define TESTS_UNIT_RANDOM_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sanitizers make the work five times slower and look for other things than values. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#    define TEST_COUNT_DIVISOR 10
#else
#    define TEST_COUNT_DIVISOR 1
#endif

static uint64_t random_state;

static inline void random_start(uint64_t seed)
{
    const char *wanted = getenv("RINGLOG_TEST_SEED");
    random_state = wanted != NULL ? strtoull(wanted, NULL, 0) : seed;
    printf("RINGLOG_TEST_SEED=%" PRIu64 "\n", random_state);
}

static inline unsigned long random_cases(unsigned long count)
{
    const char *wanted = getenv("RINGLOG_TEST_COUNT");
    return wanted != NULL ? strtoul(wanted, NULL, 0) : count / TEST_COUNT_DIVISOR;
}

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
static inline uint64_t random_bits(void)
{
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline unsigned random_below(unsigned limit)
{
    return (unsigned)(random_bits() % limit);
}

/* Integers of every size and near the edges of the types. */
static inline uint64_t random_integer(void)
{
    uint64_t bits = random_bits() >> random_below(64);
    switch (random_below(8)) {
    case 0:
        return 0 - bits;
    case 1:
        return (UINT64_C(1) << random_below(64)) + random_below(3) - 1;
    case 2:
        return random_below(2) ? 0 : 0 - (uint64_t)random_below(3);
    default:
        return bits;
    }
}

static inline double random_from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Doubles of all kinds, with those that are hard to round well over-represented. */
static inline double random_double(void)
{
    static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e9, 1e15, 1e22, 1e23};
    double sign = random_below(2) ? 1 : -1;
    switch (random_below(10)) {
    case 0:
        return random_from_bits(random_bits()); /* any, infinities and NaNs too */
    case 1:
        return random_from_bits(random_bits() >> 12 | random_bits() << 63); /* denormal */
    case 2:
        return sign * ((double)random_below(100000) + 0.5); /* ties of %.0f */
    case 3:
        return sign * (double)random_below(1000000) / (double)(1U << random_below(20)); /* ties */
    case 4:
        return sign * (double)random_below(1000000) / powers[random_below(11)];
    case 5:
        return sign * (double)(random_below(100)) * powers[random_below(11)];
    case 6:
        return sign * (double)(int64_t)random_integer();
    case 7:
        return sign * (double)(random_bits() >> 11) * 0x1p-53;
    case 8: {
        static const uint64_t special[] = {
            0,
            UINT64_C(1) << 63,
            UINT64_C(0x7ff0000000000000), /* infinity */
            UINT64_C(0xfff0000000000000),
            UINT64_C(0x7ff8000000000000), /* NaN */
            UINT64_C(0xfff8000000000001),
            UINT64_C(0x7fefffffffffffff), /* the greatest */
            UINT64_C(0x0010000000000000), /* the least normal */
            UINT64_C(1),                  /* the least */
            UINT64_C(0x43f0000000000000), /* 2^64 */
            UINT64_C(0x43efffffffffffff), /* just below */
        };
        return random_from_bits(special[random_below(11)]);
    }
    default:
        return sign * random_from_bits((random_bits() >> 12) |
                                       (uint64_t)(1023 - 40 + random_below(80)) << 52);
    }
}

#endif
