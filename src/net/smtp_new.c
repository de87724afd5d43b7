/* How a mail handler is made: options are checked, then copied. */
#include "base/error.h"
#include "net/address.h"
#include "net/smtp.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAILS_A_MINUTE 10
#define SPOOL_BYTES    ((size_t)1 << 20)

void rl_smtp_destroy(struct rl_smtp *smtp)
{
    curl_slist_free_all(smtp->recipients);
    rl_secret_destroy(&smtp->password);
    rl_budget_destroy(&smtp->budget);
    rl_time_text_destroy(&smtp->spool.time_text);
    for (size_t i = 0; i < smtp->to_count; i++)
        free(smtp->to[i]);
    free(smtp->to);
    free(smtp->url);
    free(smtp->from);
    free(smtp->subject);
    free(smtp->user);
    free((char *)smtp->transport.ca_file);
}

static int check_addresses(const struct ringlog_smtp_options *options)
{
    const char *fault = rl_host_fault(options->host);
    if (fault != NULL)
        return rl_error(-EINVAL, RL_SMTP ": host %s", fault);
    if ((fault = rl_address_fault(options->from)) != NULL)
        return rl_error(-EINVAL, RL_SMTP ": from %s", fault);
    if (options->to == NULL || options->to_count == 0)
        return rl_error(-EINVAL, RL_SMTP ": to: nobody is named");
    for (size_t i = 0; i < options->to_count; i++)
        if ((fault = rl_address_fault(options->to[i])) != NULL)
            return rl_error(-EINVAL, RL_SMTP ": to[%zu] %s", i, fault);
    fault = rl_subject_fault(options->subject);
    return fault == NULL ? 0 : rl_error(-EINVAL, RL_SMTP ": subject %s", fault);
}

