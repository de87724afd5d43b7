/* Logs what a test of a real server then looks for in it: log_corpus syslog|journal [OPTION]...
 *
 *     --socket PATH  --udp PORT  --tcp PORT
 *     --rfc5424      also for the machine's own socket
 *     --exception    the corpus in exception texts, under a raw formatter
 *     --large BYTES  one record of so many bytes
 *     --count N      N numbered records
 *
 * The corpus comes on standard input: texts of any bytes, each behind its length in four
 * little-endian ones. */
#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define TIME_NS INT64_C(1700000000123456789)

struct arguments {
    const char *server, *socket;
    unsigned udp, tcp;
    bool rfc5424, exception;
    size_t large;
    unsigned count;
};

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, ringlog_last_error());
    exit(1);
}

static struct arguments parse(int argc, char **argv)
{
    struct arguments arguments = {.server = argv[1]};
    for (int i = 2; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--socket") == 0)
            arguments.socket = argv[++i];
        else if (strcmp(argv[i], "--udp") == 0)
            arguments.udp = (unsigned)strtoul(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--tcp") == 0)
            arguments.tcp = (unsigned)strtoul(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--large") == 0)
            arguments.large = strtoul(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--count") == 0)
            arguments.count = (unsigned)strtoul(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--rfc5424") == 0)
            arguments.rfc5424 = true;
        else if (strcmp(argv[i], "--exception") == 0)
            arguments.exception = true;
        else
            fail(argv[i]);
    }
    return arguments;
}

static ringlog_handler *make_syslog(const struct arguments *arguments)
{
    ringlog_handler *handler;
    const struct ringlog_syslog_options options = {
        .transport = arguments->udp != 0   ? RINGLOG_SYSLOG_UDP
                     : arguments->tcp != 0 ? RINGLOG_SYSLOG_TCP
                                           : RINGLOG_SYSLOG_LOCAL,
        .format = arguments->rfc5424 ? RINGLOG_SYSLOG_RFC5424 : RINGLOG_SYSLOG_FORMAT_DEFAULT,
        .socket_path = arguments->socket,
        .host = "127.0.0.1",
        .port = (uint16_t)(arguments->udp != 0 ? arguments->udp : arguments->tcp),
        .facility = LOG_LOCAL3,
        .app_name = "corpus",
    };
    if (ringlog_syslog_handler_new(&handler, &options) < 0)
        fail("syslog");
    return handler;
}

static ringlog_handler *make_journal(const struct arguments *arguments)
{
    ringlog_handler *handler;
    const struct ringlog_journal_options options = {.socket_path = arguments->socket,
                                                    .identifier = "corpus"};
    if (ringlog_journal_handler_new(&handler, &options) < 0)
        fail("journal");
    return handler;
}

static void attach(const struct arguments *arguments)
{
    ringlog_handler *handler = strcmp(arguments->server, "journal") == 0 ? make_journal(arguments)
                                                                         : make_syslog(arguments);
    if (arguments->exception) {
        ringlog_formatter *raw;
        if (ringlog_formatter_new(&raw, &(struct ringlog_formatter_options){.raw = true}) < 0)
            fail("formatter");
        ringlog_handler_set_formatter(handler, raw);
        ringlog_formatter_unref(raw);
    }
    ringlog_logger_add_handler(ringlog_root(), handler);
    ringlog_handler_unref(handler);
    ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG);
}

static void log_text(const struct arguments *arguments, int level, const char *text, size_t length)
{
    const struct ringlog_event event = {
        .level = level,
        .text = arguments->exception ? "exception" : text,
        .text_length = arguments->exception ? 9 : length,
        .exception_text = arguments->exception ? text : NULL,
        .file = "/src/\"of\\this]\".c",
        .function = "of] x=\"y\"",
        .line = 42,
        .time_ns = TIME_NS,
    };
    if (ringlog_log_ex(ringlog_get_logger("corpus.of texts"), &event) < 0)
        fail("log");
}

static void log_input(const struct arguments *arguments)
{
    static const int levels[] = {RINGLOG_DEBUG,   RINGLOG_INFO,  25,
                                 RINGLOG_WARNING, RINGLOG_ERROR, RINGLOG_CRITICAL};
    unsigned char length[4];
    for (size_t i = 0; fread(length, 1, 4, stdin) == 4; i++) {
        const size_t bytes = length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16;
        char *text = calloc(1, bytes + 1);
        if (text == NULL || fread(text, 1, bytes, stdin) != bytes)
            fail("corpus");
        log_text(arguments, levels[i % (sizeof levels / sizeof *levels)], text, bytes);
        free(text);
    }
}

static void log_large(const struct arguments *arguments)
{
    char *text = malloc(arguments->large);
    if (text == NULL)
        fail("large");
    memset(text, 'L', arguments->large);
    log_text(arguments, RINGLOG_INFO, text, arguments->large);
    free(text);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        fail("usage");
    const struct arguments arguments = parse(argc, argv);
    attach(&arguments);
    const struct ringlog_options options = {.ring_bytes = 4 << 20, .string_bytes = 262144};
    if (ringlog_init(&options) < 0)
        fail("init");
    ringlog_set_thread_name("thr\"ead]");
    if (arguments.large != 0)
        log_large(&arguments);
    for (unsigned i = 0; i < arguments.count; i++)
        ringlog_info(ringlog_root(), "number %u", i);
    if (arguments.large == 0 && arguments.count == 0)
        log_input(&arguments);
    if (ringlog_flush(20000) < 0 || ringlog_shutdown(20000) < 0)
        fail("flush and shutdown");
    return 0;
}
