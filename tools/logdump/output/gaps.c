#include "output/gaps.h"

#include "output/out.h"

#include <inttypes.h>

/* After so many messages the rest is summed up. */
#define MOST_MESSAGES 20

static struct {
    unsigned messages;
    uint64_t records, bytes;
} told;

void gaps_tell(const struct item *item)
{
    const struct ringlog_reader_record *gap = item->record;
    const char *text;
    size_t length;
    if (gap->kind == RINGLOG_READER_GAP) {
        told.records += gap->missing_records;
        told.bytes += gap->end - gap->offset;
    }
    if (told.messages++ >= MOST_MESSAGES ||
        ringlog_reader_message(item->reader, &text, &length) < 0)
        return;
    /* In the order of the text, when both go to one terminal. */
    out_flush();
    complain("%s: %.*s", item->name, (int)length, text);
}

void gaps_sum_up(void)
{
    if (told.messages > MOST_MESSAGES)
        complain("and %u more messages like these: in all %" PRIu64
                 " bytes could not be read, %" PRIu64 " records are missing",
                 told.messages - MOST_MESSAGES, told.bytes, told.records);
}
