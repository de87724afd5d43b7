/* Each kind of argument that the log macros must take, as C and C++ both write it.
 *
 * Compiled with every warning a careful user turns on: a log call may not be the reason for one.
 * What only one of the languages can say stands in only_c.c and only_cxx.cpp. */
#ifndef TESTS_COMPILE_CALL_SITES_H
#define TESTS_COMPILE_CALL_SITES_H

#include <ringlog/ringlog.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <wchar.h>

struct incomplete;
enum colour { RED, GREEN = 5, NEGATIVE = -1 };

struct bit_fields {
    unsigned narrow : 3;
    signed int narrow_signed : 5;
    unsigned full : 32;
    bool flag : 1;
};

static inline void integers(ringlog_logger *log)
{
    const int i = -1;
    const unsigned u = 1;
    const long l = -2;
    const unsigned long ul = 2;
    const long long ll = -3;
    const unsigned long long ull = 3;
    ringlog_info(log, "%d %i %u %x %X %o", i, i, u, u, u, u);
    ringlog_info(log, "%ld %lu %lld %llu", l, ul, ll, ull);
    ringlog_info(log, "%d %ld %lu", 1, 1L, 1UL);
}

static inline void integers_of_headers(ringlog_logger *log)
{
    const size_t size = sizeof(int);
    const ssize_t ssize = -1;
    const ptrdiff_t difference = 4;
    const intmax_t most = -5;
    const uintmax_t umost = 5;
    const int8_t i8 = -8;
    const uint16_t u16 = 16;
    const int32_t i32 = -32;
    const uint64_t u64 = 64;
    ringlog_info(log, "%zu %zd %td %jd %ju", size, ssize, difference, most, umost);
    ringlog_info(log, "%" PRId8 " %" PRIu16 " %" PRId32 " %" PRIu64 " %#" PRIx64, i8, u16, i32, u64,
                 u64);
    ringlog_info(log, "%zu", sizeof(struct bit_fields));
}

static inline void promoted(ringlog_logger *log)
{
    const char c = 'c';
    const signed char sc = -1;
    const unsigned char uc = 1;
    const short s = -2;
    const unsigned short us = 2;
    const bool yes = true;
    ringlog_info(log, "%c %d %d %u", c, c, sc, uc);
    ringlog_info(log, "%hhd %hhu %hd %hu", sc, uc, s, us);
    ringlog_info(log, "%d %d %d", s, us, yes);
    ringlog_info(log, "%d %c", 1 == 2, 'x');
}

static inline void enums(ringlog_logger *log)
{
    const enum colour colour = NEGATIVE;
    ringlog_info(log, "%d %d", colour, (int)GREEN);
}

static inline void narrow_bit_fields(ringlog_logger *log, const struct bit_fields *bits)
{
    ringlog_info(log, "%u %d %u %d", (unsigned)bits->narrow, bits->narrow_signed, bits->full,
                 bits->flag);
}

static inline void reals(ringlog_logger *log)
{
    const float f = 1.5f;
    const double d = 2.5;
    const long double ld = 3.5L;
    ringlog_info(log, "%f %g %e %a %.3f", (double)f, d, d, d, 0.1);
    ringlog_info(log, "%f %F", f, f);
    ringlog_info(log, "%Lf %.*Lg", ld, 4, ld);
    ringlog_info(log, "%*.*f|%-10d|%+5d|% d|%05d", 8, 3, d, 1, 2, 3, 4);
}

static inline void strings(ringlog_logger *log, char *writable, const char *constant)
{
    static const char table[] = "an array";
    char local[16] = "local";
    const char *const both_const = "both";
    ringlog_info(log, "%s %s %s", writable, constant, both_const);
    ringlog_info(log, "%s %s %s", table, local, "a literal");
    ringlog_info(log, "%.*s %10s %.3s", 3, constant, constant, constant);
    ringlog_info(log, "%ls %lc", L"wide", (wint_t)L'w');
    ringlog_info(log, "%s", __func__);
    local[0] = writable[0];
    ringlog_info(log, "%s %s", &local[1], local + 1);
}

static inline void pointers(ringlog_logger *log, struct incomplete *incomplete,
                            const struct incomplete *const_incomplete)
{
    int x = 1;
    int numbers[3] = {1, 2, 3};
    void *p = &x;
    const void *cp = &x;
    volatile int v = 2;
    ringlog_info(log, "%p %p", p, cp);
    ringlog_info(log, "%p %p", (void *)incomplete, (const void *)const_incomplete);
    ringlog_info(log, "%p %p", (void *)&x, (void *)numbers);
    ringlog_info(log, "%d %d", v, numbers[2]);
    ringlog_info(log, "%p", (void *)NULL);
    ringlog_info(log, "%p", (void *)log);
}

static inline void counts_of_arguments(ringlog_logger *log)
{
    ringlog_info(log, "none");
    ringlog_info(log, "100%%");
    ringlog_info(log, "%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d", 1,
                 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                 24);
    ringlog_info(log,
                 "%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d "
                 "%d %d %d %d %s",
                 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                 24, 25, 26, 27, 28, 29, 30, 31, "32");
    ringlog_log(log, RINGLOG_INFO,
                "%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d "
                "%d %d %d %d %s",
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                24, 25, 26, 27, 28, 29, 30, 31, "32");
}

