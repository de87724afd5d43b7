/* Lists what a reader makes of log files, in a form that another reader can be compared by: one
 * line an item, texts in hexadecimal.
 *
 *     list_log FILE...
 *
 *     process STREAM PID HOST NAME VERSION
 *     record  STREAM SEQUENCE TIME LEVEL LOGGER THREAD TID THREADNAME THREADSEQUENCE FILE LINE
 *             FUNCTION FORMAT EXCEPTION STACK ADDED CONTEXT FIELD...
 *     loss    STREAM THREAD COUNT REASON FROM TO
 *     gap     FROM TO RECORDS
 *     missing STREAM THREAD FIRST COUNT
 *     closed  STREAM RECORDS
 *     clock   STREAM TIME MONOTONIC
 *
 * A text is its bytes, or "-" for none; a field is its code, a colon and its value. A long double
 * is 128 bits of its binary fraction, from 1/2 to 1, in hexadecimal, and the power of two it is
 * times. */
#include "logfile/read.h"
#include "record/fields.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void put_bytes(const void *bytes, size_t length)
{
    putchar(' ');
    for (size_t i = 0; i < length; i++)
        printf("%02x", ((const unsigned char *)bytes)[i]);
    if (length == 0)
        putchar('-');
}

static void put_text(const char *text)
{
    put_bytes(text, strlen(text));
}

/* The same text for the same number, whatever bits a machine's long double has. */
static void put_long_real(long double value)
{
    int exponent = 0;
    const char *sign = signbit(value) ? "-" : "";
    if (isnan(value) || isinf(value)) {
        printf("%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    const long double upper = ldexpl(frexpl(fabsl(value), &exponent), 64);
    const uint64_t high = (uint64_t)upper;
    const uint64_t low = (uint64_t)ldexpl(upper - (long double)high, 64);
    printf("%s%016" PRIx64 "%016" PRIx64 "p%d", sign, high, low, exponent);
}

static void put_field(uint8_t code, const struct rl_value *value, const unsigned char *at)
{
    printf(" %u:", code);
    switch (code) {
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_I64:
    case RINGLOG_FIELD_ERRNO:
        printf("%" PRId64, (int64_t)value->as.bits);
        break;
    case RINGLOG_FIELD_F64:
        printf("%016" PRIx64, rl_load_u64(at));
        break;
    case RINGLOG_FIELD_F80:
        put_long_real(value->as.long_real);
        break;
    case RINGLOG_FIELD_STRING:
    case RINGLOG_FIELD_BYTES:
        fputs(value->as.text.bytes == NULL ? "null"
              : value->as.text.truncated   ? "cut"
                                           : "all",
              stdout);
        put_bytes(value->as.text.bytes, value->as.text.length);
        break;
    default:
        printf("%" PRIu64, value->as.bits);
        break;
    }
}

static void put_fields(const struct rl_logfile_reader *reader)
{
    const struct rl_record *record = &reader->record;
    struct rl_fields fields = {record->fields, record->fields + record->fields_bytes};
    struct rl_value value;
    for (unsigned i = 0; i < reader->site->shape.count; i++) {
        const unsigned char *at = fields.at;
        if (!rl_fields_next(&fields, reader->site->shape.codes[i], &value))
            break;
        put_field(reader->site->shape.codes[i], &value, at);
    }
}

static void put_record(const struct rl_logfile_reader *reader)
{
    const struct rl_record *record = &reader->record;
    printf("record %" PRIu32 " %" PRIu64 " %" PRId64 " %d", reader->stream->id, reader->sequence,
           record->time_ns, record->level);
    put_text(record->logger_name);
    printf(" %" PRIu32 " %d", record->thread->number, (int)record->thread->tid);
    put_text(record->thread->name);
    printf(" %" PRIu64, reader->thread_sequence);
    put_text(rl_site_file(record->site));
    printf(" %" PRIu32, record->site->line);
    put_text(rl_site_function(record->site));
    put_bytes(rl_site_format(record->site), record->site->format_length);
    const bool event = (record->site->flags & RL_SITE_EVENT) != 0; /* then they are fields */
    put_bytes(record->exception_text, event ? 0 : record->exception_length);
    put_bytes(record->stack_text, event ? 0 : record->stack_length);
    put_bytes(record->extra[RL_EXTRA_ADDED].at, record->extra[RL_EXTRA_ADDED].length);
    put_bytes(record->extra[RL_EXTRA_CONTEXT].at, record->extra[RL_EXTRA_CONTEXT].length);
    put_fields(reader);
}

static void put_item(const struct rl_logfile_reader *reader, int item)
{
    const struct rl_told_loss *loss = &reader->loss;
    switch (item) {
    case RL_ITEM_RECORD:
        put_record(reader);
        break;
    case RL_ITEM_STREAM:
        printf("process %" PRIu32 " %d", reader->stream->id, (int)reader->stream->pid);
        put_text(reader->stream->host);
        put_text(reader->stream->process_name);
        put_text(reader->stream->version);
        break;
    case RL_ITEM_LOSS:
        printf("loss %" PRIu32 " %" PRIu32 " %" PRIu64 " %" PRIu32 " %" PRId64 " %" PRId64,
               reader->stream->id, loss->thread == NULL ? 0 : loss->thread->number, loss->count,
               loss->reason, loss->from_ns, loss->to_ns);
        break;
    case RL_ITEM_MISSING:
        printf("missing %" PRIu32 " %" PRIu32 " %" PRIu64 " %" PRIu64, reader->stream->id,
               reader->missing.thread->number, reader->missing.first, reader->missing.count);
        break;
    case RL_ITEM_CLOCK:
        printf("clock %" PRIu32 " %" PRId64 " %" PRId64, reader->stream->id,
               reader->stream->clock_time_ns, reader->stream->clock_monotonic_ns);
        break;
    case RL_ITEM_CLOSED:
        printf("closed %" PRIu32 " %" PRIu64, reader->stream->id, reader->stream->next_sequence);
        break;
    default:
        printf("gap %" PRIu64 " %" PRIu64 " %" PRIu64, reader->gap.from, reader->gap.to,
               reader->gap.records);
        break;
    }
    putchar('\n');
}

static int list(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        perror(path);
        return 1;
    }
    struct rl_logfile_reader reader;
    rl_logfile_reader_init(&reader, fd);
    int item;
    while ((item = rl_logfile_reader_next(&reader)) > 0)
        put_item(&reader, item);
    rl_logfile_reader_free(&reader);
    close(fd);
    if (item < 0)
        fprintf(stderr, "%s: %s\n", path, strerror(-item));
    return item < 0;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= list(argv[i]);
    return failed;
}
