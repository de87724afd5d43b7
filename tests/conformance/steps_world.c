/* Steps about what surrounds the log: clock, names, files, the mail server, life and death. */
#include "mail.h"
#include "report.h"
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int set_clock(struct run *run, const json_t *step)
{
    (void)run;
    clock_set(number_of(step, "sec"), number_of(step, "nsec"));
    return 0;
}

static int name_thread(struct run *run, const json_t *step)
{
    (void)run;
    return ringlog_set_thread_name(text_of(step, "name"));
}

static int name_process(struct run *run, const json_t *step)
{
    (void)run;
    return ringlog_set_process_name(text_of(step, "name"));
}

static int put_file(struct run *run, const json_t *step)
{
    (void)run;
    const char *path = text_of(step, "path");
    const struct timespec mtime = {.tv_sec = number_of(step, "mtime_sec")};
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text_of(step, "text"), file) < 0 || fclose(file) != 0 ||
        utimensat(AT_FDCWD, path, (const struct timespec[]){mtime, mtime}, 0) != 0)
        trouble("%s: %s", path, strerror(errno));
    return 0;
}

static int set_mail_server(struct run *run, const json_t *step)
{
    mail_server_mode(run, text_of(step, "mode"));
    return 0;
}

static int shut_down(struct run *run, const json_t *step)
{
    (void)run;
    (void)step;
    return ringlog_shutdown(-1);
}

const struct step_kind world_steps[] = {
    {"clock", set_clock, false},
    {"thread_name", name_thread, false},
    {"process_name", name_process, false},
    {"put_file", put_file, false},
    {"smtp_server", set_mail_server, false},
    {"shutdown", shut_down, false},
    {0},
};
