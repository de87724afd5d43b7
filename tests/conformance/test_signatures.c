/* Each signature of the scenarios through the real log macros, with a literal format, and through
 * the driver's capture, which has no compiler to help it: both are what printf(3) makes of it. */
#include "end_to_end/support.h"

#include "capture.h"
#include "signatures.h"

#include <string.h>

static struct ringlog_argument argument_for(char letter, unsigned i)
{
    static const char *const texts[] = {"right", "left", "cut"};
    static const double reals[] = {1.5, -0.1, 2.71828, 1e20, 0.0001, 123456789.0};
    switch (letter) {
    case 's':
        return ringlog_word_argument_(RINGLOG_FIELD_STRING, (uintptr_t)texts[i % 3]);
    case 'D':
        return ringlog_word_argument_(RINGLOG_FIELD_I64, (i + 1) * UINT64_C(1099511627776));
    case 'f':
        return ringlog_real_argument_(reals[i % 6]);
    case 'c':
        return ringlog_word_argument_(RINGLOG_FIELD_I32, 'a' + i);
    default: /* a number, a width, a precision, a letter */
        return ringlog_word_argument_(RINGLOG_FIELD_I32, 33 + i);
    }
}

static void set_arguments(const char *signature, struct ringlog_argument *arguments)
{
    for (unsigned i = 0; signature[i] != '\0'; i++)
        arguments[i] = argument_for(signature[i], i);
}

/* Twice: a site's first record takes another way than the rest. */
#define LOG(signature, literal, ...)                                                               \
    set_arguments(#signature, arguments);                                                          \
    for (int round = 0; round < 2; round++) {                                                      \
        static const struct ringlog_place place = {.file = "", .function = "", .format = literal}; \
        ringlog_log(ringlog_root(), RINGLOG_WARNING, literal, __VA_ARGS__);                        \
        capture_call(ringlog_root(), RINGLOG_WARNING, &place, arguments, strlen(#signature));      \
        fprintf(expected, literal "\n" literal "\n", __VA_ARGS__, __VA_ARGS__);                    \
    }

PROCESS_TEST(each_signature_is_as_printf_has_it)
{
    char *text;
    size_t length;
    FILE *expected = open_memstream(&text, &length);
    struct ringlog_argument arguments[RINGLOG_MAX_ARGUMENTS];
    log_to("log", NULL);
    require(ringlog_init(NULL) == 0);
    SIGNATURES(LOG)
    fclose(expected);
    require(ringlog_flush(-1) == 0);
    require_same_text(read_file("log", NULL), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_signature_is_as_printf_has_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
