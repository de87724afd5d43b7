/* Structured fields: of calls, adapters, contexts, filters; in text and in the binary log. */
#include "end_to_end/support.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

static ringlog_logger *logger;

/* Starts the library with a file of "message fields" lines. */
static void start(const char *format)
{
    log_to("fields.log", format);
    logger = ringlog_get_logger("fields");
    require(ringlog_init(NULL) == 0);
}

static void require_log(const char *expected)
{
    require(ringlog_flush(10000) == 0);
    require_same_text(read_file("fields.log", NULL), expected);
}

PROCESS_TEST(values_keep_their_types)
{
    start("%(message)s%(fields)s");
    const unsigned char raw[] = {0xde, 0xad, 0};
    char name[] = "al \"ice\"";
    ringlog_info_kv(logger, "100%", "i", -1, "u", 4294967295u, "l", INT64_MIN, "ul", UINT64_MAX,
                    "d", 0.1, "whole", 2.0, "yes", (bool)true, "no", (bool)false);
    ringlog_info_kv(logger, "texts", "s", name, "empty", "", "null", (char *)NULL, "line", "a\nb");
    ringlog_info_kv(logger, "bytes", "raw", ringlog_bytes(raw, 3), "none", ringlog_bytes(NULL, 3),
                    "secret", ringlog_secret(name));
    require_log("100% i=-1 u=4294967295 l=-9223372036854775808 ul=18446744073709551615 d=0.1 "
                "whole=2.0 yes=true no=false\n"
                "texts s=\"al \\\"ice\\\"\" empty=\"\" null=(null) line=\"a\\nb\"\n"
                "bytes raw=dead00 none=(null) secret=***\n");
}

PROCESS_TEST(arguments_may_be_bytes_and_secrets)
{
    start("%(message)s");
    char bytes[70000];
    memset(bytes, 7, sizeof bytes);
    ringlog_info(logger, "%s|%8s|%-8s|%.1s|%s", ringlog_bytes("\1\2", 2), ringlog_bytes("\1\2", 2),
                 ringlog_bytes("\1\2", 2), ringlog_bytes("\1\2", 2), ringlog_bytes("", 0));
    ringlog_info(logger, "%s", ringlog_secret("hidden"));
    ringlog_info(logger, "%s", ringlog_bytes(bytes, sizeof bytes));
    require(ringlog_flush(10000) == 0);
    size_t length;
    const char *text = read_file("fields.log", &length);
    const char *expected = "01 02|   01 02|01 02   |01|\n***\n07 07";
    require(strncmp(text, expected, strlen(expected)) == 0);
    require(memmem(text, length, "hidden", 6) == NULL);
    /* Cut at the limit for strings, with the mark. */
    require(length > 16384 * 3 && strcmp(text + length - 4, "\xe2\x80\xa6\n") == 0);
    require(counts_now().records_cut == 1);
}

PROCESS_TEST(tags_name_fields)
{
    start("%(user)-6s|%(n)04d|%(n)x|%(ratio).2f|%(ok)s|%(message)s");
    ringlog_info_kv(logger, "all", "user", "bob", "n", 26, "ratio", 0.5, "ok", (bool)true);
    require_log("bob   |0026|1a|0.50|true|all\n");
}

static unsigned reports;

static void count_report(const char *message, void *context)
{
    (void)context;
    require(strstr(message, "\"user\" is no tag") != NULL);
    reports++;
}

PROCESS_TEST(a_missing_field_costs_the_record_for_that_handler_only)
{
    ringlog_handler *strict = log_to("strict.log", "%(user)s %(message)s");
    log_to("fields.log", "%(message)s");
    logger = ringlog_get_logger("fields");
    require(ringlog_init(&(struct ringlog_options){.on_error = count_report}) == 0);
    ringlog_info_kv(logger, "with", "user", "eve");
    ringlog_info(logger, "without");
    require_log("with\nwithout\n");
    require_same_text(read_file("strict.log", NULL), "eve with\n");
    require(reports == 1 && counts_now().handler_errors == 1);
    struct ringlog_handler_counts counts;
    require(ringlog_handler_stats(strict, &counts) == 0 && counts.lost == 1 && counts.errors == 1);
}

PROCESS_TEST(a_formatter_may_bring_defaults)
{
    ringlog_handler *file = log_to("fields.log", NULL);
    const struct ringlog_extra defaults[] = {RINGLOG_EXTRA("user", "nobody"), RINGLOG_EXTRA("n", 0)};
    const struct ringlog_formatter_options options = {
        .format = "%(user)s %(n)d %(message)s", .defaults = defaults, .default_count = 2};
    ringlog_formatter *formatter;
    require(ringlog_formatter_new(&formatter, &options) == 0);
    require(ringlog_handler_set_formatter(file, formatter) == 0);
    ringlog_formatter_unref(formatter);
    require(ringlog_init(NULL) == 0);
    logger = ringlog_get_logger("fields");
    ringlog_info_kv(logger, "own", "user", "ann");
    ringlog_info(logger, "none");
    require_log("ann 0 own\nnobody 0 none\n");
}

