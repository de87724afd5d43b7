/* Handlers that write files. */
#ifndef RINGLOG_FILES_H
#define RINGLOG_FILES_H

#include "ringlog/handlers.h"

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ringlog_file_options {
    bool truncate; /* empty the file first (Python's mode "w"); default: append */
    bool mkdir;    /* make missing parent directories (0755 less umask) */
    bool follow;   /* allow the path's last component to be a symbolic link */
    mode_t mode;   /* of a file that is created; default 0640, less umask */
    struct ringlog_isolation_options isolation;
};
/* Lines appended to a file; whole lines only, also when other processes append to it. The path's
 * directory must not be writable by others unless it is sticky. A write that fails (disk full) is
 * repeated until it works: under BLOCK nothing is lost, and log calls wait when rings fill up. An
 * application that closes all descriptors (daemon(3)) takes the file's number too: the handler
 * notices before it writes, and opens the path again. */
static inline int ringlog_file_handler_new(ringlog_handler **handler, const char *path,
                                           const struct ringlog_file_options *options);

/* A binary log (.rlog): every record with its arguments, to be read with logdump or
 * <ringlog/reader.h>. Same options; mode defaults to 0600. */
static inline int ringlog_binary_file_handler_new(ringlog_handler **handler, const char *path,
                                                  const struct ringlog_file_options *options);

/* ---- what the inline wrappers call ------------------------------------------------------------ */

RINGLOG_API int ringlog_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                                const struct ringlog_file_options *options,
                                                size_t bytes);
RINGLOG_API int ringlog_binary_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                                       const struct ringlog_file_options *options,
                                                       size_t bytes);

static inline int ringlog_file_handler_new(ringlog_handler **handler, const char *path,
                                           const struct ringlog_file_options *options)
{
    return ringlog_file_handler_new_sized_(handler, path, options, sizeof *options);
}

static inline int ringlog_binary_file_handler_new(ringlog_handler **handler, const char *path,
                                                  const struct ringlog_file_options *options)
{
    return ringlog_binary_file_handler_new_sized_(handler, path, options, sizeof *options);
}

#ifdef __cplusplus
}
#endif

#endif
