/* Writes a log of a named kind to standard output, for tests of logdump; with --zstd before the
 * kind, its blocks are compressed.
 *
 *     make_log tiny         the example of docs/rlog-format.md
 *     make_log plain        six records of several levels and loggers, a told loss, an end
 *     make_log hostile      formats, names and texts that try to drive a terminal
 *     make_log many COUNT   records with an int and a string
 *     make_log elsewhere    two records of another machine, with the ids of the others
 *     make_log later MINUTES  two records, so much after the others
 *     make_log odd          texts, keys, numbers and times that other formats have trouble with
 *     make_log mixed COUNT  everything that a record can have, with numbers and texts of all kinds
 *     make_log given        the records that standard input spells out (given_log.c)
 *     make_log traffic COUNT  a server's day, with an incident
 *     make_log sites COUNT  as many threads, and up to 10000 call sites
 *     make_log numbers      arguments at the edges of their types
 *     make_log web          texts that try to be HTML and JavaScript
 */
#include "given_log.h"
#include "log_builder.h"
#include "traffic.h"

#include "ringlog/detail/field.h"
#include "ringlog/detail/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
/* 2026-01-02T03:04:05 UTC */
#define BASE_NS (INT64_C(1767323045) * SECOND_NS)

static void write_out(struct builder *builder)
{
    size_t at = 0;
    while (at < builder->out.length) {
        const ssize_t written = write(1, builder->out.data + at, builder->out.length - at);
        if (written <= 0)
            exit(1);
        at += (size_t)written;
    }
    builder->out.length = 0;
}

static void tiny(struct builder *builder)
{
    const uint32_t site = builder_site(builder, 20, 0, "took %d ms", "\x01");
    builder->logger = "app";
    builder->logger_id = 1;
    for (int i = 0; i < 3; i++) {
        put_i32(&builder->fields, 12 + i % 2);
        builder_add(builder, site, 20);
    }
}

static void plain(struct builder *builder)
{
    static const struct {
        int level;
        const char *logger;
    } records[] = {
        {10, "server.http"}, {20, "server.http.tls"}, {30, "server.httpd"},
        {40, "root"},        {50, "server"},          {25, "server.http"},
    };
    char format[32];
    for (int i = 0; i < 6; i++) {
        snprintf(format, sizeof format, "record %d: %%s is %%d", i);
        const uint32_t site = builder_site(builder, records[i].level, 0, format, "\x08\x01");
        builder->logger = records[i].logger;
        builder->logger_id = (uint16_t)i;
        builder->time_ns = BASE_NS + i * SECOND_NS + 678 * 1000000;
        put_text(&builder->fields, "answer", 6, false);
        put_i32(&builder->fields, 40 + i);
        if (builder_add(builder, site, records[i].level) != 0)
            exit(1);
        builder_flush(builder);
    }
    rl_logfile_writer_loss(&builder->writer, &builder->thread, 17, BASE_NS, BASE_NS + SECOND_NS,
                           RL_LOST_FULL, &builder->out);
}

static void hostile(struct builder *builder)
{
    const uint32_t sites[3] = {builder_site(builder, 20, 0, "\x1b[2Jformat\n%s %s", "\x08\x08"),
                               builder_site(builder, 20, 0, "%n\x1b[2J %s", "\x08\x08"),
                               builder_site(builder, 20, RL_SITE_EVENT, "%s", "\x08\x03\x08\x08")};
    rl_thread_set_name(&builder->thread, "\x1b]0;t\a");
    builder->logger = "evil\nlogger";
    for (int i = 0; i < 2; i++) {
        put_text(&builder->fields, "a\nb\x1b[31m", 8, false);
        put_text(&builder->fields, NULL, 0, false);
        builder_add(builder, sites[i], 20);
    }
    put_text(&builder->fields, "event", 5, true);
    put_i64(&builder->fields, 0);
    put_text(&builder->fields, "Trace\n  \x1b[1mline", 16, false);
    put_text(&builder->fields, NULL, 0, false);
    builder_add(builder, sites[2], 20);
}

