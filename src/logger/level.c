#include "logger/level.h"

#include "base/error.h"
#include "logger/logger.h"
#include "ringlog/ringlog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name that was added. Kept for ever: an old name stays good for setting a level. */
struct added {
    const struct added *next;
    uint32_t number; /* from 1 */
    int level;
    char name[];
};

static const struct added *added_names; /* the latest first; edge rcu, though nothing is freed */

static const struct {
    int level;
    const char *name;
} standard[] = {
    /* The first name of a level is the one it prints. */
    {RINGLOG_NOTSET, "NOTSET"},     {RINGLOG_DEBUG, "DEBUG"},    {RINGLOG_INFO, "INFO"},
    {RINGLOG_WARNING, "WARNING"},   {RINGLOG_WARNING, "WARN"},   {RINGLOG_ERROR, "ERROR"},
    {RINGLOG_CRITICAL, "CRITICAL"}, {RINGLOG_CRITICAL, "FATAL"},
};
#define STANDARD_NAMES (sizeof standard / sizeof *standard)

static const char *name_of(int level)
{
    for (const struct added *added = rl_rcu_dereference(added_names); added != NULL;
         added = added->next)
        if (added->level == level)
            return added->name;
    for (size_t i = 0; i < STANDARD_NAMES; i++)
        if (standard[i].level == level)
            return standard[i].name;
    return NULL;
}

uint32_t rl_level_names_added(void)
{
    const struct added *added = rl_rcu_dereference(added_names);
    return added == NULL ? 0 : added->number;
}

static const int *number_of(const char *name)
{
    for (const struct added *added = rl_rcu_dereference(added_names); added != NULL;
         added = added->next)
        if (strcmp(added->name, name) == 0)
            return &added->level;
    for (size_t i = 0; i < STANDARD_NAMES; i++)
        if (strcmp(standard[i].name, name) == 0)
            return &standard[i].level;
    return NULL;
}

const char *rl_level_name(int level, char scratch[32], size_t *length)
{
    const char *name = name_of(level);
    if (name == NULL) {
        snprintf(scratch, 32, "Level %d", level);
        name = scratch;
    }
    *length = strlen(name);
    return name;
}

const char *ringlog_level_name(int level, char scratch[32])
{
    size_t length;
    return rl_level_name(level, scratch, &length);
}

int ringlog_level_number(const char *name, int *level)
{
    const int *number = name == NULL ? NULL : number_of(name);
    if (number == NULL)
        return rl_error(-EINVAL, "level \"%s\": no such name", name == NULL ? "" : name);
    *level = *number;
    return 0;
}

int ringlog_add_level_name(int level, const char *name)
{
    if (name == NULL)
        return rl_error(-EINVAL, "ringlog_add_level_name: name is NULL");
    struct added *added = malloc(sizeof *added + strlen(name) + 1);
    if (added == NULL)
        return rl_error(-ENOMEM, "ringlog_add_level_name: out of memory");
    added->level = level;
    strcpy(added->name, name);
    rl_config_begin(); /* records logged before print the name that was theirs */
    added->next = added_names;
    added->number = added_names == NULL ? 1 : added_names->number + 1;
    rl_rcu_assign(added_names, added);
    rl_config_end();
    return 0;
}
