#include "mail.h"
#include "report.h"
#include "sinks.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct mail_server {
    uint16_t port;      /* of new handlers */
    uint16_t open_port; /* 0: the server does not run yet */
    FILE *modes, *answers;
    int mails_fd;
};

/* ---- the process ---- */

static void become_server(const int input[2], const int output[2], int mails_fd)
{
    char number[16];
    snprintf(number, sizeof number, "%d", mails_fd);
    dup2(input[0], STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    dup2(driver_stderr(), STDERR_FILENO);
    execl(PYTHON, PYTHON, "-B", SMTP_SERVER, number, (char *)NULL);
    _exit(127);
}

static void read_answer(struct mail_server *server, char *line, size_t size)
{
    if (fgets(line, (int)size, server->answers) == NULL)
        trouble("the mail server does not answer (is python3-aiosmtpd installed?)");
    line[strcspn(line, "\n")] = '\0';
}

/* It ends when its input does: with this process at the latest. */
static void start_server(struct mail_server *server)
{
    int input[2], output[2];
    server->mails_fd = memfd_create("mails", 0);
    if (server->mails_fd < 0 || pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0)
        trouble("mail server: %s", strerror(errno));
    const pid_t child = fork();
    if (child < 0)
        trouble("mail server: %s", strerror(errno));
    if (child == 0)
        become_server(input, output, server->mails_fd);
    close(input[0]);
    close(output[1]);
    server->modes = fdopen(input[1], "w");
    server->answers = fdopen(output[0], "r");
    char line[64];
    read_answer(server, line, sizeof line);
    server->open_port = (uint16_t)atoi(line);
}

/* A port that stays taken, by a socket that does not listen. */
static uint16_t closed_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        trouble("a closed port: %s", strerror(errno));
    return ntohs(address.sin_port);
}

/* ---- modes and mails ---- */

static void switch_mode(struct mail_server *server, const char *mode)
{
    char line[64];
    if (server->open_port == 0)
        start_server(server);
    fprintf(server->modes, "%s\n", mode);
    fflush(server->modes);
    read_answer(server, line, sizeof line);
    server->port = server->open_port;
}

void mail_server_mode(struct run *run, const char *mode)
{
    if (run->mail_server == NULL &&
        (run->mail_server = calloc(1, sizeof(struct mail_server))) == NULL)
        trouble("no memory");
    if (strcmp(mode, "down") == 0)
        run->mail_server->port = closed_port();
    else if (strcmp(mode, "plain") == 0 || strcmp(mode, "auth") == 0 ||
             strcmp(mode, "reject_rcpt") == 0)
        switch_mode(run->mail_server, mode);
    else
        trouble("the mail server knows no mode \"%s\"", mode);
}

uint16_t mail_port(const struct run *run)
{
    if (run->mail_server == NULL)
        trouble("step %zu: there is no mail server", run->step);
    return run->mail_server->port;
}

json_t *mails_found(const struct run *run)
{
    json_t *mails = json_array();
    if (run->mail_server == NULL || run->mail_server->open_port == 0)
        return mails;
    size_t length;
    char *text = text_of_fd(run->mail_server->mails_fd, &length);
    for (char *at = text, *line; (line = strsep(&at, "\n")) != NULL && *line != '\0';)
        json_array_append_new(mails, json_loads(line, 0, NULL));
    free(text);
    return mails;
}