static void elsewhere(struct builder *builder)
{
    const struct rl_logfile_identity identity = {
        .host = "otherhost", .process_name = "MainProcess", .version = "0.1.0", .pid = 4242};
    rl_logfile_writer_free(&builder->writer);
    builder->out.length = 0;
    rl_logfile_writer_init(&builder->writer, &identity);
    rl_logfile_writer_begin(&builder->writer, &builder->out);
    const uint32_t site = builder_site(builder, 20, 0, "%g elsewhere", "\x06");
    for (int i = 0; i < 2; i++) {
        put_f64(&builder->fields, 1.5);
        builder_add(builder, site, 20);
        rl_thread_set_name(&builder->thread, "renamed");
        builder->thread.number++;
    }
}

static void later(struct builder *builder, long minutes)
{
    const uint32_t site = builder_site(builder, 20, 0, "%d minutes later", "\x01");
    builder->time_ns = BASE_NS + minutes * 60 * SECOND_NS;
    for (int i = 0; i < 2; i++) {
        put_i32(&builder->fields, (int)minutes);
        builder_add(builder, site, 20);
    }
}

static void many(struct builder *builder, long count)
{
    const uint32_t site = builder_site(builder, 20, 0, "request %d from %s", "\x01\x08");
    for (long i = 0; i < count; i++) {
        put_i32(&builder->fields, (int32_t)i);
        put_text(&builder->fields, "192.0.2.17", 10, false);
        builder_add(builder, site, 20);
        if (builder->out.length > 1 << 20)
            write_out(builder);
    }
}

/* ---- everything ---- */

