#include "collect.h"
#include "mail.h"
#include "report.h"
#include "sinks.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *files; /* nftw(3) has no context */

static int add_file(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status;
    (void)at;
    if (type == FTW_D)
        return 0;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        trouble("%s: %s", path, strerror(errno));
    size_t length;
    char *text = text_of_fd(fd, &length);
    close(fd);
    json_array_append_new(files, json_pack("{s:s, s:o}", "path", path + strlen("./"), "text",
                                           json_stringn_nocheck(text, length)));
    free(text);
    return 0;
}

static json_t *files_found(void)
{
    files = json_array();
    if (nftw(".", add_file, 16, FTW_PHYS) != 0)
        trouble("the working directory: %s", strerror(errno));
    return files;
}

json_t *collect(struct run *run)
{
    return json_pack("{s:O, s:o, s:o, s:o}", "results", run->results, "sinks", sinks_found(run),
                     "files", files_found(), "mails", mails_found(run));
}
