#include "insight/count.h"

#include "exit.h"
#include "output/out.h"

#include <inttypes.h>
#include <stdlib.h>

struct count {
    struct sink sink;
    uint64_t records;
};

static void take(struct sink *sink, const struct item *item)
{
    ((struct count *)sink)->records += item->record->kind == RINGLOG_READER_RECORD;
}

static int end(struct sink *sink)
{
    out_printf("%" PRIu64 "\n", ((struct count *)sink)->records);
    free(sink);
    return EXIT_FOUND;
}

struct sink *count_sink_new(void)
{
    struct count *count = must_have(calloc(1, sizeof *count));
    count->sink = (struct sink){.take = take, .end = end, .ends_well = true};
    return &count->sink;
}
