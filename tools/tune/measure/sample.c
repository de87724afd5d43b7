#include "measure/sample.h"

#include <stdlib.h>
#include <string.h>

/* Of SAMPLE_MIXED, without the string: two ints, a double, the string's length. */
#define MIXED_BYTES 20

static enum sample_shape shape_of(uint64_t argument_bytes)
{
    if (argument_bytes == 0)
        return SAMPLE_BARE;
    if (argument_bytes <= 8)
        return SAMPLE_TWO_INTS;
    return argument_bytes <= 16 ? SAMPLE_FOUR_INTS : SAMPLE_MIXED;
}

/* Numbers that look like any, the same ones each time. */
static uint32_t scramble(uint64_t number)
{
    return (uint32_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static char *new_string(uint64_t length, unsigned number)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz/-.012";
    char *string = malloc(length + 1);
    if (string == NULL)
        return NULL;
    for (uint64_t i = 0; i < length; i++)
        string[i] = letters[scramble(i * SAMPLE_STRINGS + number + 1) % (sizeof letters - 1)];
    string[length] = '\0';
    return string;
}

bool sample_new(struct sample *sample, uint64_t argument_bytes)
{
    const uint64_t length = argument_bytes > MIXED_BYTES ? argument_bytes - MIXED_BYTES : 0;
    *sample = (struct sample){.shape = shape_of(argument_bytes)};
    for (unsigned i = 0; i < SAMPLE_STRINGS; i++) {
        sample->strings[i] = new_string(length, i);
        if (sample->strings[i] == NULL) {
            sample_free(sample);
            return false;
        }
    }
    return true;
}

void sample_free(struct sample *sample)
{
    for (unsigned i = 0; i < SAMPLE_STRINGS; i++) {
        free(sample->strings[i]);
        sample->strings[i] = NULL;
    }
}

void sample_log(const struct sample *sample, ringlog_logger *logger, uint64_t count)
{
    switch (sample->shape) {
    case SAMPLE_BARE:
        for (uint64_t i = 0; i < count; i++)
            ringlog_info(logger, "connection accepted");
        break;
    case SAMPLE_TWO_INTS:
        for (uint64_t i = 0; i < count; i++)
            ringlog_info(logger, "queue %d holds %d", (int)(i & 7), (int)(scramble(i) >> 20));
        break;
    case SAMPLE_FOUR_INTS:
        for (uint64_t i = 0; i < count; i++)
            ringlog_info(logger, "worker %d: %d of %d done, %d failed", (int)(i & 7), (int)i,
                         (int)count, (int)(scramble(i) >> 28));
        break;
    case SAMPLE_MIXED:
        for (uint64_t i = 0; i < count; i++) {
            const uint32_t any = scramble(i);
            ringlog_info(logger, "GET %s -> %d in %.3f ms, worker %d",
                         sample->strings[any % SAMPLE_STRINGS], (any >> 8) % 8 == 0 ? 404 : 200,
                         (double)(any >> 16) * 0.001, (int)(i & 7));
        }
        break;
    }
}
