#include "base/error.h"

#include "ringlog/ringlog.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Room for a path of reasonable length, what failed, and the system's words for it. */
static __thread char last_error[512];

__attribute__((format(printf, 1, 0))) static void keep(const char *format, va_list arguments)
{
    /* Through a second buffer, so that a caller may quote ringlog_last_error() in its own text. */
    char text[sizeof last_error];
    const int length = vsnprintf(text, sizeof text, format, arguments);
    if (length < 0)
        text[0] = '\0';
    memcpy(last_error, text, strlen(text) + 1);
}

static void append_errno(int error)
{
    char buffer[128];
    const char *text = strerror_r(error, buffer, sizeof buffer);
    const size_t length = strlen(last_error);
    snprintf(last_error + length, sizeof last_error - length, ": %s", text);
}

int rl_error(int negative_errno, const char *format, ...)
{
    const int saved = errno;
    va_list arguments;
    va_start(arguments, format);
    keep(format, arguments);
    va_end(arguments);
    errno = saved;
    return negative_errno;
}

int rl_error_errno(int negative_errno, const char *format, ...)
{
    const int saved = errno;
    va_list arguments;
    va_start(arguments, format);
    keep(format, arguments);
    va_end(arguments);
    append_errno(-negative_errno);
    errno = saved;
    return negative_errno;
}

const char *ringlog_last_error(void)
{
    return last_error;
}
