/* systemd's journal, by its native protocol: a record is one datagram of fields, or a sealed memory
 * file with the same bytes if it is too large for one. */
#include "base/error.h"
#include "format/value.h"
#include "handlers/connection.h"
#include "handlers/frames.h"
#include "handlers/lines.h"
#include "handlers/syslog_fields.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_PATH    "/run/systemd/journal/socket"
#define IDENTIFIER_MAX 255
#define NAME_MAX_BYTES 64

struct journal_handler {
    struct ringlog_handler base;
    struct rl_connection connection;
    /* The writer's. */
    char identifier[IDENTIFIER_MAX + 1];
    struct rl_time_text time_text;
    struct rl_buffer line, entry;
};

static struct journal_handler *journal_of(struct ringlog_handler *handler)
{
    return (struct journal_handler *)(void *)handler;
}

/* ---- fields ---- */

/* "NAME=value", or if it has newlines, "NAME", its length and the value; each on a line. */
static void append_field(struct rl_buffer *entry, const char *name, struct rl_span value)
{
    const bool is_binary = value.length != 0 && memchr(value.bytes, '\n', value.length) != NULL;
    const uint64_t length = htole64(value.length);
    rl_buffer_append(entry, name, strlen(name));
    rl_buffer_append_char(entry, is_binary ? '\n' : '=');
    if (is_binary)
        rl_buffer_append(entry, &length, sizeof length);
    rl_buffer_append(entry, value.bytes, value.length);
    rl_buffer_append_char(entry, '\n');
}

static void append_known(struct rl_buffer *entry, const char *name, struct rl_span value)
{
    if (value.length != 0)
        append_field(entry, name, value);
}

static void append_number(struct rl_buffer *entry, const char *name, int64_t number)
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    append_field(entry, name, (struct rl_span){digits, (size_t)length});
}

/* Where the record came from. */
static void append_source(struct rl_buffer *entry, const struct rl_line *line)
{
    append_known(entry, "LOGGER", line->logger_name);
    append_known(entry, "CODE_FILE", line->pathname);
    if (line->pathname.length != 0)
        append_number(entry, "CODE_LINE", line->line_number);
    append_known(entry, "CODE_FUNC", line->function);
    append_known(entry, "THREAD_NAME", line->thread_name);
    append_number(entry, "TID", line->thread_id);
}

/* Whether one of our own fields, or of those that the journal knows, has this name. */
static bool is_taken(const char *name)
{
    static const char *const taken[] = {"MESSAGE", "PRIORITY",    "LOGGER",    "TID",
                                        "ERRNO",   "THREAD_NAME", "MESSAGE_ID"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strcmp(name, taken[i]) == 0)
            return true;
    return strncmp(name, "SYSLOG_", 7) == 0 || strncmp(name, "CODE_", 5) == 0;
}

/* The journal drops names that are not made of A-Z, 0-9 and _, begin with one of the latter two, or
 * have more than 64 bytes; those with = or a newline would be other fields. */
