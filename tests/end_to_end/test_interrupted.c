/* A log call interrupted after every single one of its instructions: by a handler that logs and
 * returns, and by one that logs and jumps out. x86's trap flag stops the call after each
 * instruction; the handler of the n-th stop does its deed. */
#include "end_to_end/support.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>

#if !defined(__x86_64__) || defined(__SANITIZE_THREAD__)

/* ThreadSanitizer's own runtime would be stopped in its middle; other processors have no flag. */
int main(void)
{
    return 0;
}

#else

#    define TRAP_FLAG "$0x100"

static ringlog_logger *logger;
static volatile unsigned target; /* the stop at which the handler logs */
static volatile unsigned stops;
static volatile bool jumping;
static sigjmp_buf out_of_it;

static void on_stop(int number)
{
    (void)number;
    if (++stops != target)
        return;
    ringlog_info(logger, "handler %u", target);
    if (jumping)
        siglongjmp(out_of_it, 1);
}

static inline __attribute__((always_inline)) void stop_after_each_instruction(void)
{
    __asm__ volatile("pushfq\n\torq " TRAP_FLAG ", (%%rsp)\n\tpopfq" : : : "memory", "cc");
}

static inline __attribute__((always_inline)) void stop_no_more(void)
{
    __asm__ volatile("pushfq\n\tandq $~0x100, (%%rsp)\n\tpopfq" : : : "memory", "cc");
}

/* The calls under test. Red zones are left alone by pushing below them. */
static __attribute__((noinline)) void plain_call(void)
{
    stop_after_each_instruction();
    ringlog_info(logger, "main %u", target);
    stop_no_more();
}

static __attribute__((noinline)) void text_call(void)
{
    char text[32];
    const int length = snprintf(text, sizeof text, "main %u", target);
    stop_after_each_instruction();
    ringlog_info(logger, "%.*s", length, text);
    stop_no_more();
}

/* ---- what came out ---- */

/* Takes the line off *at if it is this one. */
static bool take_line(const char **at, const char *who, unsigned number)
{
    char line[64];
    const int length = snprintf(line, sizeof line, "%s %u\n", who, number);
    if (strncmp(*at, line, (size_t)length) != 0)
        return false;
    *at += length;
    return true;
}

static void check(unsigned calls, unsigned stride, bool jumped)
{
    require(ringlog_flush(10000) == 0);
    const char *at = read_file("interrupted.log", NULL);
    unsigned cut_short = 0;
    require(take_line(&at, "main", 0)); /* the site's first record */
    for (unsigned i = 1; i <= calls; i += stride) {
        bool handler = take_line(&at, "handler", i);
        const bool main = take_line(&at, "main", i);
        handler = handler || take_line(&at, "handler", i);
        require(handler && (main || jumped));
        require(take_line(&at, "after", i));
        cut_short += !main;
    }
    require(*at == '\0');
    require(!jumped || (cut_short > 0 && cut_short < calls));
    require(counts_now().lost_nested == 0);
}

/* Interrupts the call at its first instruction, the one `stride` later ... until it ends before. */
static void interrupt_everywhere(void (*call)(void), bool jump, unsigned stride)
{
    log_to("interrupted.log", NULL);
    logger = ringlog_get_logger("interrupted");
    require(ringlog_init(NULL) == 0);
    require(sigaction(SIGTRAP, &(struct sigaction){.sa_handler = on_stop}, NULL) == 0);
    jumping = jump;
    target = 0;
    call();
    unsigned calls = 0;
    for (target = 1;; target = target + stride) {
        stops = 0;
        if (sigsetjmp(out_of_it, 1) == 0)
            call();
        if (stops < target)
            break;
        ringlog_info(logger, "after %u", target);
        calls = target;
    }
    require(calls > 20);
    /* The round that ended before its handler came has logged its main record. */
    ringlog_log_text(logger, RINGLOG_INFO, "end", 3);
    printf("interrupted after %u of %u instructions\n", (calls - 1) / stride + 1, calls);
    require(ringlog_flush(10000) == 0);
    FILE *file = fopen("interrupted.log", "r+");
    char last[64];
    const int tail = snprintf(last, sizeof last, "main %u\nend\n", calls + stride);
    require(fseek(file, -tail, SEEK_END) == 0 && ftruncate(fileno(file), ftell(file)) == 0);
    fclose(file);
    check(calls, stride, jump);
}

/* Each stop is a system call or two, and there are as many as the square of the instructions: all of
 * them where calls are short, some where they are long or instrumented. RINGLOG_TEST_STRIDE=1 takes
 * minutes and leaves none out. */
#    ifdef __SANITIZE_ADDRESS__
#        define INLINED_STRIDE     7
#        define OUT_OF_LINE_STRIDE 101
#    else
#        define INLINED_STRIDE     1
#        define OUT_OF_LINE_STRIDE 13
#    endif
static unsigned inlined_stride, out_of_line_stride;

PROCESS_TEST(a_handler_that_logs_and_returns)
{
    interrupt_everywhere(plain_call, false, inlined_stride);
}

PROCESS_TEST(a_handler_that_logs_and_jumps_out)
{
    interrupt_everywhere(plain_call, true, inlined_stride);
}

PROCESS_TEST(out_of_line_a_handler_that_logs_and_returns)
{
    interrupt_everywhere(text_call, false, out_of_line_stride);
}

PROCESS_TEST(out_of_line_a_handler_that_logs_and_jumps_out)
{
    interrupt_everywhere(text_call, true, out_of_line_stride);
}

int main(void)
{
    inlined_stride = (unsigned)from_environment("RINGLOG_TEST_STRIDE", INLINED_STRIDE);
    out_of_line_stride = (unsigned)from_environment("RINGLOG_TEST_STRIDE", OUT_OF_LINE_STRIDE);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handler_that_logs_and_returns),
        cmocka_unit_test(a_handler_that_logs_and_jumps_out),
        cmocka_unit_test(out_of_line_a_handler_that_logs_and_returns),
        cmocka_unit_test(out_of_line_a_handler_that_logs_and_jumps_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
