#include "ring_batch.h"

#include "ring/consume.h"
#include "ring/produce.h"
#include "ring/set.h"
#include "ringlog/detail/capture.h"

#include <string.h>

#define SITE 64 /* any id will do: nobody looks it up */

static struct rl_ring *ring;
static const struct ringlog_logger logger;

bool ring_batch_open(void)
{
    static const struct rl_settings settings = {
        .ring_bytes = 1 << 20, .string_cap = 1024, .drop = true, .state = RL_RUNNING};
    if (ring != NULL)
        return true;
    rl_settings_publish(&settings);
    if (!rl_producer_prepare(ringlog_stack_()))
        return false;
    ring = rl_ring_of(ringlog_producer_);
    return true;
}

void ring_batch_take(unsigned records)
{
    for (unsigned i = 0; i < records; i++) {
        struct rl_take take;
        if (!rl_take(&take, 4, false, ringlog_ticks_(), ringlog_stack_()))
            continue;
        memcpy(take.fields, &i, 4);
        rl_publish(&take, SITE, 0);
    }
}

void ring_batch_capture(unsigned records)
{
    for (unsigned i = 0; i < records; i++) {
        const struct ringlog_argument arguments[] = {{RINGLOG_FIELD_NONE, 0, 0, 0.0},
                                                     {RINGLOG_FIELD_U32, i, 0, 0.0},
                                                     {RINGLOG_FIELD_NONE, 0, 0, 0.0}};
        if (!ringlog_try_capture_(&logger, SITE, 20, arguments, 3, ringlog_stack_()))
            ring_batch_take(1);
    }
}

unsigned ring_batch_consume(void)
{
    struct rl_ring_record record = {0};
    unsigned records = 0;
    while (rl_ring_peek(ring, &record)) {
        rl_ring_step(ring, &record);
        records++;
    }
    return records;
}

void ring_batch_release(void)
{
    rl_ring_release(ring);
}
