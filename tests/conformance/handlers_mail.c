/* The handler that mails: as CPython's, a mail for each record, and one try for each mail. */
#include "handlers.h"
#include "mail.h"
#include "report.h"

#include <ringlog/net.h>

#include <stdlib.h>

int make_smtp(struct run *run, const json_t *step, ringlog_handler **handler)
{
    const size_t count = list_length(step, "to_addrs");
    const char **to = calloc(count + 1, sizeof *to);
    if (to == NULL)
        trouble("no memory");
    for (size_t i = 0; i < count; i++)
        to[i] = list_text(step, "to_addrs", i);
    const struct ringlog_smtp_options options = {
        .host = "127.0.0.1",
        .port = mail_port(run),
        .security = RINGLOG_SMTP_PLAIN,
        .from = text_of(step, "from_addr"),
        .to = to,
        .to_count = count,
        .subject = text_of(step, "subject"),
        .user = text_or(step, "user", NULL),
        .password = text_or(step, "password", NULL),
        .allow_plain_auth = true,
        .max_per_minute = -1,
        .spool_bytes = -1,
    };
    const int result = ringlog_smtp_handler_new(handler, &options);
    free(to);
    return result;
}
