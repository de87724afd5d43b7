/* What the tool says of a record's size against what records take in a ring. */
#include "cmocka_first.h"

#include "measure/sample.h"
#include "record.h"

#include <ringlog/detail/producer.h>
#include <ringlog/handlers.h>

static uint64_t head(void)
{
    return ringlog_producer_->head;
}

static int start(void **state)
{
    (void)state;
    ringlog_handler *null;
    if (ringlog_null_handler_new(&null) != 0)
        return -1;
    ringlog_logger_add_handler(ringlog_root(), null);
    ringlog_handler_unref(null);
    ringlog_logger_set_level(ringlog_root(), RINGLOG_INFO);
    return ringlog_init(NULL) != 0 || ringlog_thread_init() != 0;
}

static int stop(void **state)
{
    (void)state;
    return ringlog_shutdown(-1);
}

/* Whatever was asked for, a sample takes the ring's bytes for it. */
static void samples_are_as_large_as_asked(void **state)
{
    (void)state;
    for (uint64_t bytes = 0; bytes <= RECORD_MOST_ARGUMENT_BYTES; bytes += bytes < 100 ? 1 : 997) {
        struct sample sample;
        assert_true(sample_new(&sample, bytes));
        const uint64_t before = head();
        sample_log(&sample, ringlog_root(), 3);
        assert_int_equal(head() - before, 3 * record_bytes(bytes));
        sample_free(&sample);
    }
}

static uint64_t bytes_of(const char *format, char *const *examples, size_t count)
{
    uint64_t bytes = 0;
    unsigned guessed;
    const char *why = "";
    if (!record_argument_bytes(format, examples, count, &bytes, &guessed, &why))
        fail_msg("\"%s\": %s", format, why);
    assert_int_equal(guessed, 0);
    return bytes;
}

/* A format as the tool reads it, and a call with it. */
#define COMPARE(count, examples, format, ...)                                                      \
    do {                                                                                           \
        const uint64_t before = head();                                                            \
        ringlog_info(ringlog_root(), format, __VA_ARGS__);                                         \
        assert_int_equal(head() - before, record_bytes(bytes_of(format, examples, count)));        \
    } while (0)

static void formats_are_as_large_as_their_records(void **state)
{
    (void)state;
    static char path[] = "/index.html", name[] = "anna";
    char *both[] = {path, name};
    COMPARE(2, both, "%s of %-10s", path, name);
    COMPARE(1, both, "GET %s -> %d in %.3f ms", path, 200, 1.25);
    COMPARE(0, NULL, "%d%%, %hhd %hd %c", 1, (signed char)2, (short)3, 'x');
    COMPARE(0, NULL, "%u %x %o", 1u, 2u, 3u);
    /* Two of a kind: of one, a record would hide four bytes. */
    COMPARE(0, NULL, "%ld %ld", 1L, 2L);
    COMPARE(0, NULL, "%lld %lld", 1LL, 2LL);
    COMPARE(0, NULL, "%zu %zu", (size_t)1, (size_t)2);
    COMPARE(0, NULL, "%jd %jd", (intmax_t)1, (intmax_t)2);
    COMPARE(0, NULL, "%td %td", (ptrdiff_t)1, (ptrdiff_t)2);
    COMPARE(0, NULL, "%#lx %+05ld %lu", 1UL, 2L, 3UL);
    COMPARE(0, NULL, "%f %e %g %a", 1.0, 2.0, 3.0, 4.0);
    COMPARE(0, NULL, "%Lf", 1.0L);
    COMPARE(0, NULL, "%p %p", (void *)path, (void *)name);
    COMPARE(0, NULL, "%*d %.*f", 5, 1, 2, 3.0);
}

static void what_no_call_takes_is_refused(void **state)
{
    (void)state;
    static char one[] = "one", two[] = "two";
    char *const examples[] = {one, two};
    uint64_t bytes;
    unsigned guessed;
    const char *why = NULL;
    assert_false(record_argument_bytes("%n", NULL, 0, &bytes, &guessed, &why));
    assert_false(record_argument_bytes("%1$d", NULL, 0, &bytes, &guessed, &why));
    assert_false(record_argument_bytes("100%", NULL, 0, &bytes, &guessed, &why));
    assert_false(record_argument_bytes("%l", NULL, 0, &bytes, &guessed, &why));
    assert_false(record_argument_bytes("%s", examples, 2, &bytes, &guessed, &why));
    char many[3 * 33 + 1] = "";
    for (int i = 0; i < 33; i++)
        strcat(many, "%d ");
    assert_false(record_argument_bytes(many, NULL, 0, &bytes, &guessed, &why));
    many[3 * 32] = '\0';
    assert_true(record_argument_bytes(many, NULL, 0, &bytes, &guessed, &why));
}

static void strings_without_examples_are_guessed(void **state)
{
    (void)state;
    static char one[] = "one";
    char *const examples[] = {one};
    uint64_t bytes;
    unsigned guessed;
    const char *why;
    assert_true(record_argument_bytes("%s %s %s", examples, 1, &bytes, &guessed, &why));
    assert_int_equal(guessed, 2);
    assert_int_equal(bytes, 4 + 3 + 2 * (4 + RECORD_GUESSED_STRING));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_as_large_as_asked),
        cmocka_unit_test(formats_are_as_large_as_their_records),
        cmocka_unit_test(what_no_call_takes_is_refused),
        cmocka_unit_test(strings_without_examples_are_guessed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
