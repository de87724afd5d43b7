/* Logs that were compressed as files: what comes out of gzip members and zstd frames, whole, cut
 * and damaged. */
#include "cmocka_first.h"

#include "log_builder.h"
#include "logfile/block.h"
#include "logfile/inflate.h"
#include "read_all.h"
#include "ringlog/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

struct bytes {
    unsigned char *at;
    size_t length;
};

static struct bytes gzipped(const void *from, size_t length)
{
    z_stream gzip = {0};
    assert_int_equal(deflateInit2(&gzip, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    struct bytes made = {malloc(deflateBound(&gzip, length)), deflateBound(&gzip, length)};
    gzip.next_in = (Bytef *)(uintptr_t)from;
    gzip.avail_in = (uInt)length;
    gzip.next_out = made.at;
    gzip.avail_out = (uInt)made.length;
    assert_int_equal(deflate(&gzip, Z_FINISH), Z_STREAM_END);
    made.length -= gzip.avail_out;
    deflateEnd(&gzip);
    return made;
}

/* With a checksum, as the program and the rotating handlers make them. */
static struct bytes zstandard(const void *from, size_t length)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    struct bytes made = {malloc(ZSTD_compressBound(length)), ZSTD_compressBound(length)};
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    made.length = ZSTD_compress2(context, made.at, made.length, from, length);
    assert_false(ZSTD_isError(made.length));
    ZSTD_freeCCtx(context);
    return made;
}

/* As a program on the other side of a pipe: all is there, and the frame goes on. */
static struct bytes zstandard_flushed(const void *from, size_t length)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    struct bytes made = {malloc(ZSTD_compressBound(length)), ZSTD_compressBound(length)};
    ZSTD_inBuffer in = {from, length, 0};
    ZSTD_outBuffer out = {made.at, made.length, 0};
    assert_int_equal(ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush), 0);
    made.length = out.pos;
    ZSTD_freeCCtx(context);
    return made;
}

typedef struct bytes (*compressor)(const void *, size_t);
static const compressor compressors[] = {gzipped, zstandard};

/* A log of so many records in small blocks. */
static struct builder *make_log(int count)
{
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "number %d", "\x01");
    for (int i = 0; i < count; i++) {
        put_i32(&builder->fields, scrambled(i));
        assert_int_equal(builder_add(builder, site, 20), 0);
        if (i % 50 == 49)
            builder_flush(builder);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);
    return builder;
}

static void append(struct rl_buffer *out, struct bytes bytes)
{
    rl_buffer_append(out, bytes.at, bytes.length);
    free(bytes.at);
}

/* Records of `whole`, in order and none twice; those that are not there are told of. */
static void expect_what_is_there(const struct result *whole, const struct result *result)
{
    expect_only_originals(whole, result);
    assert_true(result->record_count == whole->record_count || result->gap_count != 0 ||
                result->end < 0);
}

static void expect_all(const struct result *whole, const struct result *result)
{
    assert_int_equal(result->end, RL_ITEM_END);
    assert_int_equal(result->gap_count, 0);
    assert_int_equal(result->record_count, whole->record_count);
    expect_what_is_there(whole, result);
}

static void pieces_of_both_kinds_are_one_log(void **state)
{
    (void)state;
    static const unsigned char skippable[] = {0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'};
    static const char zeros[3000];
    struct builder *log = make_log(2000);
    struct result *whole = malloc(sizeof *whole), *result = malloc(sizeof *result);
    read_bytes(log->out.data, log->out.length, whole);
    assert_int_equal(whole->record_count, 2000);
    /* From pieces of one byte, at which buffers end anywhere, to one piece of all. */
    for (size_t piece = 1; piece < 2 * log->out.length; piece *= 7) {
        struct rl_buffer out = {0};
        if (piece % 2 == 1)
            rl_buffer_append(&out, skippable, sizeof skippable);
        for (size_t at = 0; at < log->out.length; at += piece) {
            const size_t left = log->out.length - at;
            const size_t i = at / piece;
            append(&out, compressors[i % 3 == 0](log->out.data + at, left < piece ? left : piece));
            if (i % 3 == 1) {
                rl_buffer_append(&out, zeros, i % 5);
                append(&out, gzipped("", 0));
                append(&out, zstandard("", 0));
                rl_buffer_append(&out, skippable, sizeof skippable);
            }
        }
        append(&out, gzipped("", 0));
        rl_buffer_append(&out, zeros, sizeof zeros);
        read_bytes(out.data, out.length, result);
        expect_all(whole, result);
        rl_buffer_free(&out);
    }
    free(whole);
    free(result);
    builder_free(log);
}

/* All of the input at once, and little room for what becomes of it. */
static void what_is_made_comes_out_without_more_input(void **state)
{
    (void)state;
    static const compressor all[] = {gzipped, zstandard, zstandard_flushed};
    static char text[300 * 1000], made[sizeof text];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i % 1000 == 0 ? rand() : 'x');
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct bytes input = all[i](text, sizeof text);
        struct rl_inflate *inflate = rl_inflate_new();
        size_t most, length = 0;
        unsigned char *room = rl_inflate_room(inflate, &most);
        assert_true(input.length <= most);
        memcpy(room, input.at, input.length);
        rl_inflate_add(inflate, input.length);
        ssize_t got;
        while ((got = rl_inflate_next(inflate, (unsigned char *)made + length,
                                      sizeof made - length < 1000 ? sizeof made - length : 1000)) >
               0)
            length += (size_t)got;
        assert_int_equal(got, 0);
        assert_int_equal(length, sizeof text);
        assert_memory_equal(made, text, sizeof text);
        assert_int_equal(rl_inflate_why(inflate) == NULL, all[i] != zstandard_flushed);
        assert_int_equal(rl_inflate_position(inflate), input.length);
        rl_inflate_free(inflate);
        free(input.at);
    }
}