PROCESS_TEST(bad_keys_are_refused)
{
    start("%(message)s%(fields)s");
    ringlog_info_kv(logger, "reserved", "name", 1);
    require(ringlog_context_set("message", 1) == -EINVAL);
    require(ringlog_context_set("", 1) == -EINVAL);
    char key[300];
    memset(key, 'k', sizeof key);
    key[256] = '\0';
    require(ringlog_context_set(key, 1) == -EINVAL);
    key[255] = '\0';
    require(ringlog_context_set(key, 1) == 0 && ringlog_context_clear() == 0);
    const struct ringlog_extra bad = RINGLOG_EXTRA("levelno", 1);
    require(ringlog_get_adapter(logger, &bad, 1) == NULL);
    require(strstr(ringlog_last_error(), "levelno") != NULL);
    struct ringlog_event event = {
        .level = RINGLOG_INFO, .text = "x", .text_length = 1, .extra = &bad, .extra_count = 1};
    require(ringlog_log_ex(logger, &event) == -EINVAL);
    event.level = 1; /* as in CPython, only a record that is taken is looked at */
    require(ringlog_logger_set_level(logger, RINGLOG_INFO) == 0);
    require(ringlog_log_ex(logger, &event) == 0);
    require(ringlog_flush(10000) == 0);
    require(strncmp(read_file("fields.log", NULL), "reserved [format refused at byte 9", 34) == 0);
}

PROCESS_TEST(nearer_places_win)
{
    start("%(message)s%(fields)s");
    const struct ringlog_extra fields[] = {RINGLOG_EXTRA("a", "adapter"), RINGLOG_EXTRA("c", "adapter")};
    ringlog_logger *adapter = ringlog_get_adapter(logger, fields, 2);
    require(adapter != logger && adapter == ringlog_get_adapter(logger, fields, 2));
    require(adapter == ringlog_get_adapter(adapter, fields, 2));
    require_same_text(ringlog_logger_name(adapter), "fields");
    require(ringlog_context_set("a", "context") == 0 && ringlog_context_set("x", 1) == 0);
    ringlog_info(logger, "context");
    ringlog_info(adapter, "adapter");
    ringlog_info_kv(adapter, "call", "a", "call", "k", 1);
    const struct ringlog_extra extra = RINGLOG_EXTRA("k", 2);
    struct ringlog_event event = {
        .level = RINGLOG_INFO, .text = "event", .text_length = 5, .extra = &extra, .extra_count = 1};
    require(ringlog_log_ex(logger, &event) == 0);
    require(ringlog_log_ex(adapter, &event) == 0);
    /* An adapter is configured as its logger. */
    require(ringlog_logger_set_level(adapter, RINGLOG_ERROR) == 0);
    require(ringlog_logger_level(logger) == RINGLOG_ERROR);
    ringlog_info(adapter, "no more");
    require_log("context a=context x=1\n"
                "adapter a=adapter c=adapter x=1\n"
                "call a=call k=1 c=adapter x=1\n"
                "event k=2 a=context x=1\n"
                "event a=adapter c=adapter x=1\n");
}

/* ---- contexts ---- */

PROCESS_TEST(a_context_changes_from_record_to_record)
{
    start("%(message)s%(fields)s");
    ringlog_info(logger, "empty");
    require(ringlog_context_set("request", 1) == 0);
    ringlog_info(logger, "one");
    require(ringlog_context_set("request", "two") == 0 && ringlog_context_set("peer", "p") == 0);
    ringlog_info(logger, "two");
    require(ringlog_context_remove("request") == 0 && ringlog_context_remove("nosuch") == 0);
    ringlog_info(logger, "removed");
    require(ringlog_context_clear() == 0);
    ringlog_info(logger, "cleared");
    require_log("empty\none request=1\ntwo request=two peer=p\nremoved peer=p\ncleared\n");
}

static void *log_in_context(void *number)
{
    const int n = *(const int *)number;
    for (int i = 0; i < 1000; i++) {
        require(ringlog_context_set("of", n * 1000 + i) == 0);
        ringlog_info_kv(logger, "in", "number", n * 1000 + i);
    }
    return NULL;
}

PROCESS_TEST(threads_do_not_mix_and_a_reused_ring_starts_empty)
{
    start("%(message)s%(fields)s");
    for (int round = 0; round < 3; round++) {
        pthread_t threads[4];
        int numbers[4];
        for (int i = 0; i < 4; i++) {
            numbers[i] = i;
            require(pthread_create(&threads[i], NULL, log_in_context, &numbers[i]) == 0);
        }
        for (int i = 0; i < 4; i++)
            require(pthread_join(threads[i], NULL) == 0);
    }
    require(ringlog_flush(10000) == 0);
    FILE *file = fopen("fields.log", "r");
    require(file != NULL);
    int number, of, lines = 0;
    while (fscanf(file, "in number=%d of=%d\n", &number, &of) == 2) {
        require(number == of);
        lines++;
    }
    require(feof(file) && lines == 12000);
    fclose(file);
}

