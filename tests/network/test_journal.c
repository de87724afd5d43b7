/* The journal handler against a reader of systemd's documented protocol. What the real journal
 * stores is test_journald.py's. */
#include "network/receivers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

static const char *path;

static int serve(void)
{
    path = path_here("socket");
    return bind_unix(SOCK_DGRAM, path);
}

static ringlog_handler *start(void)
{
    ringlog_handler *handler;
    const struct ringlog_journal_options options = {
        .socket_path = path, .identifier = "app", .connection = QUICKLY};
    require(ringlog_journal_handler_new(&handler, &options) == 0);
    attach(handler);
    const struct ringlog_options large = {.ring_bytes = 4 << 20, .string_bytes = 262144};
    require(ringlog_init(&large) == 0);
    return handler;
}

/* ---- the protocol ---- */

struct entry {
    struct {
        const char *name, *value;
        size_t length;
    } fields[32];
    size_t count;
};

/* "NAME=value\n", or "NAME\n", 64 bits of length, the value, "\n". Cuts the bytes up. */
static struct entry parse(char *at, size_t bytes)
{
    struct entry entry = {.count = 0};
    const char *end = at + bytes;
    while (at < end) {
        require(entry.count < 32);
        char *newline = memchr(at, '\n', (size_t)(end - at));
        require(newline != NULL);
        char *equals = memchr(at, '=', (size_t)(newline - at));
        uint64_t length = (uint64_t)(newline - equals - 1);
        char *value = equals + 1;
        if (equals == NULL) {
            require((size_t)(end - newline) > 8);
            memcpy(&length, newline + 1, 8);
            value = newline + 9;
            *newline = '\0';
        } else {
            *equals = '\0';
        }
        require(length < (uint64_t)(end - value) && value[length] == '\n');
        value[length] = '\0';
        entry.fields[entry.count].name = at;
        entry.fields[entry.count].value = value;
        entry.fields[entry.count++].length = length;
        at = value + length + 1;
    }
    return entry;
}

static const char *field(const struct entry *entry, const char *name)
{
    const char *found = NULL;
    for (size_t i = 0; i < entry->count; i++) {
        if (strcmp(entry->fields[i].name, name) != 0)
            continue;
        require(found == NULL); /* once */
        found = entry->fields[i].value;
    }
    return found;
}

static struct entry receive_entry(int server)
{
    size_t length;
    char *bytes = (char *)(uintptr_t)receive(server, &length);
    return parse(bytes, length);
}