static void every_prefix_gives_what_it_holds(void **state)
{
    (void)state;
    struct builder *log = make_log(400);
    struct result *whole = malloc(sizeof *whole), *result = malloc(sizeof *result);
    read_bytes(log->out.data, log->out.length, whole);
    for (size_t i = 0; i < 2; i++) {
        const struct bytes made = compressors[i](log->out.data, log->out.length);
        size_t before = 0;
        for (size_t length = 4; length < made.length; length++) {
            read_bytes(made.at, length, result);
            expect_what_is_there(whole, result);
            assert_true(result->record_count >= before);
            before = result->record_count;
            if (result->end == -EBADMSG) { /* not one block is whole */
                assert_int_equal(result->record_count, 0);
                continue;
            }
            assert_int_equal(result->end, RL_ITEM_END);
            assert_int_equal(result->gap_count, 1);
            assert_string_equal(result->gaps[0].why, "the compressed input ends too early");
        }
        /* Only the trailer is missing, so all is there. */
        assert_int_equal(before, whole->record_count);
        free(made.at);
    }
    free(whole);
    free(result);
    builder_free(log);
}

static void flipped_bits_invent_nothing(void **state)
{
    (void)state;
    struct builder *log = make_log(400);
    struct result *whole = malloc(sizeof *whole), *result = malloc(sizeof *result);
    read_bytes(log->out.data, log->out.length, whole);
    for (size_t i = 0; i < 2; i++) {
        const struct bytes made = compressors[i](log->out.data, log->out.length);
        for (size_t bit = 0; bit < made.length * 8; bit += 3) {
            made.at[bit / 8] ^= (unsigned char)(1 << bit % 8);
            read_bytes(made.at, made.length, result);
            made.at[bit / 8] ^= (unsigned char)(1 << bit % 8);
            assert_true(result->end == RL_ITEM_END || result->end == -EBADMSG);
            expect_what_is_there(whole, result);
        }
        free(made.at);
    }
    free(whole);
    free(result);
    builder_free(log);
}

static void expect_one_gap(const struct rl_buffer *out, size_t records, const char *why)
{
    struct result *result = malloc(sizeof *result);
    read_bytes(out->data, out->length, result);
    assert_int_equal(result->end, RL_ITEM_END);
    assert_int_equal(result->record_count, records);
    assert_int_equal(result->gap_count, 1);
    assert_string_equal(result->gaps[0].why, why);
    free(result);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const unsigned char wide[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x90, 1, 0, 0};
    struct builder *log = make_log(400);
    for (size_t i = 0; i < 2; i++) {
        struct rl_buffer out = {0};
        append(&out, compressors[i](log->out.data, log->out.length));
        const size_t length = out.length;
        rl_buffer_append(&out, "garbage", 7);
        expect_one_gap(&out, 400, "what follows the compressed input is not compressed");
        out.length = length;
        rl_buffer_append(&out, "\n", 1);
        expect_one_gap(&out, 400, "what follows the compressed input is not compressed");
        out.length = length;
        rl_buffer_append(&out, wide, sizeof wide);
        expect_one_gap(&out, 400, "the compressed input needs a window of more than 128 MiB");
        out.length = length;
        out.data[length - 1] ^= 1; /* of gzip the length, of zstd the checksum */
        expect_one_gap(&out, 400, "the compressed input is damaged");
        rl_buffer_free(&out);
    }
    builder_free(log);
}

