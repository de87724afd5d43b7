/* A program that logs to one server and to the file beside.log, as the tests tell it on stdin:
 *
 *     sender smtp|http|socket NAME=VALUE...     options of the handler; see take()
 *
 *     error TEXT        logs it; "hex" instead: bytes in hexadecimal
 *     many N TEXT       N times
 *     numbered N        N different ones
 *     flush MS          says "flush 0" or a negative errno
 *     stats             says "stats RECORDS LOST ERRORS PENDING LAST_ERROR"
 *     remove            the logger lets go of the handler, and so do we
 *     fork TEXT         a child logs it and exits
 *     shutdown MS       says "shutdown 0" or a negative errno
 *
 * Each command is answered by one line. */
#include <ringlog/net.h>
#include <ringlog/network.h>
#include <ringlog/ringlog.h>

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 64

static struct ringlog_smtp_options smtp;
static struct ringlog_http_options http;
static struct ringlog_formatter_options format;
static const char *to[MOST], *headers[MOST], *url, *secret;
static size_t to_count, header_count;
static bool late; /* init comes before the handler is made */
static ringlog_logger *logger;
static ringlog_handler *handler;

static int give_secret(void *context, char *bytes, size_t size)
{
    (void)context;
    return snprintf(bytes, size, "%s", secret);
}

/* ---- options ---- */

static enum ringlog_smtp_security security_of(const char *name)
{
    if (strcmp(name, "starttls") == 0)
        return RINGLOG_SMTP_STARTTLS;
    return strcmp(name, "tls") == 0 ? RINGLOG_SMTP_TLS : RINGLOG_SMTP_PLAIN;
}

static bool take_number(const char *name, long long number)
{
    const bool flag = number != 0;
    if (strcmp(name, "port") == 0)
        smtp.port = (uint16_t)number;
    else if (strcmp(name, "insecure") == 0)
        smtp.insecure = http.insecure = flag;
    else if (strcmp(name, "plain_auth") == 0)
        smtp.allow_plain_auth = http.allow_plain_auth = flag;
    else if (strcmp(name, "timeout_ms") == 0)
        smtp.timeout_ms = http.timeout_ms = (uint32_t)number;
    else if (strcmp(name, "max_per_minute") == 0)
        smtp.max_per_minute = (int)number;
    else if (strcmp(name, "spool_bytes") == 0)
        smtp.spool_bytes = number;
    else if (strcmp(name, "batch_bytes") == 0)
        http.batch_bytes = (size_t)number;
    else if (strcmp(name, "batch_ms") == 0)
        http.batch_ms = (int)number;
    else if (strcmp(name, "queue_bytes") == 0)
        smtp.isolation.queue_bytes = http.isolation.queue_bytes = (size_t)number;
    else if (strcmp(name, "isolation") == 0)
        smtp.isolation.isolation = http.isolation.isolation = (enum ringlog_isolation)number;
    else if (strcmp(name, "raw") == 0)
        format.raw = flag;
    else if (strcmp(name, "late") == 0)
        late = flag;
    else
        return false;
    return true;
}

static bool take_text(const char *name, const char *text)
{
    if (strcmp(name, "host") == 0)
        smtp.host = text;
    else if (strcmp(name, "security") == 0)
        smtp.security = security_of(text);
    else if (strcmp(name, "ca") == 0)
        smtp.ca_file = http.ca_file = text;
    else if (strcmp(name, "from") == 0)
        smtp.from = text;
    else if (strcmp(name, "to") == 0)
        to[to_count++] = text;
    else if (strcmp(name, "subject") == 0)
        smtp.subject = text;
    else if (strcmp(name, "user") == 0)
        smtp.user = text;
    else if (strcmp(name, "password") == 0)
        smtp.password = http.bearer_token = text;
    else if (strcmp(name, "password_file") == 0)
        smtp.password_file = http.bearer_file = text;
    else if (strcmp(name, "asked_password") == 0)
        secret = text, smtp.password_callback = http.bearer_callback = give_secret;
    else if (strcmp(name, "format") == 0)
        format.format = text;
    else if (strcmp(name, "url") == 0)
        url = text;
    else if (strcmp(name, "content_type") == 0)
        http.content_type = text;
    else if (strcmp(name, "header") == 0)
        headers[header_count++] = text;
    else
        return false;
    return true;
}

