#include "logger/level.h"

#include "ringlog/ringlog.h"

#include <stdio.h>
#include <string.h>

static const char *standard_name(int level)
{
    switch (level) {
    case RINGLOG_NOTSET:
        return "NOTSET";
    case RINGLOG_DEBUG:
        return "DEBUG";
    case RINGLOG_INFO:
        return "INFO";
    case RINGLOG_WARNING:
        return "WARNING";
    case RINGLOG_ERROR:
        return "ERROR";
    case RINGLOG_CRITICAL:
        return "CRITICAL";
    default:
        return NULL;
    }
}

const char *rl_level_name(int level, char scratch[32], size_t *length)
{
    const char *name = standard_name(level);
    if (name == NULL) {
        snprintf(scratch, 32, "Level %d", level);
        name = scratch;
    }
    *length = strlen(name);
    return name;
}
