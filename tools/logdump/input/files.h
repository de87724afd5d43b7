/* Which files to read: what the command line names, taken apart. */
#ifndef LOGDUMP_INPUT_FILES_H
#define LOGDUMP_INPUT_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct files {
    char **paths; /* "-" is standard input */
    size_t count;
};

/* A file is itself; a directory the logs in it (*.rlog, and what rotation and compression made of
 * the name: *.rlog.*); a name that does not exist and has *, ? or [ in it what matches, as the
 * shell would have it, but for an empty match. With `rotated`, a file's rotated ones too. Each
 * once, in this order. False: it has said what is not there. */
bool files_find(struct files *files, char *const *names, bool rotated);
void files_free(struct files *files);

#endif