/* SplitMix64 (Steele, Lea, Flood 2014): the same on every machine. */
static uint64_t next_random(void)
{
    static uint64_t state;
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Now and then of any size, mostly as a kind of its own has it. */
static uint64_t number_of(unsigned kind, long i)
{
    switch (kind % 6) {
    case 0:
        return 4711;
    case 1:
        return (uint64_t)i * 3;
    case 2:
        return 1000 + next_random() % 1000;
    case 3:
        return next_random() >> next_random() % 64;
    case 4:
        return (uint64_t)0 - next_random() % 100000;
    default:
        return next_random();
    }
}

static double real_of(unsigned kind, long i)
{
    switch (kind % 4) {
    case 0:
        return 26.2;
    case 1:
        return (double)(next_random() % 100000) / 1000;
    case 2:
        return (double)i;
    default:
        return (double)next_random() / 3e300;
    }
}

static void put_any_text(struct fields *fields, unsigned kind)
{
    char text[64];
    const uint64_t any = next_random();
    if (any % 50 == 0) {
        put_text(fields, NULL, 0, false);
        return;
    }
    if (any % 331 == 2) { /* a text that looks like the beginning of a block */
        put_text(fields, RL_BLOCK_MAGIC, RL_BLOCK_MAGIC_BYTES, false);
        return;
    }
    const int length = kind % 2 == 0 ? snprintf(text, sizeof text, "/api/v%u", (unsigned)(any % 4))
                                     : snprintf(text, sizeof text, "%llx", (unsigned long long)any);
    put_text(fields, text, (size_t)length, any % 50 == 1);
}

static void put_field(struct fields *fields, char code, unsigned kind, long i)
{
    const uint64_t number = number_of(kind, i);
    const int32_t half = (int32_t)number;
    switch (code) {
    case RINGLOG_FIELD_BOOL:
        put_i32(fields, half & 1);
        break;
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_ERRNO:
        put_i32(fields, half);
        break;
    case RINGLOG_FIELD_F64:
        put_f64(fields, real_of(kind, i));
        break;
    case RINGLOG_FIELD_F80:
        put_f80(fields, (long double)real_of(kind, i));
        break;
    case RINGLOG_FIELD_STRING:
    case RINGLOG_FIELD_BYTES:
        put_any_text(fields, kind);
        break;
    default:
        put_u64(fields, number);
        break;
    }
}

static const char *const all_codes[] = {
    "",
    "\x01",
    "\x02\x03",
    "\x04\x05\x06",
    "\x07\x08",
    "\x08\x09",
    "\x0b\x01\x08",
    "\x06\x06\x02\x01",
    "\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01",
    "\x03\x04",
    "\x0a\x01",
};
#define SITES (sizeof all_codes / sizeof *all_codes)

/* What only some records have. */
static void add_with_more(struct builder *builder, struct rl_record *record, uint64_t any)
{
    static const unsigned char list[] = {RINGLOG_FIELD_I32, 4, 0, 'u', 's', 'e', 'r', 7, 0, 0, 0};
    if (any % 11 == 0)
        record->level = 35;
    if (any % 13 == 0) {
        record->exception_text = "Traceback:\n  here";
        record->exception_length = 17;
    }
    if (any % 17 == 0) {
        record->stack_text = "Stack:\n  there";
        record->stack_length = 14;
    }
    if (any % 7 == 0)
        record->extra[RL_EXTRA_CONTEXT] = (struct rl_bytes){list, sizeof list};
    if (any % 19 == 0)
        record->extra[RL_EXTRA_ADDED] = (struct rl_bytes){list, sizeof list};
    if (rl_logfile_writer_add(&builder->writer, record, &builder->out) != 0)
        exit(1);
}

static void mixed(struct builder *builder, long count)
{
    uint32_t sites[SITES];
    char text[32];
    for (unsigned i = 0; i < SITES; i++) {
        snprintf(text, sizeof text, "site %u", i);
        sites[i] = builder_site(builder, 10 * (1 + (int)i % 5), 0, text, all_codes[i]);
    }
    for (long i = 0; i < count; i++) {
        const uint64_t any = next_random();
        const unsigned site = (unsigned)(any >> 8) % SITES;
        builder->thread.number = 1 + (unsigned)(any >> 16) % 3;
        builder->thread.tid = 100 + (int)builder->thread.number;
        builder->logger_id = (uint16_t)(any % 23 == 0 ? 9 : 3);
        builder->logger = any % 23 == 0 ? "other" : "net.http";
        for (const char *code = all_codes[site]; *code != '\0'; code++)
            put_field(&builder->fields, *code, site + (unsigned)(code - all_codes[site]), i);
        struct rl_record record = builder_record(builder, sites[site], 10 * (1 + (int)site % 5));
        add_with_more(builder, &record, any);
        builder->fields.length = 0;
        builder->time_ns += (int64_t)(any % 100 == 0 ? any % 1000000000 : any % 1000);
        if (any % 900 == 0)
            builder_flush(builder);
        if (any % 3000 == 0)
            rl_logfile_writer_clock(&builder->writer, builder->time_ns, 1000 + i, &builder->out);
        if (any % 5000 == 0)
            rl_logfile_writer_loss(&builder->writer, &builder->thread, 1 + any % 97,
                                   builder->time_ns, builder->time_ns + 5, RL_LOST_FULL,
                                   &builder->out);
    }
}

/* ---- trouble ---- */

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }
static const struct {
    const char *text;
    size_t length;
} odd_texts[] = {
    TEXT("a,b"),
    TEXT("\"quoted\" \\ "),
    TEXT(""),
    TEXT("cr\rlf\n\ttab"),
    TEXT("nul\0byte"),
    TEXT("ill-formed \xff \xc3( \xf0\x9f\x98"),
    TEXT("\xe2\x80\xae"
         "bidi \xc2\x9b[31m \xe2\x80\xa8"),
    TEXT("gr\xc3\xbc\xc3\x9f "
         "dich \xf0\x9f\x98\x80"),
    TEXT("=1+1"),
    TEXT(" padded "),
};
#define ODD_TEXTS (sizeof odd_texts / sizeof *odd_texts)

/* Keys that are no identifiers, words of the languages that name them, or equal once they are made
 * identifiers; and values at the ends of their types. */
static void put_odd_fields(struct rl_buffer *list, long i)
{
    static const char *const keys[] = {"a b",  "a-b",    "a_b",       "int",    "9lives",
                                       "arg1", "\xff\n", "h\xc3\xa9", "string", "_raw_length",
                                       "raw",  "\"",     "Bool"};
    static const struct rl_value values[] = {
        {.field = RINGLOG_FIELD_I64, .as.bits = (uint64_t)INT64_MIN},
        {.field = RINGLOG_FIELD_U64, .as.bits = UINT64_MAX},
        {.field = RINGLOG_FIELD_BOOL, .as.bits = 1},
        {.field = RINGLOG_FIELD_F64, .as.real = 0.1},
        {.field = RINGLOG_FIELD_F64, .as.real = 1.0 / 0.0},
        {.field = RINGLOG_FIELD_F64, .as.real = 5e-324},
        {.field = RINGLOG_FIELD_BYTES, .as.text = {.bytes = "\0\xff\n", .length = 3}},
        {.field = RINGLOG_FIELD_STRING, .as.text = {.bytes = NULL}},
    };
    const size_t count = sizeof keys / sizeof *keys;
    for (size_t k = 0; k < count; k++)
        if ((i + (long)k) % 5 != 0)
            rl_extra_append(list, keys[k], strlen(keys[k]),
                            &values[((size_t)i + k) % (sizeof values / sizeof *values)]);
}

