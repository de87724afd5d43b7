#include "traffic.h"

#include "ringlog/detail/field.h"
#include "ringlog/detail/site.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)

/* xorshift64* (Marsaglia 2003, Vigna 2014): the same on every machine. */
static uint64_t next_random(void)
{
    static uint64_t state = 88172645463325252U;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(2685821657736338717);
}

/* In (0, 1). */
static double uniform(void)
{
    return ((double)(next_random() >> 11) + 0.5) / 9007199254740992.0;
}

/* Box and Muller (1958), to the power of e. */
static double log_normal(double median, double sigma)
{
    const double normal = sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
    return median * exp(sigma * normal);
}

/* ---- a server's day ---- */

struct kind {
    int level;
    const char *logger, *file, *format, *codes;
    unsigned line, weight; /* of 1000 */
};

static const struct kind kinds[] = {
    {10, "http.parser", "src/http/parser.c", "read %d bytes of the head", "\x01", 88, 180},
    {20, "http", "src/http/server.c", "GET %s %d in %.3f ms", "\x08\x01\x06", 214, 420},
    {20, "http", "src/http/server.c", "POST %s %d in %.3f ms", "\x08\x01\x06", 231, 120},
    {10, "db.pool", "src/db/pool.c", "connection %d taken, %d left", "\x01\x01", 57, 120},
    {20, "db.query", "src/db/query.c", "%s: %u rows", "\x08\x02", 140, 80},
    {30, "db.query", "src/db/query.c", "slow query: %s took %.1f ms", "\x08\x06", 151, 30},
    {30, "cache", "src/cache/lru.c", "evicted %ld entries for want of memory", "\x03", 310, 20},
    {40, "http", "src/http/upstream.c", "upstream %s: %s", "\x08\x08", 402, 24},
    {40, "db.pool", "src/db/pool.c", "no connection within %d ms", "\x01", 71, 5},
    {50, "root", "src/main.c", "out of file descriptors at %d", "\x01", 19, 1},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static uint32_t define(struct builder *builder, const struct kind *kind)
{
    const struct rl_site_definition definition = {
        .level = kind->level,
        .line = kind->line,
        .field_count = (uint16_t)strlen(kind->codes),
        .fields = (const uint8_t *)kind->codes,
        .format = kind->format,
        .file = kind->file,
        .function = "serve",
    };
    return rl_dictionary_define(builder->dictionary, &definition);
}

static const struct kind *choose(bool incident)
{
    uint64_t any = next_random() % 1000;
    /* Then every second record is one of the last four kinds'. */
    if (incident && any < 500)
        any = 926 + any % 74;
    size_t i = 0;
    for (; i < KINDS - 1 && any >= kinds[i].weight; i++)
        any -= kinds[i].weight;
    return &kinds[i];
}

static void put_arguments(struct builder *builder, const char *codes, double ms)
{
    static const char *const texts[] = {"/",
                                        "/api/orders",
                                        "/api/users/7",
                                        "10.0.0.17:8080",
                                        "connection reset",
                                        "SELECT * FROM orders"};
    for (; *codes != '\0'; codes++) {
        const char *text = texts[next_random() % 6];
        switch (*codes) {
        case RINGLOG_FIELD_STRING:
            put_text(&builder->fields, text, strlen(text), false);
            break;
        case RINGLOG_FIELD_F64:
            put_f64(&builder->fields, ms);
            break;
        case RINGLOG_FIELD_I64:
            put_i64(&builder->fields, (int64_t)log_normal(5000, 1));
            break;
        default:
            put_i32(&builder->fields, (int32_t)(200 + next_random() % 5 * 101));
        }
    }
}

static void add(struct builder *builder, uint32_t site, const struct kind *kind, double ms)
{
    unsigned char list[32] = {RINGLOG_FIELD_F64, 2, 0, 'm', 's'};
    memcpy(list + 5, &ms, sizeof ms);
    put_arguments(builder, kind->codes, ms);
    struct rl_record record = builder_record(builder, site, kind->level);
    if (strchr(kind->codes, RINGLOG_FIELD_F64) != NULL)
        record.extra[RL_EXTRA_CONTEXT] = (struct rl_bytes){list, 5 + sizeof ms};
    if (kind->level >= 50) {
        record.exception_text = "Traceback (most recent call last):\n  accept4: EMFILE";
        record.exception_length = strlen(record.exception_text);
    }
    rl_logfile_writer_add(&builder->writer, &record, &builder->out);
    builder->fields.length = 0;
}

static void be_thread(struct builder *builder, unsigned number)
{
    char name[16];
    snprintf(name, sizeof name, "worker-%u", number);
    builder->thread.number = number;
    builder->thread.tid = 5000 + (int)number;
    rl_thread_set_name(&builder->thread, name);
}

void make_traffic(struct builder *builder, long count, void (*write_out)(struct builder *))
{
    uint32_t sites[KINDS];
    for (size_t i = 0; i < KINDS; i++)
        sites[i] = define(builder, &kinds[i]);
    for (long i = 0; i < count; i++) {
        const double part = (double)i / (double)count;
        const bool incident = part > 0.6 && part < 0.68;
        const struct kind *kind = choose(incident);
        be_thread(builder, 1 + (unsigned)(next_random() % 8));
        builder->logger = kind->logger;
        builder->logger_id = (uint16_t)(kind->logger[0] * 16 + strlen(kind->logger));
        add(builder, sites[kind - kinds], kind, log_normal(incident ? 180 : 12, 0.7));
        builder->time_ns += (int64_t)(-log(uniform()) * 4e7 * (1.3 + cos(part * 12)));
        if (next_random() % 500 == 0)
            builder->time_ns -= 20000000;
        if (incident && next_random() % 300 == 0)
            rl_logfile_writer_loss(&builder->writer, &builder->thread, 1 + next_random() % 40,
                                   builder->time_ns - SECOND_NS, builder->time_ns, RL_LOST_FULL,
                                   &builder->out);
        if (builder->out.length > 1 << 20)
            write_out(builder);
    }
}

/* ---- edges ---- */

static void add_real(struct builder *builder, uint32_t site, double real)
{
    put_f64(&builder->fields, real);
    builder_add(builder, site, 20);
}

void make_numbers(struct builder *builder)
{
    static const double reals[] = {0.0,     -0.0,  -1.5, 2.25,     5e-324,
                                   1.5e308, -3e-9, NAN,  INFINITY, -INFINITY};
    const uint32_t real = builder_site(builder, 20, 0, "real %f", "\x06");
    const uint32_t natural = builder_site(builder, 20, 0, "natural %lu", "\x04");
    const uint32_t whole = builder_site(builder, 20, 0, "whole %ld", "\x03");
    const uint32_t below = builder_site(builder, 20, 0, "below 0: %ld", "\x03");
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
        add_real(builder, real, reals[i]);
    for (uint64_t shift = 0; shift < 64; shift++) {
        put_u64(&builder->fields, UINT64_MAX >> shift);
        builder_add(builder, natural, 20);
        put_i64(&builder->fields, shift % 2 == 0 ? INT64_MIN >> shift : INT64_MAX >> shift);
        builder_add(builder, whole, 20);
    }
    for (int64_t i = 1; i <= 1000; i++) {
        put_i64(&builder->fields, -i * i);
        builder_add(builder, below, 20);
    }
}

void make_sites(struct builder *builder, long count, void (*write_out)(struct builder *))
{
    char text[32];
    for (long i = 0; i < count; i++) {
        snprintf(text, sizeof text, "site %ld", i % 10000);
        /* In a dictionary the same call site is the same. */
        const uint32_t site = builder_site(builder, 20, 0, text, "");
        be_thread(builder, (unsigned)i + 1);
        builder_add(builder, site, 20);
        if (builder->out.length > 1 << 20)
            write_out(builder);
    }
}

void make_web_hostile(struct builder *builder)
{
    static const char *const texts[] = {
        "</script><script>document.title='broken in'</script>",
        "<img src=x onerror=\"document.title='broken in'\">",
        "<!--<script>",
        "]]>",
        "\\u003c/script\\u003e",
        "javascript:alert(1)",
        "\xe2\x80\xa8 \xe2\x80\xa9",
        "\xe2\x80\xaetxt.exe",
        "\"};document.title='broken in';//",
        "\x01\x02\x7f\xff\xfe",
        "&lt;b&gt;",
        "__proto__",
        "constructor",
        "",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char format[128];
        snprintf(format, sizeof format, "%s %%s", texts[i]);
        const uint32_t site = builder_site(builder, 20, 0, format, "\x08");
        builder->logger = texts[i];
        builder->logger_id = (uint16_t)(20 + i);
        rl_thread_set_name(&builder->thread, texts[i]);
        put_text(&builder->fields, texts[i], strlen(texts[i]), false);
        struct rl_record record = builder_record(builder, site, i % 2 == 0 ? 40 : 20);
        record.exception_text = texts[i];
        record.exception_length = strlen(texts[i]);
        rl_logfile_writer_add(&builder->writer, &record, &builder->out);
        builder->fields.length = 0;
        builder->time_ns += SECOND_NS;
    }
}
