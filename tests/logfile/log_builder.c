#include "log_builder.h"

#include "ringlog/detail/field.h"

#include <stdlib.h>
#include <string.h>

#define DICTIONARY_BYTES (4 * 1024 * 1024)

static void put(struct fields *fields, const void *bytes, size_t length)
{
    memcpy(fields->bytes + fields->length, bytes, length);
    fields->length += length;
}

void put_i32(struct fields *fields, int32_t value)
{
    put(fields, &value, sizeof value);
}

void put_i64(struct fields *fields, int64_t value)
{
    put(fields, &value, sizeof value);
}

void put_u64(struct fields *fields, uint64_t value)
{
    put(fields, &value, sizeof value);
}

void put_f64(struct fields *fields, double value)
{
    put(fields, &value, sizeof value);
}

void put_f80(struct fields *fields, long double value)
{
    unsigned char bytes[16] = {0};
    memcpy(bytes, &value, __LDBL_MANT_DIG__ == 64 ? 10 : sizeof value);
    put(fields, bytes, sizeof bytes);
}

void put_text(struct fields *fields, const char *text, size_t length, bool cut)
{
    const uint32_t word = text == NULL ? RINGLOG_STRING_NULL
                                       : (uint32_t)length | (cut ? RINGLOG_STRING_TRUNCATED : 0);
    put(fields, &word, sizeof word);
    if (text != NULL)
        put(fields, text, length);
}

int32_t scrambled(int i)
{
    const uint32_t product = (uint32_t)i * UINT32_C(2654435761);
    return (int32_t)((product ^ product >> 15) * UINT32_C(2246822519));
}

int builder_zstd_level;

struct builder *builder_new(int64_t seed)
{
    struct builder *builder = calloc(1, sizeof *builder);
    builder->dictionary = rl_dictionary_format(calloc(1, DICTIONARY_BYTES), DICTIONARY_BYTES);
    builder->time_ns = INT64_C(1767323045678901234);
    builder->logger = "net.http";
    builder->logger_id = 3;
    builder->thread = (struct rl_thread){.number = 1, .tid = 4711};
    rl_thread_set_name(&builder->thread, "main");
    const struct rl_logfile_identity identity = {
        .host = "testhost",
        .process_name = "MainProcess",
        .version = "0.1.0",
        .pid = 4242,
        .boot_id = {1, 2, 3},
        .time_ns = builder->time_ns,
        .monotonic_ns = seed,
    };
    rl_logfile_writer_init(&builder->writer, &identity);
    if (builder_zstd_level != 0)
        builder->writer.zstd = builder->zstd = rl_zstd_writer_new(builder_zstd_level);
    rl_logfile_writer_begin(&builder->writer, &builder->out);
    return builder;
}

void builder_free(struct builder *builder)
{
    rl_logfile_writer_free(&builder->writer);
    rl_zstd_writer_free(builder->zstd);
    rl_buffer_free(&builder->out);
    free(builder->dictionary);
    free(builder);
}

uint32_t builder_site(struct builder *builder, int level, uint16_t flags, const char *format,
                      const char *codes)
{
    const struct rl_site_definition definition = {
        .level = level,
        .line = 42,
        .flags = flags,
        .field_count = (uint16_t)strlen(codes),
        .fields = (const uint8_t *)codes,
        .format = format,
        .file = "src/server.c",
        .function = "serve",
    };
    return rl_dictionary_define(builder->dictionary, &definition);
}

struct rl_record builder_record(const struct builder *builder, uint32_t site, int level)
{
    return (struct rl_record){
        .site = rl_dictionary_find(builder->dictionary, site),
        .site_id = site,
        .level = level,
        .time_ns = builder->time_ns,
        .logger_id = builder->logger_id,
        .logger_length = (uint16_t)strlen(builder->logger),
        .logger_name = builder->logger,
        .thread = &builder->thread,
        .fields = builder->fields.bytes,
        .fields_bytes = builder->fields.length,
    };
}

int builder_add(struct builder *builder, uint32_t site, int level)
{
    const struct rl_record record = builder_record(builder, site, level);
    const int result = rl_logfile_writer_add(&builder->writer, &record, &builder->out);
    builder->fields.length = 0;
    builder->time_ns = (int64_t)((uint64_t)builder->time_ns + 1234); /* may wrap */
    return result;
}

void builder_flush(struct builder *builder)
{
    rl_logfile_writer_finish_block(&builder->writer, &builder->out);
}
