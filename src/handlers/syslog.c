/* syslog: records as messages of RFC 5424 or RFC 3164, to the machine's own socket, by UDP or by
 * TCP. */
#include "base/error.h"
#include "handlers/lines.h"
#include "handlers/outlet.h"
#include "handlers/syslog_fields.h"
#include "handlers/syslog_message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define SOCKET_PATH        "/dev/log"
#define HOST               "localhost"
#define PORT               514
#define SD_ID              "ringlog@32473"
#define MESSAGE_BYTES      8192
#define UDP_MESSAGE_BYTES  2048
#define MESSAGE_BYTES_MOST 65507 /* of a datagram by UDP over IPv4 */

struct syslog_handler {
    struct ringlog_handler base;
    struct rl_outlet outlet;
    /* The writer's. */
    struct rl_syslog_form form;
    struct rl_buffer line, message;
};

static struct syslog_handler *syslog_of(struct ringlog_handler *handler)
{
    return (struct syslog_handler *)(void *)handler;
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct syslog_handler *syslog = syslog_of(handler);
    syslog->line.length = syslog->message.length = 0;
    if (!rl_handler_append_line(handler, event, &syslog->line))
        return;
    const size_t newline = syslog->line.length != 0;
    const struct rl_span text = {syslog->line.data, syslog->line.length - newline};
    rl_syslog_message_append(&syslog->form, &event->line, text, &syslog->message);
    rl_frame_append(handler, &syslog->message);
}

static ssize_t write_syslog(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    return rl_outlet_write(&syslog_of(handler)->outlet, handler, bytes, length);
}

static int64_t idle(struct ringlog_handler *handler)
{
    return rl_outlet_idle(&syslog_of(handler)->outlet, handler);
}

static void forked(struct ringlog_handler *handler)
{
    struct syslog_handler *syslog = syslog_of(handler);
    rl_outlet_forked(&syslog->outlet);
    /* The parent's writer may have been in the middle of these. */
    syslog->line = syslog->message = syslog->form.text = (struct rl_buffer){0};
    rl_time_text_forget(&syslog->form.time_text);
}

static void free_parts(struct syslog_handler *syslog)
{
    rl_time_text_destroy(&syslog->form.time_text);
    rl_buffer_free(&syslog->form.text);
    rl_buffer_free(&syslog->form.value);
    rl_buffer_free(&syslog->line);
    rl_buffer_free(&syslog->message);
}

static void close_syslog(struct ringlog_handler *handler)
{
    struct syslog_handler *syslog = syslog_of(handler);
    rl_outlet_close(&syslog->outlet, handler);
    free_parts(syslog);
}

static const struct rl_handler_ops ops = {.kind = "syslog",
                                          .append = append,
                                          .write = write_syslog,
                                          .idle = idle,
                                          .forked = forked,
                                          .close = close_syslog};

/* ---- construction ---- */

static int set_address(struct rl_outlet *outlet, const struct ringlog_syslog_options *options)
{
    struct rl_address *address = &outlet->connection.address;
    const char *host = options->host == NULL ? HOST : options->host;
    const uint16_t port = options->port == 0 ? PORT : options->port;
    outlet->as_datagram = rl_frame_bare;
    outlet->on_stream = rl_frame_counted;
    switch (options->transport) {
    case RINGLOG_SYSLOG_UDP:
        return rl_address_of_host(address, RL_ADDRESS_UDP, host, port);
    case RINGLOG_SYSLOG_TCP:
        return rl_address_of_host(address, RL_ADDRESS_TCP, host, port);
    case RINGLOG_SYSLOG_LOCAL:
        outlet->on_stream = rl_frame_terminated;
        return rl_address_of_path(address, RL_ADDRESS_UNIX_EITHER,
                                  options->socket_path == NULL ? SOCKET_PATH
                                                               : options->socket_path);
    }
    return rl_error(-EINVAL, "transport %d: no such transport", (int)options->transport);
}

