/* Call sites as only C writes them. */
#include "call_sites.h"

static void function(void)
{
}

static void function_pointers(ringlog_logger *log)
{
    void (*pointer)(void) = function;
    ringlog_info(log, "%#" PRIxPTR, (uintptr_t)pointer);
    ringlog_info(log, "%#" PRIxPTR, (uintptr_t)function);
}

static void null_pointers(ringlog_logger *log)
{
    const char *null = NULL;
    ringlog_info(log, "%s", null);
    ringlog_info(log, "%p", NULL);
}

/* Beyond C's letter, and GCC gives them types of their own, for printf as well: "%lu expects long
 * unsigned int, but the argument has type long unsigned int:40". */
__extension__ struct wide_bits {
    uint64_t unsigned_40 : 40;
    int64_t signed_33 : 33;
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat"
static void wide_bit_fields(ringlog_logger *log, const struct wide_bits *bits)
{
    ringlog_info(log, "%" PRIu64 " %" PRId64, bits->unsigned_40, bits->signed_33);
    ringlog_info(log, "%" PRIu64, (uint64_t)bits->unsigned_40);
}
#pragma GCC diagnostic pop

static void compound_literals(ringlog_logger *log)
{
    ringlog_info(log, "%d", ((int[]){1, 2, 3})[1]);
    ringlog_info(log, "%d", (int){4});
    ringlog_info(log, "%p", (void *)&(struct bit_fields){.narrow = 1});
}

static void variable_length_arrays(ringlog_logger *log, size_t n)
{
    char text[n + 1];
    text[0] = '\0';
    ringlog_info(log, "%s %zu", text, sizeof text);
}

static _Noreturn void never_returns(ringlog_logger *log)
{
    ringlog_critical(log, "for ever");
    for (;;)
        ;
}

int main(int argc, char **argv)
{
    ringlog_logger *log = ringlog_get_logger("compile.c");
    every_call_site(log);
    function_pointers(log);
    null_pointers(log);
    wide_bit_fields(log, &(struct wide_bits){.unsigned_40 = 1});
    compound_literals(log);
    variable_length_arrays(log, (size_t)argc);
    ringlog_info(log, "%s %s", argv[0], *argv);
    if (argc > 1000)
        never_returns(log);
    return 0;
}