static inline void levels(ringlog_logger *log, int level)
{
    ringlog_debug(log, "%d", 1);
    ringlog_warning(log, "%d", 1);
    ringlog_error(log, "%d", 1);
    ringlog_critical(log, "%d", 1);
    ringlog_log(log, level, "%d", 1);
    ringlog_log(log, level, "nothing");
    ringlog_log(log, level + 1, "%s", "a level that is an expression");
    ringlog_log(log, RINGLOG_DEBUG, "%s", "a level that is a constant");
    if (ringlog_enabled(log, RINGLOG_DEBUG))
        ringlog_debug(log, "%d", level);
}

static inline int called(void)
{
    return 3;
}

#define A_FORMAT      "%d of %d"
#define TWO_ARGUMENTS 1, called()
#define LOG_TO        log
#define LOG_TWICE(x)                                                                               \
    do {                                                                                           \
        ringlog_info(log, "%d", (x));                                                              \
        ringlog_info(log, "%d", (x) + 1);                                                          \
    } while (0)

static inline void expressions(ringlog_logger *log)
{
    int i = 0;
    int a[2] = {1, 2};
    ringlog_info(log, "%d", i++);
    ringlog_info(log, "%d", ++i ? 1 : 2);
    ringlog_info(log, "%d", (i = 4));
    ringlog_info(log, "%d", i == 4 && a[0] < a[1]);
    ringlog_info(log, "%d", called());
    ringlog_info(log, "%d", (called(), called()));
    ringlog_info(log, "%d", a[i & 1] | 1);
    ringlog_info(LOG_TO, A_FORMAT, TWO_ARGUMENTS);
    ringlog_info(log,
                 "two "
                 "pieces: %d",
                 1);
    LOG_TWICE(i);
}

static inline void statements(ringlog_logger *log, int x)
{
    if (x)
        ringlog_info(log, "yes");
    else
        ringlog_info(log, "no");

    if (x)
        if (x > 1)
            ringlog_info(log, "inner");
        else
            ringlog_info(log, "inner's else");
    else
        ringlog_log(log, x, "outer's else");

    for (int i = 0; i < 2; i++)
        ringlog_info(log, "%d", i);
    while (x-- > 0)
        ringlog_debug(log, "%d", x);
    switch (x) {
    case 0:
        ringlog_info(log, "zero");
        break;
    default:
        ringlog_info(log, "other");
    }
    goto end;
end:
    ringlog_info(log, "end");
}

static inline ringlog_logger *logger_of(const char *name)
{
    return ringlog_get_logger(name);
}

static inline void loggers(void)
{
    ringlog_info(ringlog_root(), "%d", 1);
    ringlog_info(logger_of("by.call"), "%d", 1);
    ringlog_logger *const log = ringlog_get_logger("constant");
    const ringlog_logger *to_const = log;
    ringlog_info(log, "%d", 1);
    ringlog_info(to_const, "%d", 1);
}

static inline void texts(ringlog_logger *log)
{
    const struct ringlog_event event = {RINGLOG_INFO, "text", 4,    __FILE__, __func__, __LINE__, 0,
                                        NULL,         NULL,   NULL, 0,        false};
    ringlog_log_text(log, RINGLOG_INFO, "100%", 4);
    (void)ringlog_log_ex(log, &event);
}

RINGLOG_MODULE(module_logger, "compile.module");

static inline void fields(ringlog_logger *log, char *writable)
{
    const unsigned char raw[3] = {1, 2, 3};
    const struct ringlog_extra list[] = {RINGLOG_EXTRA("shard", 7), RINGLOG_EXTRA("name", writable)};
    int *address = NULL;
    ringlog_info_kv(log, "no fields");
    ringlog_debug_kv(log, "one", "key", 1);
    ringlog_warning_kv(log, "kinds", "int", 1, "unsigned", 1u, "long", 1l, "longlong", 1ll,
                       "double", 1.0, "float", 1.0f, "wide", 1.0L, "bool", (bool)true, "char", 'c',
                       "text", "t", "array", writable, "address", address, "bytes",
                       ringlog_bytes(raw, sizeof raw), "secret", ringlog_secret(writable),
                       "size", sizeof raw, "last", (short)1);
    ringlog_error_kv(module_logger, "module", "key", 1);
    ringlog_critical_kv(log, "level", "key", 1);
    ringlog_log_kv(log, RINGLOG_INFO, "run-time level", "key", 1);
    ringlog_info(log, "%s %s", ringlog_bytes(raw, 3), ringlog_secret(raw));
    (void)ringlog_context_set("request", 1);
    (void)ringlog_context_set("request", writable);
    (void)ringlog_get_adapter(log, list, 2);
}

static inline void limits(ringlog_logger *log, int n)
{
    ringlog_info_every(log, 10, "no argument");
    ringlog_debug_every(log, n, "%d", n);
    ringlog_warning_once(log, "no argument");
    ringlog_error_once(log, "%d %s", n, "text");
    if (n > 0)
        ringlog_critical_at_most_ms(log, 100, "no argument");
    else
        ringlog_info_at_most_ms(log, n, "%d", n);
    ringlog_root_log(RINGLOG_DEBUG, "%d", n);
}

static inline void every_call_site(ringlog_logger *log)
{
    const struct bit_fields bits = {1, 1, 1, true};
    char writable[] = "writable";
    integers(log);
    integers_of_headers(log);
    promoted(log);
    enums(log);
    narrow_bit_fields(log, &bits);
    reals(log);
    strings(log, writable, "constant");
    pointers(log, NULL, NULL);
    counts_of_arguments(log);
    levels(log, RINGLOG_WARNING);
    expressions(log);
    statements(log, 2);
    loggers();
    texts(log);
    fields(log, writable);
    limits(log, 2);
}

#endif
