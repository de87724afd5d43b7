/* A file that is there as a whole, or not at all. */
#ifndef LOGDUMP_INSIGHT_REPORT_TARGET_H
#define LOGDUMP_INSIGHT_REPORT_TARGET_H

#include <stdbool.h>
#include <stddef.h>

struct target {
    const char *path; /* "-": standard output */
    char *final;      /* where it is to be in the end, links followed; NULL: standard output */
    char *temporary;  /* next to it; NULL: written to at once, as it is a device or a pipe */
    int fd;
};

/* Whether it could be written, before hours are spent on what is to go there. False: it has said
 * why not. */
bool target_try(const char *path);

/* False: it has said what is wrong. Nothing is left behind then. */
bool target_begin(struct target *target, const char *path);
bool target_write(struct target *target, const void *data, size_t length);
bool target_end(struct target *target);

#endif
