/* Any text as an expression of logdump's --where, and what it says of a few records that have a bit
 * of everything. For libFuzzer:
 *
 *     fuzz_expression -dict=tests/fuzz/expression.dict tests/fuzz/corpus/expression */
#include "logfile/log_builder.h"
#include "ringlog/detail/field.h"
#include "ringlog/reader.h"
#include "select/expression.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* 2026-01-02T03:04:05 UTC */
#define NOW_NS INT64_C(1767323045000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_record(struct builder *builder, const char *format, const char *codes, double real)
{
    for (const char *code = codes; *code != '\0'; code++)
        switch (*code) {
        case RINGLOG_FIELD_I32:
            put_i32(&builder->fields, 5);
            break;
        case RINGLOG_FIELD_U64:
            put_u64(&builder->fields, UINT64_MAX);
            break;
        case RINGLOG_FIELD_F64:
            put_f64(&builder->fields, real);
            break;
        default:
            put_text(&builder->fields, real < 0 ? NULL : "caf\xc3\xa9 \xff", real < 0 ? 0 : 7,
                     false);
            break;
        }
    if (builder_add(builder, builder_site(builder, 30, 0, format, codes), 30) != 0)
        abort();
}

/* A log in memory. */
static int write_log(void)
{
    struct builder *builder = builder_new(1);
    add_record(builder, "%d of %lu", "\x01\x04", 0);
    add_record(builder, "%f of %s", "\x06\x08", NAN);
    add_record(builder, "%f of %s", "\x06\x08", -DBL_MAX);
    add_record(builder, "%g and nothing", "\x06", 0x1p64);
    rl_logfile_writer_loss(&builder->writer, &builder->thread, 17, NOW_NS, NOW_NS + 1, RL_LOST_FULL,
                           &builder->out);
    rl_logfile_writer_end(&builder->writer, &builder->out);
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, builder->out.data, builder->out.length) != (ssize_t)builder->out.length)
        abort();
    builder_free(builder);
    return fd;
}

static void evaluate(struct expression *expression)
{
    static int fd = -1;
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    if (fd < 0)
        fd = write_log();
    if (lseek(fd, 0, SEEK_SET) < 0 || ringlog_reader_open_fd(&reader, fd, "fuzz") < 0)
        abort();
    while (ringlog_reader_next(reader, &record) > 0) {
        const struct item item = {.reader = reader, .record = record, .name = "fuzz"};
        if (record->kind != RINGLOG_READER_RECORD && record->kind != RINGLOG_READER_LOSS)
            continue;
        /* What was fetched once must do for a second time. */
        if (expression_holds(expression, &item) != expression_holds(expression, &item))
            abort();
    }
    ringlog_reader_close(reader);
}

static void narrow(const struct expression *expression)
{
    struct ringlog_reader_selection selection = {0};
    const char *logger = NULL;
    expression_narrow(expression, &selection, &logger);
    if (selection.level < 0 || selection.since_ns < 0 || selection.until_ns < 0 ||
        (logger != NULL && strlen(logger) > 64 * 1024))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct expression_error error;
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    struct expression *expression = expression_parse("--where", text, NOW_NS, &error);
    if (expression == NULL) {
        if (error.at > strlen(text) || strlen(error.text) == 0)
            abort();
    } else {
        evaluate(expression);
        narrow(expression);
        expression_free(expression);
    }
    free(text);
    return 0;
}
