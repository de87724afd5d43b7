/* Four handlers on the root logger: a coloured console for what a person must see, a text file and a
 * binary file for everything, and a mail now and then for what has failed. */
#include "logging.h"

#include <ringlog/handlers.h>
#include <ringlog/net.h>
#include <ringlog/ringlog.h>

#include <inttypes.h>
#include <stdio.h>

static const char line_format[] =
    "%(asctime)s %(levelname)-8s [%(threadName)s] %(name)s: %(message)s";

static int failed(const char *what, int error)
{
    fprintf(stderr, "http_server: %s: %s\n", what, ringlog_last_error());
    return error;
}

/* Gives the handler its format, attaches it to the root, and lets go of it: the root holds it. */
static int attach(ringlog_handler *handler, int level)
{
    ringlog_formatter *formatter;
    int error = ringlog_formatter_new(&formatter,
                                      &(struct ringlog_formatter_options){.format = line_format});
    if (error == 0) {
        error = ringlog_handler_set_formatter(handler, formatter);
        ringlog_formatter_unref(formatter);
    }
    if (error == 0)
        error = ringlog_handler_set_level(handler, level);
    if (error == 0)
        error = ringlog_logger_add_handler(ringlog_root(), handler);
    ringlog_handler_unref(handler);
    return error < 0 ? failed("cannot attach a handler", error) : 0;
}

static int add_console(enum ringlog_colour colour)
{
    ringlog_handler *handler;
    const int error =
        ringlog_console_handler_new(&handler, &(struct ringlog_console_options){.colour = colour});
    return error < 0 ? failed("console", error) : attach(handler, RINGLOG_WARNING);
}

static int add_text(const char *path)
{
    ringlog_handler *handler;
    const int error = ringlog_file_handler_new(&handler, path, NULL);
    return error < 0 ? failed(path, error) : attach(handler, RINGLOG_NOTSET);
}

static int add_rlog(const char *path)
{
    ringlog_handler *handler;
    const int error = ringlog_binary_file_handler_new(&handler, path, NULL);
    return error < 0 ? failed(path, error) : attach(handler, RINGLOG_NOTSET);
}

/* A mail server on this machine needs no TLS. At most ten mails a minute, whatever happens. */
static int add_mail(uint16_t port, const char *to)
{
    ringlog_handler *handler;
    const int error = ringlog_smtp_handler_new(
        &handler, &(struct ringlog_smtp_options){.host = "127.0.0.1",
                                                 .port = port,
                                                 .security = RINGLOG_SMTP_PLAIN,
                                                 .from = "http_server@localhost",
                                                 .to = &to,
                                                 .to_count = 1,
                                                 .subject = "http_server: requests failed"});
    return error < 0 ? failed("mail", error) : attach(handler, RINGLOG_ERROR);
}

int logging_start(const struct options *options)
{
    int error =
        ringlog_logger_set_level(ringlog_root(), options->verbose ? RINGLOG_DEBUG : RINGLOG_INFO);
    if (error == 0 && options->console)
        error = add_console(options->colour);
    if (error == 0 && options->text_path != NULL)
        error = add_text(options->text_path);
    if (error == 0 && options->rlog_path != NULL)
        error = add_rlog(options->rlog_path);
    if (error == 0 && options->mail_port != 0)
        error = add_mail(options->mail_port, options->mail_to);
    if (error != 0)
        return error;
    error = ringlog_init(NULL);
    return error < 0 ? failed("cannot start the logger", error) : 0;
}

static uint64_t lost(const struct ringlog_counts *counts)
{
    return counts->lost_full + counts->lost_early + counts->lost_late + counts->lost_nested +
           counts->lost_library + counts->lost_memory + counts->handler_lost;
}

int logging_stop(void)
{
    const int error = ringlog_shutdown(5000);
    struct ringlog_counts counts;
    if (ringlog_stats(&counts) == 0)
        printf("records: %" PRIu64 "\nlost: %" PRIu64 "\n", counts.records_written, lost(&counts));
    return error < 0 ? failed("records are left", error) : 0;
}