static void name_field(char name[NAME_MAX_BYTES + 1], const struct rl_extra *extra)
{
    static const char prefix[] = "FIELD_";
    char *const start = name + sizeof prefix - 1;
    size_t length = 0;
    for (; length < extra->key_length && start + length < name + NAME_MAX_BYTES; length++) {
        const char byte = extra->key[length];
        const bool is_lower = byte >= 'a' && byte <= 'z';
        const bool is_good = (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
        start[length] = is_lower ? (char)(byte - 'a' + 'A') : is_good ? byte : '_';
    }
    start[length] = '\0';
    if (start[0] >= 'A' && start[0] <= 'Z' && !is_taken(start))
        memmove(name, start, length + 1);
    else
        memcpy(name, prefix, sizeof prefix - 1);
}

/* Extra fields, as journalctl(1) names them: "user" is USER; one that is ours is FIELD_MESSAGE. */
static void append_extras(struct journal_handler *journal, const struct rl_record *record)
{
    struct rl_extras extras = rl_record_extras(record);
    struct rl_extra extra;
    while (rl_extras_next(&extras, &extra)) {
        char name[NAME_MAX_BYTES + 1];
        struct rl_buffer *value = &journal->line;
        value->length = 0;
        rl_value_append(value, &extra.value, true);
        name_field(name, &extra);
        append_field(&journal->entry, name, (struct rl_span){value->data, value->length});
    }
}

static void append_fields(struct journal_handler *journal, const struct rl_event *event)
{
    const struct rl_line *line = &event->line;
    struct rl_buffer *entry = &journal->entry;
    const size_t newline = journal->line.length != 0;
    const struct rl_span message = {journal->line.data, journal->line.length - newline};
    append_field(entry, "MESSAGE", message);
    append_number(entry, "PRIORITY", rl_syslog_severity((int)line->level));
    append_field(entry, "SYSLOG_IDENTIFIER",
                 (struct rl_span){journal->identifier, strlen(journal->identifier)});
    rl_buffer_append(entry, "SYSLOG_TIMESTAMP=", 17);
    rl_syslog_append_time(entry, &journal->time_text, line->wall_ns, 9);
    rl_buffer_append_char(entry, '\n');
    append_source(entry, line);
    append_extras(journal, event->record); /* last: the line's buffer is theirs from here on */
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct journal_handler *journal = journal_of(handler);
    journal->line.length = journal->entry.length = 0;
    if (!rl_handler_append_line(handler, event, &journal->line))
        return;
    append_fields(journal, event);
    rl_frame_append(handler, &journal->entry);
}

/* ---- sending ---- */

static int write_all(int fd, const char *bytes, size_t length)
{
    while (length != 0) {
        const ssize_t wrote = write(fd, bytes, length);
        if (wrote < 0 && errno != EINTR)
            return -errno;
        bytes += wrote < 0 ? 0 : wrote;
        length -= wrote < 0 ? 0 : (size_t)wrote;
    }
    return 0;
}

/* The journal maps the file: it takes only one that cannot change under it. */
static int make_sealed(const struct rl_frame *entry)
{
    const int fd = memfd_create("ringlog-journal-entry", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -errno;
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    int result = write_all(fd, entry->wire, entry->wire_bytes);
    if (result == 0 && fcntl(fd, F_ADD_SEALS, seals) != 0)
        result = -errno;
    if (result == 0)
        return fd;
    close(fd);
    return result;
}

/* Sends a datagram that is nothing but the descriptor. 0 or errno. */
static int send_descriptor(int to, int fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    const struct msghdr message = {.msg_control = control.bytes,
                                   .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return sendmsg(to, &message, MSG_NOSIGNAL) < 0 ? errno : 0;
}

static int send_large(const struct rl_connection *connection, const struct rl_frame *entry)
{
    const int fd = make_sealed(entry);
    if (fd < 0)
        return -fd;
    const int error = send_descriptor(connection->fd, fd);
    close(fd);
    return error;
}

static int send_entry(const struct rl_connection *connection, const struct rl_frame *entry)
{
    if (send(connection->fd, entry->wire, entry->wire_bytes, MSG_NOSIGNAL) >= 0)
        return 0;
    return errno == EMSGSIZE || errno == ENOBUFS ? send_large(connection, entry) : errno;
}

/* Whether it is the entry that cannot be sent, not the journal that cannot be reached. */
static bool is_of_entry(int error)
{
    return error == EMSGSIZE || error == EMFILE || error == ENFILE || error == ENOMEM ||
           error == ENOSPC || error == EFBIG;
}

static ssize_t write_journal(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    struct rl_connection *connection = &journal_of(handler)->connection;
    const int opened = rl_connection_open(connection, handler);
    if (opened < 0)
        return opened;
    const struct rl_frame entry = rl_frame_bare(bytes, length);
    const int error = send_entry(connection, &entry);
    if (error == EAGAIN) {
        rl_connection_await_room(connection);
        return -EAGAIN;
    }
    if (error == EINTR)
        return -EAGAIN;
    if (error != 0 && !is_of_entry(error)) {
        rl_connection_break(connection, handler, error);
        return -EAGAIN;
    }
    if (error != 0) {
        rl_connection_report(connection, handler, "send a large entry to", error);
        rl_handler_count_lost(handler, 1);
    }
    return (ssize_t)entry.bytes;
}

/* ---- life ---- */

static void forked(struct ringlog_handler *handler)
{
    struct journal_handler *journal = journal_of(handler);
    rl_connection_forked(&journal->connection);
    /* The parent's writer may have been in the middle of these. */
    journal->line = journal->entry = (struct rl_buffer){0};
    rl_time_text_forget(&journal->time_text);
}

static void close_journal(struct ringlog_handler *handler)
{
    struct journal_handler *journal = journal_of(handler);
    rl_connection_close(&journal->connection);
    rl_time_text_destroy(&journal->time_text);
    rl_buffer_free(&journal->line);
    rl_buffer_free(&journal->entry);
}

static const struct rl_handler_ops ops = {.kind = "journal",
                                          .append = append,
                                          .write = write_journal,
                                          .forked = forked,
                                          .close = close_journal};

static int set_identifier(struct journal_handler *journal, const char *given)
{
    const char *name = given == NULL ? program_invocation_short_name : given;
    rl_syslog_copy_name(journal->identifier, sizeof journal->identifier, name, strlen(name));
    return given == NULL ? 0 : rl_syslog_check_name("identifier", given, IDENTIFIER_MAX);
}

static int set_up(struct journal_handler *journal, const struct ringlog_journal_options *options)
{
    const char *path = options->socket_path == NULL ? SOCKET_PATH : options->socket_path;
    int result = rl_connection_check_isolation(&options->isolation);
    result = result < 0
                 ? result
                 : rl_address_of_path(&journal->connection.address, RL_ADDRESS_UNIX_DATAGRAM, path);
    result = result < 0 ? result : rl_connection_init(&journal->connection, &options->connection);
    result = result < 0 ? result : set_identifier(journal, options->identifier);
    result = result < 0 ? result : rl_syslog_time_init(&journal->time_text);
    return result < 0 ? result : rl_handler_init(&journal->base, &ops, &options->isolation, true);
}

int ringlog_journal_handler_new_sized_(ringlog_handler **handler,
                                       const struct ringlog_journal_options *given, size_t bytes)
{
    struct ringlog_journal_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *handler = NULL;
    struct journal_handler *journal = calloc(1, sizeof *journal);
    if (journal == NULL)
        return rl_error(-ENOMEM, "ringlog_journal_handler_new: out of memory");
    const int result = set_up(journal, &options);
    if (result < 0) {
        rl_time_text_destroy(&journal->time_text);
        free(journal);
        return result;
    }
    *handler = &journal->base;
    return 0;
}