static int check_login(const struct ringlog_smtp_options *options)
{
    const bool any = options->password != NULL || options->password_file != NULL ||
                     options->password_callback != NULL;
    if ((options->user != NULL) != any)
        return rl_error(-EINVAL, RL_SMTP ": user and password come together");
    if (!any)
        return 0;
    for (const char *at = options->user; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return rl_error(-EINVAL, RL_SMTP ": user has a control character");
    if (options->security == RINGLOG_SMTP_PLAIN && !options->allow_plain_auth)
        return rl_error(-EINVAL, RL_SMTP ": a password without TLS (.allow_plain_auth allows it)");
    return 0;
}

static int check_figures(const struct ringlog_smtp_options *options)
{
    if ((unsigned)options->security > RINGLOG_SMTP_PLAIN)
        return rl_error(-EINVAL, RL_SMTP ": security %d: no such choice", (int)options->security);
    if (options->max_per_minute < -1 || options->max_per_minute > 1000)
        return rl_error(-EINVAL, RL_SMTP ": max_per_minute %d: not between 1 and 1000, nor -1",
                        options->max_per_minute);
    if (options->spool_bytes != 0 && options->spool_bytes != -1 &&
        (options->spool_bytes < 4096 || options->spool_bytes > (int64_t)1 << 30))
        return rl_error(-EINVAL,
                        RL_SMTP ": spool_bytes %" PRId64 ": not between 4 KiB and 1 GiB, nor -1",
                        options->spool_bytes);
    return 0;
}

static int check_options(struct ringlog_smtp_options *options)
{
    int result = check_addresses(options);
    if (result == 0)
        result = check_figures(options);
    if (result == 0)
        result = check_login(options);
    return result == 0 ? rl_courier_timeout(RL_SMTP, &options->timeout_ms) : result;
}

static char *copy(const char *text)
{
    return text == NULL ? NULL : strdup(text);
}

static char *url_of(const struct ringlog_smtp_options *options)
{
    static const unsigned ports[] = {587, 465, 25};
    const char *scheme = options->security == RINGLOG_SMTP_TLS ? "smtps" : "smtp";
    const bool is_v6 = strchr(options->host, ':') != NULL;
    char *url = NULL;
    const int length =
        asprintf(&url, "%s://%s%s%s:%u", scheme, is_v6 ? "[" : "", options->host, is_v6 ? "]" : "",
                 options->port == 0 ? ports[options->security] : options->port);
    return length < 0 ? NULL : url;
}

static bool copy_recipients(struct rl_smtp *smtp, const struct ringlog_smtp_options *options)
{
    smtp->to = calloc(options->to_count, sizeof *smtp->to);
    for (size_t i = 0; smtp->to != NULL && i < options->to_count; i++) {
        char *to = strdup(options->to[i]);
        struct curl_slist *longer = to == NULL ? NULL : curl_slist_append(smtp->recipients, to);
        if (longer == NULL) {
            free(to);
            return false;
        }
        smtp->recipients = longer;
        smtp->to[smtp->to_count++] = to;
    }
    return smtp->to != NULL;
}

static bool copy_options(struct rl_smtp *smtp, const struct ringlog_smtp_options *options)
{
    smtp->url = url_of(options);
    smtp->from = copy(options->from);
    smtp->subject = copy(options->subject);
    smtp->user = copy(options->user);
    smtp->transport = (struct rl_transport_options){
        .protocols = "smtp,smtps",
        .ca_file = copy(options->ca_file),
        .insecure = options->insecure,
        .timeout_ms = options->timeout_ms,
        .replies = "",
    };
    return copy_recipients(smtp, options) && smtp->url != NULL && smtp->from != NULL &&
           smtp->subject != NULL && (options->user == NULL || smtp->user != NULL) &&
           (options->ca_file == NULL || smtp->transport.ca_file != NULL);
}

static bool set_up(struct rl_smtp *smtp, const struct ringlog_smtp_options *options)
{
    const int most = options->max_per_minute == 0 ? MAILS_A_MINUTE : options->max_per_minute;
    smtp->starttls = options->security == RINGLOG_SMTP_STARTTLS;
    smtp->each = most < 0;
    smtp->spool.fold = !smtp->each;
    smtp->spool.most_bytes = options->spool_bytes > 0 ? (size_t)options->spool_bytes : SPOOL_BYTES;
    smtp->courier.once = options->spool_bytes < 0;
    rl_transport_init(&smtp->courier.transport, &smtp->transport);
    smtp->courier.transport.on_all_sent = rl_smtp_spend;
    smtp->courier.transport.context = smtp;
    return copy_options(smtp, options) &&
           rl_budget_init(&smtp->budget, most < 0 ? 0 : (unsigned)most) &&
           rl_time_text_init(&smtp->spool.time_text, NULL, false) == 0;
}

static int make(struct rl_smtp *smtp, const struct ringlog_smtp_options *options)
{
    int result = rl_secret_init(&smtp->password, RL_SMTP ": password", options->password,
                                options->password_file, options->password_callback,
                                options->password_context);
    if (result == 0 && !set_up(smtp, options))
        result = rl_error(-ENOMEM, RL_SMTP ": out of memory");
    return result < 0 ? result
                      : rl_courier_init(&smtp->courier, &rl_smtp_handler_ops, &rl_smtp_courier_ops,
                                        &options->isolation);
}

int ringlog_smtp_handler_new_sized_(ringlog_handler **handler,
                                    const struct ringlog_smtp_options *given, size_t bytes)
{
    struct ringlog_smtp_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *handler = NULL;
    int result = check_options(&options);
    if (result < 0)
        return result;
    struct rl_smtp *smtp = calloc(1, sizeof *smtp);
    if (smtp == NULL)
        return rl_error(-ENOMEM, RL_SMTP ": out of memory");
    result = make(smtp, &options);
    if (result < 0) {
        rl_smtp_destroy(smtp);
        free(smtp);
        return result;
    }
    *handler = &smtp->courier.base;
    return 0;
}
