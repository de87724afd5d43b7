/* A fork child has connections of its own, and sends nothing that was its parent's to send. */
#include "network/receivers.h"

#include <string.h>
#include <sys/socket.h>

static void log_in_child(void)
{
    ringlog_info(ringlog_root(), "child");
    require(ringlog_flush(5000) == 0);
}

PROCESS_TEST(a_child_connects_by_itself)
{
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    attach_socket(inet_address("tcp", port));
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "parent");
    struct line_reader parents = {.fd = accept_one(listener)};
    require_same_text(read_line(&parents), "parent");
    const pid_t child = start_child(log_in_child);
    struct line_reader childs = {.fd = accept_one(listener)};
    require_same_text(read_line(&childs), "child");
    require(read_line(&childs) == NULL);
    require_status(child, 0);
    ringlog_info(ringlog_root(), "parent again");
    require_same_text(read_line(&parents), "parent again");
}

PROCESS_TEST(a_child_leaves_its_parents_lines_alone)
{
    uint16_t port = 0;
    close(bind_inet(SOCK_STREAM, &port));
    ringlog_handler *handler = attach_socket(inet_address("tcp", port));
    require(ringlog_init(NULL) == 0);
    for (int i = 0; i < 100; i++)
        ringlog_info(ringlog_root(), "parent %d", i);
    eventually(counts_of(handler).errors > 0);
    const pid_t child = start_child(log_in_child);
    const int listener = bind_inet(SOCK_STREAM, &port);
    unsigned lines = 0, of_child = 0;
    for (int connection = 0; connection < 2; connection++) {
        struct line_reader reader = {.fd = accept_one(listener)};
        const char *line = read_line(&reader);
        const bool is_childs = strcmp(line, "child") == 0;
        of_child += is_childs;
        for (; line != NULL && ++lines < 101 && !is_childs; line = read_line(&reader))
            if (strcmp(line, "parent 99") == 0)
                break;
        require(!is_readable(reader.fd, 50) || is_childs);
    }
    require_status(child, 0);
    require(lines == 101 && of_child == 1);
}

static void log_to_journal_in_child(void)
{
    for (int i = 0; i < 10; i++)
        ringlog_info(ringlog_root(), "child");
}

PROCESS_TEST(syslog_and_journal_go_on_in_a_child)
{
    const char *path = path_here("socket");
    const int server = bind_unix(SOCK_DGRAM, path);
    ringlog_handler *syslog, *journal;
    const struct ringlog_syslog_options to_syslog = {.socket_path = path};
    const struct ringlog_journal_options to_journal = {.socket_path = path};
    require(ringlog_syslog_handler_new(&syslog, &to_syslog) == 0);
    require(ringlog_journal_handler_new(&journal, &to_journal) == 0);
    attach(syslog);
    attach(journal);
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "parent");
    for (int i = 0; i < 2; i++)
        require(strstr(receive(server, NULL), "parent") != NULL);
    const pid_t child = start_child(log_to_journal_in_child);
    for (int i = 0; i < 20; i++)
        require(strstr(receive(server, NULL), "child") != NULL);
    require_status(child, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_connects_by_itself),
        cmocka_unit_test(a_child_leaves_its_parents_lines_alone),
        cmocka_unit_test(syslog_and_journal_go_on_in_a_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