static void take(char *option)
{
    char *equals = strchr(option, '=');
    if (equals != NULL)
        *equals++ = '\0';
    if (equals == NULL || (!take_text(option, equals) && !take_number(option, atoll(equals)))) {
        fprintf(stderr, "sender: what is %s?\n", option);
        exit(2);
    }
}

/* ---- set-up ---- */

static int make(const char *kind)
{
    smtp.to = to;
    smtp.to_count = to_count;
    http.headers = headers;
    http.header_count = header_count;
    if (strcmp(kind, "socket") == 0)
        return ringlog_socket_handler_new(&handler, url, NULL);
    return strcmp(kind, "smtp") == 0 ? ringlog_smtp_handler_new(&handler, &smtp)
                                     : ringlog_http_handler_new(&handler, url, &http);
}

/* It is on our command line: the library has a copy by now. */
static void forget_password(void)
{
    if (smtp.password != NULL)
        explicit_bzero((char *)(uintptr_t)smtp.password, strlen(smtp.password));
}

static int set_format(void)
{
    ringlog_formatter *formatter;
    if (format.format == NULL && !format.raw)
        return 0;
    int result = ringlog_formatter_new(&formatter, &format);
    if (result == 0) {
        result = ringlog_handler_set_formatter(handler, formatter);
        ringlog_formatter_unref(formatter);
    }
    return result;
}

static int start(const char *kind)
{
    ringlog_handler *file;
    if (late && ringlog_init(NULL) < 0)
        return -1;
    int result = make(kind);
    forget_password();
    if (result == 0)
        result = set_format();
    if (result == 0)
        result = ringlog_file_handler_new(&file, "beside.log", NULL);
    if (result < 0)
        return result;
    ringlog_logger_add_handler(ringlog_root(), file);
    ringlog_logger_add_handler(ringlog_root(), handler);
    ringlog_handler_unref(file);
    logger = ringlog_get_logger("sender");
    return late ? 0 : ringlog_init(NULL);
}

/* ---- commands ---- */

static void log_hex(const char *digits)
{
    char bytes[4096];
    size_t length = 0;
    unsigned byte;
    for (; sscanf(digits, "%2x", &byte) == 1 && length < sizeof bytes; digits += 2)
        bytes[length++] = (char)byte;
    ringlog_log_text(logger, RINGLOG_ERROR, bytes, length);
}

static void say_stats(void)
{
    struct ringlog_handler_counts counts;
    ringlog_handler_stats(handler, &counts);
    printf("stats %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %s\n", counts.records,
           counts.lost, counts.errors, counts.pending, counts.last_error);
}

static void log_in_child(const char *text)
{
    const pid_t child = fork();
    if (child == 0) {
        ringlog_error(logger, "%s", text);
        exit(ringlog_shutdown(10000) < 0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    printf("fork %d\n", status);
}

static void log_many(char *argument, bool numbered)
{
    char *text;
    const long count = strtol(argument, &text, 10);
    for (long i = 0; i < count; i++)
        if (numbered)
            ringlog_error(logger, "number %ld", i);
        else
            ringlog_error(logger, "%s", text + (*text == ' '));
    puts("ok");
}

static void obey(const char *command, char *argument)
{
    if (strcmp(command, "error") == 0) {
        ringlog_error(logger, "%s", argument);
        puts("ok");
    } else if (strcmp(command, "hex") == 0) {
        log_hex(argument);
        puts("ok");
    } else if (strcmp(command, "many") == 0 || strcmp(command, "numbered") == 0) {
        log_many(argument, *command == 'n');
    } else if (strcmp(command, "flush") == 0) {
        printf("flush %d\n", ringlog_flush(atoi(argument)));
    } else if (strcmp(command, "stats") == 0) {
        say_stats();
    } else if (strcmp(command, "remove") == 0) {
        ringlog_logger_remove_handler(ringlog_root(), handler);
        ringlog_handler_unref(handler);
        puts("ok");
    } else if (strcmp(command, "fork") == 0) {
        log_in_child(argument);
    } else if (strcmp(command, "shutdown") == 0) {
        printf("shutdown %d\n", ringlog_shutdown(atoi(argument)));
    } else {
        puts("what?");
    }
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 2; i < argc; i++)
        take(argv[i]);
    const int result = start(argv[1]);
    printf("new %d %s\n", result, result < 0 ? ringlog_last_error() : "");
    if (result < 0)
        return 0;
    char line[16384];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *argument = strchr(line, ' ');
        if (argument != NULL)
            *argument++ = '\0';
        obey(line, argument == NULL ? line + strlen(line) : argument);
    }
    return 0;
}
