/* What a log call takes, and what may happen to it on the way. */
#include "end_to_end/support.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <wchar.h>

static ringlog_logger *logger;

static void start(void)
{
    log_to("captured.log", NULL);
    logger = ringlog_get_logger("captures");
    require(ringlog_init(NULL) == 0);
}

/* Everything logged so far, without the line at `from`. */
static const char *logged(void)
{
    require(ringlog_flush(10000) == 0);
    return read_file("captured.log", NULL);
}

/* Logs and compares with snprintf. The format is checked by the compiler on the way. */
#define SAME_AS_SNPRINTF(...)                                                                      \
    do {                                                                                           \
        char expected_[4096];                                                                      \
        snprintf(expected_, sizeof expected_, __VA_ARGS__);                                        \
        strcat(expected_, "\n");                                                                   \
        require(strlen(all_expected) + strlen(expected_) < sizeof all_expected);                   \
        strcat(all_expected, expected_);                                                           \
        ringlog_info(logger, __VA_ARGS__);                                                         \
        ringlog_log(logger, RINGLOG_INFO, __VA_ARGS__);                                            \
        strcat(all_expected, expected_);                                                           \
    } while (0)

static char all_expected[65536];

struct bits {
    unsigned narrow : 3;
    int sign : 5;
    unsigned long long wide : 40;
};

enum colour { RED, GREEN = 7 };

static void every_kind(int round)
{
    struct bits bits = {.narrow = 5, .sign = -3, .wide = UINT64_C(0xabcdef0123)};
    char array[] = "array";
    volatile int changing = round;
    SAME_AS_SNPRINTF("no arguments, 100%%");
    SAME_AS_SNPRINTF("%d %i %u %x %X %#o", -1, INT32_MIN, UINT32_MAX, 255u, 255u, 8u);
    SAME_AS_SNPRINTF("%hhd %hhu %hd %hu", (signed char)-5, (unsigned char)250, (short)-30000,
                     (unsigned short)60000);
    SAME_AS_SNPRINTF("%ld %lu %lld %llx %jd %zu %td", LONG_MIN, ULONG_MAX, LLONG_MAX,
                     0x123456789abcdefull, (intmax_t)-7, (size_t)77, (ptrdiff_t)-9);
    SAME_AS_SNPRINTF("%f %.3e %g %a %F", 3.25, 1e100, 0.0001, 1.0, -2.5);
    SAME_AS_SNPRINTF("%f %.2f", (double)1.5f, 2.25);
    SAME_AS_SNPRINTF("%Lf %.10Lg", 1.0L / 3, 12345678901.5L);
    SAME_AS_SNPRINTF("%s|%10s|%-10s|%.3s|%.*s", "plain", "right", "left", "cut here", 2, "star");
    SAME_AS_SNPRINTF("%*d|%-*d|%0*d", 8, 42, 8, 42, 8, 42);
    SAME_AS_SNPRINTF("%c%c%c", 'a', 66, array[0]);
    SAME_AS_SNPRINTF("%p %p", (void *)&bits, (void *)NULL);
    SAME_AS_SNPRINTF("%p", (void *)array); /* char * under %p is not read */
    SAME_AS_SNPRINTF("%s %s", array, (const char *)array);
    SAME_AS_SNPRINTF("%d %d %llu", bits.narrow, bits.sign, (unsigned long long)bits.wide);
    SAME_AS_SNPRINTF("%d %d", round % 2 == 0, GREEN);
    SAME_AS_SNPRINTF("%d", changing);
    SAME_AS_SNPRINTF("%" PRIu64 " %" PRId8, UINT64_MAX, (int8_t)-8);
    SAME_AS_SNPRINTF("%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", 1, 2, 3, 4, 5, 6, 7, 8, 9,
                     10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24);
    SAME_AS_SNPRINTF("%s %d %s %ld %f %s %c %s %u %s %x %s %d %s %ld %f %s %c %s %u %s %x %s %p",
                     "a", 1, "b", 2L, 3.0, "c", 'd', "e", 4u, "f", 5u, "g", 6, "h", 7L, 8.0, "i",
                     'j', "k", 9u, "l", 10u, "m", (void *)array);
    SAME_AS_SNPRINTF("%lc%ls", (wint_t)L'w', L"ide");
    errno = EACCES;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" /* %m is glibc's */
#pragma GCC diagnostic ignored "-Wformat"
    SAME_AS_SNPRINTF("%m %d", 5);
#pragma GCC diagnostic pop
    errno = 0;
    char *null = NULL;
    __asm__("" : "+r"(null)); /* the compiler shall not know */
    ringlog_info(logger, "%s|%10s", null, null);
    strcat(all_expected, "(null)|    (null)\n");
}

