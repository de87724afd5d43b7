/* What this thread's last failed call says: the text behind ringlog_last_error().
 *
 * Every public function that fails says here what failed, on what, and where, and returns a
 * negative errno; rl_error() does both in one return statement. */
#ifndef RL_BASE_ERROR_H
#define RL_BASE_ERROR_H

#include "base/export.h"

/* Keeps the text, cut at some 500 bytes, and returns negative_errno. The format is one of ours,
 * never one that came from a file. errno is left alone. Not signal-safe. */
RL_SHARED int rl_error(int negative_errno, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with ": " and the error's text behind it: "open app.log: Permission denied". */
RL_SHARED int rl_error_errno(int negative_errno, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
