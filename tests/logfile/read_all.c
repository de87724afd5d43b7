#include "cmocka_first.h"

#include "read_all.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* FNV-1a */
static uint32_t hash_bytes(uint32_t hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT32_C(16777619);
    return hash;
}

/* With its NUL, so that what stands behind it is not taken for a part of it. */
static uint32_t hash_string(uint32_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text) + 1);
}

static uint32_t hash_of(const struct rl_logfile_reader *reader)
{
    const struct rl_record *record = &reader->record;
    uint32_t hash = hash_bytes(UINT32_C(2166136261), &record->level, sizeof record->level);
    hash = hash_bytes(hash, &record->time_ns, sizeof record->time_ns);
    hash = hash_string(hash, record->logger_name);
    hash = hash_string(hash, record->thread->name);
    hash = hash_bytes(hash, &record->thread->tid, sizeof record->thread->tid);
    hash = hash_bytes(hash, &record->thread->number, sizeof record->thread->number);
    hash = hash_string(hash, rl_site_format(record->site));
    hash = hash_string(hash, rl_site_file(record->site));
    hash = hash_bytes(hash, &record->site->line, sizeof record->site->line);
    hash = hash_string(hash, rl_site_function(record->site));
    return hash_bytes(hash, record->fields, record->fields_bytes);
}

static void take_item(const struct rl_logfile_reader *reader, int item, struct result *result)
{
    if (item == RL_ITEM_RECORD) {
        assert_true(result->record_count < MOST_RECORDS);
        result->records[result->record_count++] =
            (struct seen){reader->stream->id, reader->sequence, hash_of(reader)};
    } else if (item == RL_ITEM_GAP) {
        if (result->gap_count < MOST_GAPS)
            result->gaps[result->gap_count] = reader->gap;
        result->gap_count++;
        result->missing += reader->gap.records;
        assert_non_null(reader->gap.why);
        assert_true(reader->gap.from <= reader->gap.to);
    } else {
        result->losses += item == RL_ITEM_LOSS;
    }
}

int memory_file(const char *bytes, size_t length)
{
    const int fd = memfd_create("log", MFD_CLOEXEC);
    assert_int_equal(write(fd, bytes, length), length);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

void read_fd(int fd, struct result *result)
{
    *result = (struct result){0};
    struct rl_logfile_reader reader;
    rl_logfile_reader_init(&reader, fd);
    int item;
    while ((item = rl_logfile_reader_next(&reader)) > 0)
        take_item(&reader, item, result);
    result->end = item;
    assert_int_equal(rl_logfile_reader_next(&reader), item); /* it stays at its end */
    rl_logfile_reader_free(&reader);
}

void read_bytes(const void *bytes, size_t length, struct result *result)
{
    static int scratch = -1;
    if (scratch < 0)
        scratch = memfd_create("scratch", MFD_CLOEXEC);
    assert_true(scratch >= 0);
    assert_int_equal(ftruncate(scratch, 0), 0);
    assert_int_equal(pwrite(scratch, bytes, length, 0), length);
    assert_int_equal(lseek(scratch, 0, SEEK_SET), 0);
    read_fd(scratch, result);
}

void expect_only_originals(const struct result *whole, const struct result *result)
{
    uint64_t next = 0;
    for (size_t i = 0; i < result->record_count; i++) {
        const struct seen *seen = &result->records[i];
        assert_true(seen->sequence >= next);
        assert_true(seen->sequence < whole->record_count);
        assert_int_equal(seen->hash, whole->records[seen->sequence].hash);
        next = seen->sequence + 1;
    }
}