PROCESS_TEST(every_kind_of_argument_reads_as_snprintf_has_it)
{
    start();
    /* Twice: the first round registers the sites out of line, the second is inlined. */
    every_kind(0);
    every_kind(1);
    require_same_text(logged(), all_expected);
}

static int evaluations;

static int evaluate(void)
{
    return ++evaluations;
}

PROCESS_TEST(arguments_are_evaluated_once_or_not_at_all)
{
    start();
    for (int i = 0; i < 3; i++)
        ringlog_info(logger, "%d", evaluate());
    require(evaluations == 3);
    require(ringlog_logger_set_level(logger, RINGLOG_ERROR) == 0);
    ringlog_info(logger, "%d", evaluate());
    ringlog_log(logger, RINGLOG_WARNING, "%d", evaluate());
    require(evaluations == 3);
    require(!ringlog_enabled(logger, RINGLOG_INFO) && ringlog_enabled(logger, RINGLOG_ERROR));
    require_same_text(logged(), "1\n2\n3\n");
}

PROCESS_TEST(errno_is_left_alone)
{
    start();
    for (int i = 0; i < 100; i++) {
        errno = 77;
        ringlog_info(logger, "%d %.2s", i, "abc");
        ringlog_error(logger, "%d", i);
        ringlog_log_text(logger, RINGLOG_INFO, "text", 4);
        require(errno == 77);
    }
}

/* A page that ends at one that may not be touched. */
static char *guarded_end(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(pages != MAP_FAILED && mprotect(pages + page, page, PROT_NONE) == 0);
    return pages + page;
}

PROCESS_TEST(a_precision_says_how_far_a_string_is_read)
{
    start();
    char *end = guarded_end();
    memcpy(end - 5, "abcde", 5);
    wchar_t *wide_end = (wchar_t *)(void *)guarded_end();
    wide_end[-2] = L'x';
    wide_end[-1] = L'y';
    for (int i = 0; i < 2; i++) {
        ringlog_info(logger, "%.*s", 5, end - 5);
        ringlog_info(logger, "%.5s", end - 5);
        ringlog_info(logger, "%.0s|", end);
        ringlog_info(logger, "%.2ls", wide_end - 2);
        ringlog_log_text(logger, RINGLOG_INFO, end - 5, 5);
    }
    const char *once = "abcde\nabcde\n|\nxy\nabcde\n";
    char expected[100];
    snprintf(expected, sizeof expected, "%s%s", once, once);
    require_same_text(logged(), expected);
}

PROCESS_TEST(long_strings_are_cut_with_a_mark_and_counted)
{
    log_to("captured.log", NULL);
    logger = ringlog_get_logger("captures");
    require(ringlog_init(&(struct ringlog_options){.string_bytes = 100}) == 0);
    char text[300];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    ringlog_info(logger, "%s", text);
    ringlog_info(logger, "%s", text + 199);
    ringlog_info(logger, "%s", text + 198);
    const char *found = logged();
    char expected[400];
    snprintf(expected, sizeof expected, "%.100s…\n%.100s\n%.100s…\n", text, text, text);
    require_same_text(found, expected);
    require(counts_now().records_cut == 2);
}

PROCESS_TEST(a_record_that_fits_nowhere_is_cut_to_a_quarter_of_the_ring)
{
    log_to("captured.log", NULL);
    logger = ringlog_get_logger("captures");
    require(ringlog_init(&(struct ringlog_options){.ring_bytes = 4096, .string_bytes = 65536}) ==
            0);
    char *text = malloc(1 << 24);
    require(text != NULL);
    memset(text, 'y', (1 << 24) - 1);
    text[(1 << 24) - 1] = '\0';
    ringlog_info(logger, "%s and %s", text, text);
    ringlog_log_text(logger, RINGLOG_INFO, text, (1 << 24) - 1);
    size_t length;
    require(ringlog_flush(1000) == 0);
    read_file("captured.log", &length);
    require(length > 1500 && length < 2048);
    require(counts_now().records_cut == 2 && counts_now().lost_full == 0);
}

PROCESS_TEST(a_refused_format_is_shown_with_the_reason)
{
    start();
    int unused;
    ringlog_info(logger, "%d %n", 1, &unused);
    const char *found = logged();
    require(strstr(found, "%d %n [format refused at byte ") == found);
}

PROCESS_TEST(data_starts_no_new_line_and_drives_no_terminal)
{
    start();
    ringlog_info(logger, "%s", "one\ntwo\r\x1b[31m\x7f");
    ringlog_info(logger, "the format's own\nline");
    ringlog_log_text(logger, RINGLOG_INFO, "a\nb", 3);
    require_same_text(logged(),
                      "one\\ntwo\\r\\x1b[31m\\x7f\nthe format's own\nline\na\\nb\n");
}