/* The descriptor that comes with the next datagram, which is empty. */
static int receive_descriptor(int server)
{
    char byte;
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    require(is_readable(server, 10000));
    require(recvmsg(server, &message, MSG_CMSG_CLOEXEC) == 0);
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    require(header != NULL && header->cmsg_type == SCM_RIGHTS);
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

/* ---- entries ---- */

PROCESS_TEST(a_record_is_an_entry_of_fields)
{
    setenv("TZ", "UTC", 1);
    const int server = serve();
    start();
    ringlog_set_thread_name("main");
    const struct ringlog_event event = {.level = RINGLOG_ERROR,
                                        .text = "disk full",
                                        .text_length = 9,
                                        .file = "src/a.c",
                                        .function = "f",
                                        .line = 7,
                                        .time_ns = INT64_C(1700000000123456789)};
    require(ringlog_log_ex(ringlog_get_logger("server.http"), &event) == 0);
    const struct entry entry = receive_entry(server);
    char tid[16];
    snprintf(tid, sizeof tid, "%d", (int)getpid());
    require_same_text(field(&entry, "MESSAGE"), "disk full");
    require_same_text(field(&entry, "PRIORITY"), "3");
    require_same_text(field(&entry, "SYSLOG_IDENTIFIER"), "app");
    require_same_text(field(&entry, "SYSLOG_TIMESTAMP"), "2023-11-14T22:13:20.123456789+00:00");
    require_same_text(field(&entry, "LOGGER"), "server.http");
    require_same_text(field(&entry, "CODE_FILE"), "src/a.c");
    require_same_text(field(&entry, "CODE_LINE"), "7");
    require_same_text(field(&entry, "CODE_FUNC"), "f");
    require_same_text(field(&entry, "THREAD_NAME"), "main");
    require_same_text(field(&entry, "TID"), tid);
    require(entry.count == 10);
}

PROCESS_TEST(what_is_not_known_is_no_field)
{
    const int server = serve();
    start();
    const struct ringlog_event event = {.level = RINGLOG_INFO, .text = "", .text_length = 0};
    require(ringlog_log_ex(ringlog_root(), &event) == 0);
    const struct entry entry = receive_entry(server);
    require_same_text(field(&entry, "MESSAGE"), "");
    require(field(&entry, "CODE_FILE") == NULL && field(&entry, "CODE_LINE") == NULL);
    require(field(&entry, "CODE_FUNC") == NULL);
}

PROCESS_TEST(lines_and_names_of_any_bytes_forge_no_field)
{
    const int server = serve();
    start();
    ringlog_set_thread_name("t\nPRIORITY=0");
    const struct ringlog_event event = {.level = RINGLOG_INFO,
                                        .text = "message\nPRIORITY=0",
                                        .text_length = 18,
                                        .file = "a.c\nPRIORITY=0",
                                        .function = "f\n\n=",
                                        .exception_text = "Traceback:\nPRIORITY=0\n_PID=1"};
    require(ringlog_log_ex(ringlog_get_logger("l\nPRIORITY=0"), &event) == 0);
    const struct entry entry = receive_entry(server);
    require_same_text(field(&entry, "PRIORITY"), "6");
    require_same_text(field(&entry, "MESSAGE"),
                      "message\\nPRIORITY=0\nTraceback:\nPRIORITY=0\n_PID=1");
    require_same_text(field(&entry, "THREAD_NAME"), "t\nPRIORITY=0");
    require_same_text(field(&entry, "CODE_FILE"), "a.c\nPRIORITY=0");
    require_same_text(field(&entry, "CODE_FUNC"), "f\n\n=");
    require_same_text(field(&entry, "LOGGER"), "l\nPRIORITY=0");
}

PROCESS_TEST(a_large_record_travels_in_a_sealed_memory_file)
{
    const int server = serve();
    ringlog_handler *handler = start();
    enum { BYTES = 250000 };
    char *text = calloc(1, BYTES + 1);
    require(text != NULL);
    memset(text, 'L', BYTES);
    const struct ringlog_event event = {
        .level = RINGLOG_INFO, .text = text, .text_length = BYTES, .exception_text = text};
    require(ringlog_log_ex(ringlog_root(), &event) == 0);
    ringlog_info(ringlog_root(), "small again");
    const int fd = receive_descriptor(server);
    require(fcntl(fd, F_GET_SEALS) == (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE));
    struct stat status;
    require(fstat(fd, &status) == 0);
    char *bytes = malloc((size_t)status.st_size);
    require(bytes != NULL && pread(fd, bytes, (size_t)status.st_size, 0) == status.st_size);
    const struct entry entry = parse(bytes, (size_t)status.st_size);
    const char *message = field(&entry, "MESSAGE");
    require(strlen(message) == 2 * BYTES + 1 && message[BYTES] == '\n');
    require(strspn(message, "L") == BYTES && strspn(message + BYTES + 1, "L") == BYTES);
    const struct entry small = receive_entry(server);
    require_same_text(field(&small, "MESSAGE"), "small again");
    require(ringlog_flush(5000) == 0 && counts_of(handler).errors == 0);
}

/* ---- journals that are not there ---- */

PROCESS_TEST(an_absent_or_restarted_journal_loses_nothing)
{
    const int first = serve();
    close(first);
    unlink(path);
    ringlog_handler *handler = start();
    ringlog_info(ringlog_root(), "early");
    eventually(counts_of(handler).last_errno == ENOENT);
    const int second = serve();
    struct entry entry = receive_entry(second);
    require_same_text(field(&entry, "MESSAGE"), "early");
    close(second);
    const int third = serve();
    ringlog_info(ringlog_root(), "after");
    entry = receive_entry(third);
    require_same_text(field(&entry, "MESSAGE"), "after");
    require(ringlog_flush(5000) == 0 && counts_of(handler).lost == 0);
}

PROCESS_TEST(a_journal_that_does_not_read_delays_nothing)
{
    const int server = serve();
    log_to("beside.log", NULL);
    ringlog_handler *handler = start();
    for (int i = 0; i < 3000; i++)
        ringlog_info(ringlog_root(), "%d", i);
    eventually(count_lines("beside.log", NULL) == 3000);
    require(counts_of(handler).pending > 0);
    for (int i = 0; i < 3000; i++) {
        const struct entry entry = receive_entry(server);
        require(atoi(field(&entry, "MESSAGE")) == i);
    }
    require(ringlog_flush(5000) == 0 && counts_of(handler).lost == 0);
}

PROCESS_TEST(options_are_checked)
{
    ringlog_handler *handler;
    struct ringlog_journal_options options = {.identifier = "two words"};
    require(ringlog_journal_handler_new(&handler, &options) == -EINVAL && handler == NULL);
    require(strstr(ringlog_last_error(), "identifier: byte 3") != NULL);
    options = (struct ringlog_journal_options){.socket_path = "relative"};
    require(ringlog_journal_handler_new(&handler, &options) == -EINVAL);
    options = (struct ringlog_journal_options){.isolation = {.isolation = RINGLOG_NOT_ISOLATED}};
    require(ringlog_journal_handler_new(&handler, &options) == -EINVAL);
    require(ringlog_journal_handler_new(&handler, NULL) == 0);
    ringlog_handler_unref(handler);
}

PROCESS_TEST(extra_fields_are_fields_of_the_journal)
{
    const int server = serve();
    start();
    ringlog_info_kv(ringlog_get_logger("kv"), "text", "user", "a\nb", "attempt", 3, "x.y", 0.5,
                    "_odd", (bool)true, "MESSAGE", "forged", "code_line", 7);
    require(ringlog_flush(10000) == 0);
    const struct entry entry = receive_entry(server);
    require_same_text(field(&entry, "MESSAGE"), "text");
    require_same_text(field(&entry, "USER"), "a\nb");
    require_same_text(field(&entry, "ATTEMPT"), "3");
    require_same_text(field(&entry, "X_Y"), "0.5");
    require_same_text(field(&entry, "FIELD__ODD"), "true");
    require_same_text(field(&entry, "FIELD_MESSAGE"), "forged");
    require_same_text(field(&entry, "FIELD_CODE_LINE"), "7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_an_entry_of_fields),
        cmocka_unit_test(what_is_not_known_is_no_field),
        cmocka_unit_test(extra_fields_are_fields_of_the_journal),
        cmocka_unit_test(lines_and_names_of_any_bytes_forge_no_field),
        cmocka_unit_test(a_large_record_travels_in_a_sealed_memory_file),
        cmocka_unit_test(an_absent_or_restarted_journal_loses_nothing),
        cmocka_unit_test(a_journal_that_does_not_read_delays_nothing),
        cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