static void log_from_handler(int signal_number)
{
    (void)signal_number;
    ringlog_info(logger, "handler");
}

PROCESS_TEST(a_signal_handler_logs_in_the_context_of_its_thread)
{
    start("%(message)s%(fields)s");
    require(signal(SIGUSR1, log_from_handler) != SIG_ERR);
    require(ringlog_context_set("request", 9) == 0);
    require(raise(SIGUSR1) == 0);
    require_log("handler request=9\n");
}

/* ---- the binary log ---- */

static char *output_of(const char *command)
{
    FILE *pipe = popen(command, "r");
    require(pipe != NULL);
    char *text = calloc(1, 4096);
    require(text != NULL);
    const size_t length = fread(text, 1, 4095, pipe);
    text[length] = '\0';
    require(pclose(pipe) == 0);
    return text;
}

PROCESS_TEST(the_binary_log_keeps_them)
{
    ringlog_handler *binary;
    require(ringlog_binary_file_handler_new(&binary, "fields.rlog", NULL) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), binary) == 0);
    ringlog_handler_unref(binary);
    start("%(message)s%(fields)s");
    const struct ringlog_extra fields[] = {RINGLOG_EXTRA("shard", 3)};
    ringlog_logger *adapter = ringlog_get_adapter(logger, fields, 1);
    ringlog_info_kv(logger, "call 100%", "user", "al ice", "ok", (bool)true, "d", 1.5, "raw",
                    ringlog_bytes("\1\2", 2));
    require(ringlog_context_set("request", 7) == 0);
    ringlog_info(adapter, "both %d", 1);
    ringlog_log_kv(adapter, RINGLOG_ERROR, "level", "k", "v");
    const struct ringlog_extra extra = RINGLOG_EXTRA("k", -2);
    require(ringlog_log_ex(logger, &(struct ringlog_event){.level = RINGLOG_INFO,
                                                           .text = "event",
                                                           .text_length = 5,
                                                           .extra = &extra,
                                                           .extra_count = 1}) == 0);
    require(ringlog_shutdown(10000) == 0);
    const char *expected = "call 100% user=\"al ice\" ok=true d=1.5 raw=0102\n"
                           "both 1 shard=3 request=7\n"
                           "level k=v shard=3 request=7\n"
                           "event k=-2 request=7\n";
    require_same_text(read_file("fields.log", NULL), expected);
    require_same_text(output_of(LOGDUMP " --format '%(message)s%(fields)s' fields.rlog"), expected);
    /* A decoder shows nothing for a field that is not there, and goes on. */
    require_same_text(output_of(LOGDUMP " --format '[%(user)s]' fields.rlog"),
                      "[al ice]\n[]\n[]\n[]\n");
}

/* ---- limited calls ---- */

static void *log_limited(void *unused)
{
    (void)unused;
    for (int i = 0; i < 1000; i++)
        ringlog_info_at_most_ms(logger, 3600000, "at most");
    return NULL;
}

PROCESS_TEST(calls_are_held_back_and_counted)
{
    start("%(message)s");
    for (int i = 0; i < 9; i++)
        ringlog_info_every(logger, 4, "every %d", i);
    for (int i = 0; i < 3; i++)
        ringlog_info_once(logger, "once");
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 5; j++)
            ringlog_info_at_most_ms(logger, 100, "soon");
        sleep_ms(150);
    }
    require_log("every 0\nevery 4 [3 held back]\nevery 8 [3 held back]\nonce\n"
                "soon\nsoon [4 held back]\nsoon [4 held back]\n");
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        require(pthread_create(&threads[i], NULL, log_limited, NULL) == 0);
    for (int i = 0; i < 4; i++)
        require(pthread_join(threads[i], NULL) == 0);
    require(ringlog_flush(10000) == 0);
    require(count_lines("fields.log", "at most") == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_their_types),
        cmocka_unit_test(arguments_may_be_bytes_and_secrets),
        cmocka_unit_test(tags_name_fields),
        cmocka_unit_test(a_missing_field_costs_the_record_for_that_handler_only),
        cmocka_unit_test(a_formatter_may_bring_defaults),
        cmocka_unit_test(bad_keys_are_refused),
        cmocka_unit_test(nearer_places_win),
        cmocka_unit_test(a_context_changes_from_record_to_record),
        cmocka_unit_test(threads_do_not_mix_and_a_reused_ring_starts_empty),
        cmocka_unit_test(a_signal_handler_logs_in_the_context_of_its_thread),
        cmocka_unit_test(the_binary_log_keeps_them),
        cmocka_unit_test(calls_are_held_back_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