/* ---- captures that are interrupted ---- */

static sigjmp_buf out_of_it;
static volatile int jumps;

static void jump_out(int number)
{
    (void)number;
    jumps++;
    siglongjmp(out_of_it, 1);
}

/* The string faults when it is measured. */
static void log_and_fault(const char *string, int length)
{
    if (sigsetjmp(out_of_it, 1) == 0)
        ringlog_info(logger, "%.*s", length, string);
}

PROCESS_TEST(a_call_that_was_jumped_out_of_leaves_the_ring_whole)
{
    start();
    require(sigaction(SIGSEGV, &(struct sigaction){.sa_handler = jump_out}, NULL) == 0);
    char *end = guarded_end();
    memset(end - 8, 'z', 8);
    for (int i = 0; i < 10; i++) {
        ringlog_info(logger, "before %d", i);
        log_and_fault(end - 8, 9); /* one byte too far */
        ringlog_info(logger, "after %d", i);
    }
    require(jumps == 10);
    char expected[1000] = "";
    for (int i = 0; i < 10; i++)
        sprintf(expected + strlen(expected), "before %d\nafter %d\n", i, i);
    require_same_text(logged(), expected);
}

static void log_on_the_alternative_stack(int number)
{
    (void)number;
    ringlog_info(logger, "alternative");
}

PROCESS_TEST(a_handler_on_an_alternative_stack_may_log_too)
{
    start();
    static char stack[65536];
    require(sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL) == 0);
    struct sigaction action = {.sa_handler = log_on_the_alternative_stack, .sa_flags = SA_ONSTACK};
    require(sigaction(SIGUSR1, &action, NULL) == 0);
    for (int i = 0; i < 3; i++) {
        ringlog_info(logger, "main");
        raise(SIGUSR1);
    }
    require_same_text(logged(), "main\nalternative\nmain\nalternative\nmain\nalternative\n");
}

static void first_call_in_handler(int number)
{
    (void)number;
    ringlog_warning(ringlog_root(), "first of all");
}

PROCESS_TEST(a_threads_first_call_may_come_in_a_handler)
{
    start();
    require(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = first_call_in_handler}, NULL) ==
            0);
    raise(SIGUSR1);
    ringlog_info(logger, "then");
    require_same_text(logged(), "first of all\nthen\n");
}

/* ---- the dictionary ---- */

#define TEN(x) x x x x x x x x x x

PROCESS_TEST(a_full_dictionary_costs_no_record)
{
    log_to("captured.log", NULL);
    logger = ringlog_get_logger("captures");
    require(ringlog_init(&(struct ringlog_options){.dictionary_bytes = 64 * 1024}) == 0);
    int n = 0;
    char *text = malloc(1000);
    require(text != NULL);
    for (int i = 0; i < 1000; i++) {
        /* A site a call: events define theirs as they come. */
        sprintf(text, "event %d", i);
        require(ringlog_log_ex(logger, &(struct ringlog_event){.level = RINGLOG_INFO,
                                                               .text = text,
                                                               .text_length = strlen(text),
                                                               .file = "file.c",
                                                               .function = "function",
                                                               .line = (unsigned)i}) == 0);
    }
    TEN(ringlog_info(logger, "site %d %s", n++, "s");)
    const char *found = logged();
    for (int i = 0; i < 1000; i++) {
        char line[32];
        const int length = sprintf(line, "event %d\n", i);
        require(strncmp(found, line, (size_t)length) == 0);
        found += length;
    }
    require_same_text(found, "site 0 s\nsite 1 s\nsite 2 s\nsite 3 s\nsite 4 s\nsite 5 s\nsite 6 "
                             "s\nsite 7 s\nsite 8 s\nsite 9 s\n");
    require(counts_now().sites_undefined > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_argument_reads_as_snprintf_has_it),
        cmocka_unit_test(arguments_are_evaluated_once_or_not_at_all),
        cmocka_unit_test(errno_is_left_alone),
        cmocka_unit_test(a_precision_says_how_far_a_string_is_read),
        cmocka_unit_test(long_strings_are_cut_with_a_mark_and_counted),
        cmocka_unit_test(a_record_that_fits_nowhere_is_cut_to_a_quarter_of_the_ring),
        cmocka_unit_test(a_refused_format_is_shown_with_the_reason),
        cmocka_unit_test(data_starts_no_new_line_and_drives_no_terminal),
        cmocka_unit_test(a_call_that_was_jumped_out_of_leaves_the_ring_whole),
        cmocka_unit_test(a_handler_on_an_alternative_stack_may_log_too),
        cmocka_unit_test(a_threads_first_call_may_come_in_a_handler),
        cmocka_unit_test(a_full_dictionary_costs_no_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
