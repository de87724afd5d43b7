/* Makes the handlers of ringlog-net, and sees one of them refuse what it must. */
#include <ringlog/net.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const char *to = "ops@example.org";
    struct ringlog_smtp_options options;
    memset(&options, 0, sizeof options);
    options.host = "localhost";
    options.from = "server@example.org";
    options.to = &to;
    options.to_count = 1;
    options.subject = "errors";
    ringlog_handler *mail, *http;
    if (ringlog_smtp_handler_new(&mail, &options) < 0 ||
        ringlog_http_handler_new(&http, "http://localhost/", NULL) < 0) {
        fprintf(stderr, "%s\n", ringlog_last_error());
        return 1;
    }
    ringlog_handler_unref(mail);
    ringlog_handler_unref(http);
    options.subject = "errors\r\nBcc: somebody@example.org";
    if (ringlog_smtp_handler_new(&mail, &options) != -EINVAL)
        return 2;
    puts("answer 42");
    return 0;
}