static int set_message_bytes(struct rl_syslog_form *form,
                             const struct ringlog_syslog_options *options)
{
    const size_t otherwise =
        options->transport == RINGLOG_SYSLOG_UDP ? UDP_MESSAGE_BYTES : MESSAGE_BYTES;
    form->message_bytes = options->message_bytes == 0 ? otherwise : options->message_bytes;
    if (form->message_bytes < RL_SYSLOG_MIN_BYTES || form->message_bytes > MESSAGE_BYTES_MOST)
        return rl_error(-EINVAL, "message_bytes %u: not between %d and %d", options->message_bytes,
                        RL_SYSLOG_MIN_BYTES, MESSAGE_BYTES_MOST);
    return 0;
}

/* NAME@NUMBER, without what would end the name (RFC 5424, 6.3.2). */
static int set_sd_id(struct rl_syslog_form *form, const char *id)
{
    id = id == NULL ? SD_ID : id;
    if (*id == '\0')
        return 0;
    const int checked = rl_syslog_check_name("structured_data_id", id, RL_SYSLOG_SD_ID_MAX);
    if (checked < 0)
        return checked;
    const char *at = strchr(id, '@');
    if (at == NULL || at == id || at[1] == '\0' || at[1 + strspn(at + 1, "0123456789.")] != '\0' ||
        strpbrk(id, "=]\"") != NULL)
        return rl_error(-EINVAL, "structured_data_id \"%s\": not NAME@NUMBER", id);
    strcpy(form->sd_id, id);
    return 0;
}

static int set_names(struct rl_syslog_form *form, const struct ringlog_syslog_options *options)
{
    char hostname[RL_SYSLOG_HOSTNAME_MAX + 1] = "";
    gethostname(hostname, sizeof hostname - 1);
    rl_syslog_copy_name(form->hostname, sizeof form->hostname, hostname, strlen(hostname));
    const char *name = program_invocation_short_name;
    if (options->app_name != NULL) {
        name = options->app_name;
        const int checked = rl_syslog_check_name("app_name", name, RL_SYSLOG_APP_NAME_MAX);
        if (checked < 0)
            return checked;
    }
    rl_syslog_copy_name(form->app_name, sizeof form->app_name, name, strlen(name));
    return set_sd_id(form, options->structured_data_id);
}

static int set_facility(struct rl_syslog_form *form, int facility)
{
    form->facility = facility == 0 ? LOG_USER : facility;
    if ((facility & ~LOG_FACMASK) != 0 || facility > LOG_LOCAL7)
        return rl_error(-EINVAL, "facility %d: none of <syslog.h>", facility);
    return 0;
}

static int set_format(struct rl_syslog_form *form, const struct ringlog_syslog_options *options)
{
    if ((unsigned)options->format > RINGLOG_SYSLOG_RFC3164)
        return rl_error(-EINVAL, "format %d: no such format", (int)options->format);
    form->local = options->transport == RINGLOG_SYSLOG_LOCAL;
    form->rfc3164 = options->format == RINGLOG_SYSLOG_RFC3164 ||
                    (options->format == RINGLOG_SYSLOG_FORMAT_DEFAULT && form->local);
    return 0;
}

static int set_up(struct syslog_handler *syslog, const struct ringlog_syslog_options *options)
{
    int result = rl_connection_check_isolation(&options->isolation);
    result = result < 0 ? result : set_address(&syslog->outlet, options);
    result =
        result < 0 ? result : rl_connection_init(&syslog->outlet.connection, &options->connection);
    result = result < 0 ? result : set_format(&syslog->form, options);
    result = result < 0 ? result : set_message_bytes(&syslog->form, options);
    result = result < 0 ? result : set_names(&syslog->form, options);
    result = result < 0 ? result : set_facility(&syslog->form, options->facility);
    result = result < 0 ? result : rl_syslog_time_init(&syslog->form.time_text);
    return result < 0 ? result : rl_handler_init(&syslog->base, &ops, &options->isolation, true);
}

int ringlog_syslog_handler_new_sized_(ringlog_handler **handler,
                                      const struct ringlog_syslog_options *given, size_t bytes)
{
    struct ringlog_syslog_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *handler = NULL;
    struct syslog_handler *syslog = calloc(1, sizeof *syslog);
    if (syslog == NULL)
        return rl_error(-ENOMEM, "ringlog_syslog_handler_new: out of memory");
    const int result = set_up(syslog, &options);
    if (result < 0) {
        free_parts(syslog);
        free(syslog);
        return result;
    }
    *handler = &syslog->base;
    return 0;
}
