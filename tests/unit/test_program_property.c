/* Random formats and arguments: compiled programs against glibc's snprintf in the C locale, byte
 * for byte. A case is a format of one to three directives, each of any flags, width, precision,
 * length and conversion that C gives a meaning. */
#include "cmocka_first.h"

#include <errno.h>
#include <locale.h>
#include <wchar.h>

#include "base/utf8.h"
#include "format/program.h"
#include "random.h"
#include "record_bytes.h"

struct text {
    char bytes[4096];
    size_t length;
};

struct directive {
    char format[48];
    int stars[2];
    unsigned star_count;
    const char *length;
    char conversion;
};

static void add(struct text *text, const char *bytes, size_t length)
{
    assert_true(text->length + length < sizeof text->bytes);
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

/* A width or precision: a number, or a star with its argument in the record. */
static char *make_number(char *to, struct directive *directive, struct record_bytes *record,
                         unsigned limit)
{
    int number = (int)random_below(limit);
    if (random_below(4) != 0)
        return to + sprintf(to, "%d", number);
    if (random_below(5) == 0)
        number = -number;
    directive->stars[directive->star_count++] = number;
    put_i32(record, number);
    *to++ = '*';
    return to;
}

static void make_directive(struct directive *directive, struct record_bytes *record)
{
    static const char *const integer_lengths[] = {"",  "hh", "h", "l", "ll",
                                                  "j", "z",  "t", "L", "q"};
    *directive = (struct directive){.conversion = "diouxXbBfFeEgGaAcspmdusxfg"[random_below(26)],
                                    .length = ""};
    if (strchr("diouxXbB", directive->conversion) != NULL)
        directive->length = integer_lengths[random_below(10)];
    else if (strchr("fFeEgGaA", directive->conversion) != NULL)
        directive->length = random_below(6) ? (random_below(3) ? "" : "l") : "L";
    char *to = directive->format;
    *to++ = '%';
    if (random_below(2) == 0)
        for (unsigned flags = random_below(64), i = 0; i < 6; i++)
            if (flags & 1U << i)
                *to++ = "-+ #0'"[i];
    if (random_below(3) == 0)
        to = make_number(to, directive, record, 40);
    if (random_below(3) == 0) {
        *to++ = '.';
        if (random_below(8) != 0)
            to = make_number(to, directive, record, 24);
    }
    sprintf(to, "%s%c", directive->length, directive->conversion);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
/* snprintf of one directive with its stars, then `value` of whatever type. */
#define PRINT(expected, d, value)                                                                  \
    do {                                                                                           \
        char printed[1200];                                                                        \
        int wanted = (d)->star_count == 0 ? snprintf(printed, sizeof printed, (d)->format, value)  \
                     : (d)->star_count == 1                                                        \
                         ? snprintf(printed, sizeof printed, (d)->format, (d)->stars[0], value)    \
                         : snprintf(printed, sizeof printed, (d)->format, (d)->stars[0],           \
                                    (d)->stars[1], value);                                         \
        assert_in_range(wanted, 0, sizeof printed - 1);                                            \
        add(expected, printed, (size_t)wanted);                                                    \
    } while (0)

static void print_integer(struct text *expected, const struct directive *d,
                          struct record_bytes *record)
{
    uint64_t value = random_integer();
    if (d->length[0] == '\0' || d->length[0] == 'h') {
        if (strchr("di", d->conversion) != NULL)
            put_i32(record, (int32_t)value);
        else
            put_u32(record, (uint32_t)value);
        PRINT(expected, d, (unsigned)value);
    } else {
        if (strchr("di", d->conversion) != NULL)
            put_i64(record, (int64_t)value);
        else
            put_u64(record, value);
        PRINT(expected, d, (unsigned long long)value);
    }
}

static void print_real(struct text *expected, const struct directive *d,
                       struct record_bytes *record)
{
    double value = random_double();
    if (d->length[0] == 'L') {
        /* Sums have more bits than a double; huge ones would not fit the test's buffers. */
        long double more = (long double)value;
        if (more > -1e300L && more < 1e300L)
            more += more * 0x1p-60L;
        else
            more = 0.1L;
        put_f80(record, more);
        PRINT(expected, d, more);
        return;
    }
    put_f64(record, value);
    PRINT(expected, d, value);
}

static void print_string(struct text *expected, const struct directive *d,
                         struct record_bytes *record)
{
    char text[48];
    size_t length = random_below(sizeof text);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(1 + random_below(255));
    text[length] = '\0';
    const char *value = random_below(10) == 0 ? NULL : text;
    put_string(record, value);
    PRINT(expected, d, value);
}

static void print_errno(struct text *expected, const struct directive *d,
                        struct record_bytes *record)
{
    int value = (int)random_below(140) - 2;
    put_errno(record, value);
    errno = value;
    PRINT(expected, d, 0); /* the argument is not looked at */
}

static void print_other(struct text *expected, const struct directive *d,
                        struct record_bytes *record)
{
    uint64_t value = random_integer();
    if (d->conversion == 'p') {
        put_pointer(record, value);
        PRINT(expected, d, (void *)(uintptr_t)value);
    } else {
        put_i32(record, (int32_t)value);
        PRINT(expected, d, (int)value);
    }
}
#pragma GCC diagnostic pop

/* %#g of glibc 2.36 drops zeros that C11 7.21.6.1p6 keeps (see test_real.c). */
static bool glibc_errs(const struct directive *d, const struct text *expected, size_t from)
{
    if ((d->conversion | 0x20) != 'g' || strchr(d->format, '#') == NULL)
        return false;
    for (size_t i = from; i + 4 <= expected->length; i++)
        if (memcmp(expected->bytes + i, "1.e+", 4) == 0 ||
            memcmp(expected->bytes + i, "1.E+", 4) == 0)
            return true;
    return false;
}

/* False: leave this one out. */
static bool add_directive(struct text *format, struct text *expected, struct record_bytes *record)
{
    struct directive d;
    make_directive(&d, record);
    size_t from = expected->length;
    add(format, d.format, strlen(d.format));
    if (strchr("diouxXbB", d.conversion) != NULL)
        print_integer(expected, &d, record);
    else if (strchr("fFeEgGaA", d.conversion) != NULL)
        print_real(expected, &d, record);
    else if (d.conversion == 's')
        print_string(expected, &d, record);
    else if (d.conversion == 'm')
        print_errno(expected, &d, record);
    else
        print_other(expected, &d, record);
    return !glibc_errs(&d, expected, from);
}

static void add_literal(struct text *format, struct text *expected)
{
    static const char literal[] = "some words between, more than 16";
    size_t length = random_below(sizeof literal);
    add(format, literal, length);
    add(expected, literal, length);
    if (random_below(8) == 0) {
        add(format, "%%", 2);
        add(expected, "%", 1);
    }
}

static void check(const struct text *format, const struct text *expected,
                  const struct record_bytes *record, struct rl_buffer *out)
{
    struct rl_program *program;
    int error = rl_program_new(&program, format->bytes, format->length, record->fields,
                               record->field_count);
    if (error < 0)
        fail_msg("'%.*s': error %d", (int)format->length, format->bytes, error);
    out->length = 0;
    rl_program_render(program, record->bytes, record->length, true, out);
    rl_program_free(program);
    if (out->length != expected->length ||
        (out->length > 0 && memcmp(out->data, expected->bytes, out->length) != 0))
        fail_msg("'%.*s': '%.*s' instead of '%.*s'", (int)format->length, format->bytes,
                 (int)out->length, out->data, (int)expected->length, expected->bytes);
}

static void random_programs_equal_printf(void **state)
{
    (void)state;
    random_start(20050319);
    static struct text format, expected;
    static struct record_bytes record;
    struct rl_buffer out = {0};
    unsigned long left_out = 0, cases = random_cases(1000000);
    for (unsigned long i = cases; i > 0; i--) {
        format.length = expected.length = record.length = record.field_count = 0;
        bool sound = true;
        for (unsigned count = 1 + random_below(3); count > 0; count--) {
            add_literal(&format, &expected);
            sound &= add_directive(&format, &expected, &record);
        }
        add_literal(&format, &expected);
        if (sound)
            check(&format, &expected, &record, &out);
        else
            left_out++;
    }
    rl_buffer_free(&out);
    print_message("%lu cases, of these %lu left out\n", cases, left_out);
    assert_in_range(left_out, 0, cases / 1000);
}

/* %ls and %lc under a UTF-8 locale: there glibc can print what the C locale cannot. */
static void make_wide(wchar_t *wide, char *utf8)
{
    size_t length = random_below(12);
    for (size_t i = 0; i < length; i++) {
        uint32_t code_point;
        do
            code_point = 1 + random_below(random_below(2) ? 0x2000 : 0x10ffff);
        while (code_point >= 0xd800 && code_point <= 0xdfff);
        wide[i] = (wchar_t)code_point;
        utf8 += rl_utf8_encode(code_point, utf8);
    }
    wide[length] = L'\0';
    *utf8 = '\0';
}

static void random_wide_text_equals_printf(void **state)
{
    (void)state;
    random_start(23);
    locale_t utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    assert_true(utf8_locale != (locale_t)0);
    locale_t before = uselocale(utf8_locale);
    struct rl_buffer out = {0};
    for (unsigned long i = random_cases(200000); i > 0; i--) {
        wchar_t wide[16];
        char utf8[64];
        make_wide(wide, utf8);
        int width = (int)random_below(40) - 20, precision = (int)random_below(50) - 10;
        struct text format = {.length = 0}, expected = {.length = 0};
        struct record_bytes record;
        record.length = record.field_count = 0;
        put_i32(&record, width);
        put_i32(&record, precision);
        if (random_below(4) != 0) {
            put_string(&record, utf8);
            add(&format, "%*.*ls", 6);
            expected.length = (size_t)snprintf(expected.bytes, sizeof expected.bytes, "%*.*ls",
                                               width, precision, wide);
        } else {
            put_u32(&record, (uint32_t)wide[0]);
            add(&format, "%*.*lc", 6);
            /* C11 gives %lc no precision, and glibc looks at none. */
            expected.length = (size_t)snprintf(expected.bytes, sizeof expected.bytes, "%*lc", width,
                                               (wint_t)wide[0]);
        }
        check(&format, &expected, &record, &out);
    }
    rl_buffer_free(&out);
    uselocale(before);
    freelocale(utf8_locale);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_programs_equal_printf),
        cmocka_unit_test(random_wide_text_equals_printf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
