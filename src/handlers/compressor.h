/* The thread that compresses rotated files: one a process, behind everything else.
 *
 * A file is compressed to NAME.gz.tmp, which goes to the disk and becomes NAME.gz; then the file
 * itself goes. So at any moment there is the file or all of it compressed. While it works, files
 * may be renamed or removed by who rotates; only the last steps exclude that. */
#ifndef RL_HANDLERS_COMPRESSOR_H
#define RL_HANDLERS_COMPRESSOR_H

#include "ringlog/files.h"

#include <stdbool.h>
#include <stdint.h>

/* Puts the file in the queue. Without memory, or when it may not be compressed, it stays as it is.
 */
void rl_compressor_add(const char *path, enum ringlog_compress how);

/* Removes what a compressor has left half-done, unless one is at it. */
void rl_compressor_remove_torn(const char *path);

/* Around renaming files that may be in the queue: nothing gets its compressed name meanwhile.
 * false: not now. */
bool rl_compressor_try_lock(void);
void rl_compressor_unlock(void);

/* Under that lock: the file in the queue has another name now. */
void rl_compressor_renamed(const char *from, const char *to);

/* Waits until all is done, or until the deadline (monotonic ns, < 0: none), and ends the thread.
 * What is not done stays as it is. */
void rl_compressor_stop(int64_t deadline_ns);

#endif