/* Two threads, one written behind the other; then the clock is set back, for one hour. */
static void set_odd_time(struct builder *builder, long i)
{
    builder->thread.number = 1 + (unsigned)(i / 10) % 2;
    builder->thread.tid = 100 + (int)builder->thread.number;
    rl_thread_set_name(&builder->thread, i % 20 < 10 ? "one \"1\"" : "two");
    builder->time_ns = BASE_NS + (i / 20 * 20 + i % 10) * 1000 + i % 20 / 10;
    if (i >= 60)
        builder->time_ns -= 3600 * SECOND_NS;
}

static void odd(struct builder *builder)
{
    const uint32_t sites[3] = {builder_site(builder, 20, 0, "say \"%s\\\n\" %d\t\xff", "\x08\x01"),
                               builder_site(builder, 40, 0, "%s", "\x08"),
                               builder_site(builder, 5, 0, "", "")};
    for (long i = 0; i < 100; i++) {
        struct rl_buffer list = {0};
        put_odd_fields(&list, i);
        set_odd_time(builder, i);
        builder->fields.length = 0;
        if (i % 3 != 2)
            put_text(&builder->fields, odd_texts[(size_t)i % ODD_TEXTS].text,
                     odd_texts[(size_t)i % ODD_TEXTS].length, false);
        if (i % 3 == 0)
            put_i32(&builder->fields, (int32_t)-i);
        struct rl_record record = builder_record(builder, sites[i % 3], 20);
        record.level = (int)i % 4 * 17;
        record.extra[RL_EXTRA_ADDED] = rl_extra_list(&list);
        if (i % 7 == 0) {
            record.exception_text = "Error: \x1b[1m\xff";
            record.exception_length = 12;
        }
        if (rl_logfile_writer_add(&builder->writer, &record, &builder->out) != 0)
            exit(1);
        rl_buffer_free(&list);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--zstd") == 0) {
        builder_zstd_level = 3;
        argc--;
        argv++;
    }
    struct builder *builder = builder_new(1);
    if (argc == 2 && strcmp(argv[1], "tiny") == 0)
        tiny(builder);
    else if (argc == 2 && strcmp(argv[1], "plain") == 0)
        plain(builder);
    else if (argc == 2 && strcmp(argv[1], "hostile") == 0)
        hostile(builder);
    else if (argc == 2 && strcmp(argv[1], "elsewhere") == 0)
        elsewhere(builder);
    else if (argc == 2 && strcmp(argv[1], "odd") == 0)
        odd(builder);
    else if (argc == 2 && strcmp(argv[1], "given") == 0)
        given_log(builder);
    else if (argc == 3 && strcmp(argv[1], "many") == 0)
        many(builder, atol(argv[2]));
    else if (argc == 3 && strcmp(argv[1], "later") == 0)
        later(builder, atol(argv[2]));
    else if (argc == 3 && strcmp(argv[1], "mixed") == 0)
        mixed(builder, atol(argv[2]));
    else if (argc == 3 && strcmp(argv[1], "traffic") == 0)
        make_traffic(builder, atol(argv[2]), write_out);
    else if (argc == 3 && strcmp(argv[1], "sites") == 0)
        make_sites(builder, atol(argv[2]), write_out);
    else if (argc == 2 && strcmp(argv[1], "numbers") == 0)
        make_numbers(builder);
    else if (argc == 2 && strcmp(argv[1], "web") == 0)
        make_web_hostile(builder);
    else
        return 2;
    rl_logfile_writer_end(&builder->writer, &builder->out);
    write_out(builder);
    builder_free(builder);
    return 0;
}