static void what_is_no_log_is_none(void **state)
{
    (void)state;
    struct result *result = malloc(sizeof *result);
    for (size_t i = 0; i < 2; i++) {
        struct bytes made = compressors[i]("2026-01-01 00:00:00 INFO text\n", 30);
        read_bytes(made.at, made.length, result);
        assert_int_equal(result->end, -EBADMSG);
        free(made.at);
        made = compressors[i]("", 0);
        read_bytes(made.at, made.length, result);
        assert_int_equal(result->end, -ENODATA);
        read_bytes(made.at, made.length - 1, result);
        assert_int_equal(result->end, -EBADMSG);
        free(made.at);
    }
    free(result);
}

/* The end of a file, where an index lies, says nothing about what the file decompresses to. */
static void an_index_behind_compressed_input_is_not_believed(void **state)
{
    (void)state;
    struct builder *log = make_log(2000);
    struct rl_buffer out = {0};
    append(&out, gzipped(log->out.data, log->out.length));
    rl_buffer_append(&out, log->out.data, log->out.length);
    struct rl_logfile_reader reader;
    rl_logfile_reader_init(&reader, memory_file(out.data, out.length));
    reader.selection = (struct rl_selection){.by_level = true, .level = 20};
    int item, records = 0, gaps = 0;
    while ((item = rl_logfile_reader_next(&reader)) > 0) {
        records += item == RL_ITEM_RECORD;
        gaps += item == RL_ITEM_GAP;
    }
    assert_int_equal(item, RL_ITEM_END);
    assert_int_equal(records, 2000);
    assert_int_equal(gaps, 1);
    assert_int_equal(reader.index.entries.length, 0);
    close(reader.scan.input.fd);
    rl_logfile_reader_free(&reader);
    rl_buffer_free(&out);
    builder_free(log);
}

/* In blocks that are larger than what is read at a time. */
static void what_is_not_wanted_is_read_through(void **state)
{
    (void)state;
    static char text[500 * 1024];
    struct builder *log = builder_new(1);
    const uint32_t site = builder_site(log, 20, 0, "%s", "\x08");
    for (int i = 0; i < 10; i++) {
        for (size_t k = 0; k < sizeof text; k++)
            text[k] = (char)rand();
        put_text(&log->fields, text, sizeof text, false);
        assert_int_equal(builder_add(log, site, 20), 0);
    }
    rl_logfile_writer_end(&log->writer, &log->out);
    for (size_t i = 0; i < 2; i++) {
        const struct bytes made = compressors[i](log->out.data, log->out.length);
        struct rl_logfile_reader reader;
        rl_logfile_reader_init(&reader, memory_file((const char *)made.at, made.length));
        reader.selection = (struct rl_selection){.by_level = true, .level = 30};
        assert_int_equal(rl_logfile_reader_next(&reader), RL_ITEM_STREAM);
        assert_int_equal(rl_logfile_reader_next(&reader), RL_ITEM_CLOSED);
        assert_int_equal(rl_logfile_reader_next(&reader), RL_ITEM_END);
        assert_int_equal(reader.scan.input.offset, log->out.length);
        close(reader.scan.input.fd);
        rl_logfile_reader_free(&reader);
        free(made.at);
    }
    builder_free(log);
}

static void how_far_it_is_is_told_of_the_file(void **state)
{
    (void)state;
    struct builder *log = make_log(15000);
    for (size_t i = 0; i < 2; i++) {
        const struct bytes made = compressors[i](log->out.data, log->out.length);
        const int fd = memory_file((const char *)made.at, made.length);
        ringlog_reader *reader;
        const struct ringlog_reader_record *record;
        assert_int_equal(ringlog_reader_open_fd(&reader, fd, "log"), 0);
        assert_int_equal(ringlog_reader_size(reader), made.length);
        uint64_t position = ringlog_reader_position(reader);
        assert_int_equal(position, 0);
        unsigned steps = 0;
        while (ringlog_reader_next(reader, &record) > 0) {
            assert_in_range(ringlog_reader_position(reader), position, made.length);
            steps += ringlog_reader_position(reader) != position;
            position = ringlog_reader_position(reader);
        }
        assert_int_equal(ringlog_reader_position(reader), made.length);
        assert_true(steps >= 1);
        ringlog_reader_close(reader);
        close(fd);
        free(made.at);
    }
    builder_free(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_both_kinds_are_one_log),
        cmocka_unit_test(what_is_made_comes_out_without_more_input),
        cmocka_unit_test(every_prefix_gives_what_it_holds),
        cmocka_unit_test(flipped_bits_invent_nothing),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(what_is_no_log_is_none),
        cmocka_unit_test(an_index_behind_compressed_input_is_not_believed),
        cmocka_unit_test(what_is_not_wanted_is_read_through),
        cmocka_unit_test(how_far_it_is_is_told_of_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
