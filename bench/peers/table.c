#include "table.h"

#include "../messages.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_ROWS     65536
#define STRINGS        100000
#define SHORTEST       8
#define LONGEST        48
#define LONGEST_SIID   35
#define STRING_BYTES   (LONGEST + 1)
#define MOST_OF_A_REAL 1000

/* ---- random values: always the same -----------------------------------------------------------*/

static uint64_t random_state = 1;

/* SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014). */
static uint64_t random_bits(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* In [0, 1). */
static double random_unit(void)
{
    return (double)(random_bits() >> 11) * 0x1p-53;
}

/* Log-uniform: as many of one digit as of nine. */
static uint64_t random_integer(unsigned bits)
{
    return (uint64_t)exp2(random_unit() * bits) - 1;
}

/* Of 1 to 17 significant digits. */
static double random_real(void)
{
    char text[40];
    const int digits = 1 + (int)(random_bits() % 17);
    snprintf(text, sizeof text, "%.*g", digits, random_unit() * MOST_OF_A_REAL);
    return strtod(text, NULL);
}

static void random_string(char *to)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789./:-";
    const size_t length = SHORTEST + random_bits() % (LONGEST - SHORTEST + 1);
    for (size_t i = 0; i < length; i++)
        to[i] = letters[random_bits() % (sizeof letters - 1)];
    to[length] = '\0';
}

/* ---- varied -----------------------------------------------------------------------------------*/

static struct {
    char texts[STRINGS][STRING_BYTES];
    char cut[STRINGS][STRING_BYTES];
    double zipf[STRINGS]; /* summed */
} pool;

static struct {
    const char *string[TABLE_ROWS];
    const char *cut[TABLE_ROWS];
    int number[TABLE_ROWS];
    unsigned unsigned_1[TABLE_ROWS], unsigned_2[TABLE_ROWS], unsigned_3[TABLE_ROWS];
    unsigned long long_1[TABLE_ROWS], long_2[TABLE_ROWS];
    double real[TABLE_ROWS];
} rows;

static void fill_pool(void)
{
    double sum = 0;
    for (size_t i = 0; i < STRINGS; i++) {
        random_string(pool.texts[i]);
        memcpy(pool.cut[i], pool.texts[i], LONGEST_SIID);
        pool.zipf[i] = sum += 1.0 / (double)(i + 1);
    }
}

/* Zipf-distributed: the k-th is k times as rare as the first. */
static size_t random_rank(void)
{
    const double at = random_unit() * pool.zipf[STRINGS - 1];
    size_t first = 0, end = STRINGS - 1;
    while (first < end) {
        const size_t middle = (first + end) / 2;
        if (pool.zipf[middle] < at)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

static void fill_rows(void)
{
    for (size_t i = 0; i < TABLE_ROWS; i++) {
        const size_t rank = random_rank();
        rows.string[i] = pool.texts[rank];
        rows.cut[i] = pool.cut[rank];
        rows.number[i] = (int)random_integer(31) * (random_bits() % 2 == 0 ? 1 : -1);
        rows.unsigned_1[i] = (unsigned)random_integer(32);
        rows.unsigned_2[i] = (unsigned)random_integer(32);
        rows.unsigned_3[i] = (unsigned)random_integer(32);
        rows.long_1[i] = random_integer(64);
        rows.long_2[i] = random_integer(64);
        rows.real[i] = random_real();
    }
}

static struct columns varied_columns(enum peer_message message)
{
    static bool filled;
    if (!filled) {
        fill_pool();
        fill_rows();
        filled = true;
    }
    return (struct columns){TABLE_ROWS - 1,  message == PEER_SIID ? rows.cut : rows.string,
                            rows.number,     rows.unsigned_1,
                            rows.unsigned_2, rows.unsigned_3,
                            rows.long_1,     rows.long_2,
                            rows.real};
}

/* ---- constant ---------------------------------------------------------------------------------*/

static struct columns constant_columns(enum peer_message message)
{
    static const char *string;
    static int number = INT_VALUE;
    static unsigned unsigned_1, unsigned_2, unsigned_3 = COMPLEX_VALUE_4;
    static unsigned long long_1 = COMPLEX_VALUE_1, long_2 = IID_VALUE_2;
    static double real;
    string = message == PEER_SIID ? SIID_STRING : STRING_VALUE;
    unsigned_1 = message == PEER_TWO_INTS ? TWO_INTS_VALUE_1 : COMPLEX_VALUE_2;
    unsigned_2 = message == PEER_TWO_INTS ? TWO_INTS_VALUE_2 : COMPLEX_VALUE_3;
    real = message == PEER_DOUBLE ? DOUBLE_VALUE : COMPLEX_VALUE_5;
    return (struct columns){0,           &string, &number, &unsigned_1, &unsigned_2,
                            &unsigned_3, &long_1, &long_2, &real};
}

struct columns table_columns(enum peer_message message, bool varied)
{
    return varied ? varied_columns(message) : constant_columns(message);
}

/* ---- names ------------------------------------------------------------------------------------*/

static const char *const names[PEER_MESSAGES] = {"static", "string",  "int", "two_ints",
                                                 "double", "complex", "iid", "siid"};

const char *table_message_name(enum peer_message message)
{
    return names[message];
}

enum peer_message table_message_of(const char *name)
{
    int message = 0;
    while (message < PEER_MESSAGES && strcmp(names[message], name) != 0)
        message++;
    return (enum peer_message)message;
}

void table_print(FILE *out, enum peer_message message, const struct columns *columns)
{
    static const char *const texts[PEER_MESSAGES] = {STATIC_TEXT,   STRING_TEXT, INT_TEXT,
                                                     TWO_INTS_TEXT, DOUBLE_TEXT, COMPLEX_TEXT,
                                                     IID_TEXT,      SIID_TEXT};
    fprintf(out, "%s\n", texts[message]);
    for (size_t i = 0; i <= columns->mask; i++)
        fprintf(out, "%s\t%d\t%u\t%u\t%u\t%lu\t%lu\t%.17g\n", columns->string[i],
                columns->number[i], columns->unsigned_1[i], columns->unsigned_2[i],
                columns->unsigned_3[i], columns->long_1[i], columns->long_2[i], columns->real[i]);
}
