/* Levels, `disabled` and `disable`, folded into the one word of each logger that log calls read. */
#include "base/error.h"
#include "logger/level.h"
#include "logger/tree.h"
#include "ringlog/ringlog.h"

#include <errno.h>

static int floor_level; /* of ringlog_disable(): what is up to it is off; under the mutex */

static int effective_level(const struct rl_logger *logger)
{
    for (; logger != NULL; logger = rl_rcu_dereference(logger->parent)) {
        const int level = __atomic_load_n(&logger->level, __ATOMIC_RELAXED);
        if (level != RINGLOG_NOTSET)
            return level;
    }
    return RINGLOG_NOTSET;
}

/* Levels below 1 never pass, as in CPython's Logger.isEnabledFor(): the floor is at least 0 and
 * must be exceeded. */
static int least_level(const struct rl_logger *logger)
{
    const int level = effective_level(logger);
    const int above_floor = floor_level < 0 ? 1 : floor_level + 1;
    return level < above_floor ? above_floor : level;
}

void rl_gate_set(struct rl_logger *logger)
{
    const struct rl_logger *of = logger->base != NULL ? logger->base : logger;
    const uint64_t gate = (uint32_t)(of->disabled ? INT32_MAX : least_level(of));
    __atomic_store_n(&logger->head.gate, gate, __ATOMIC_RELAXED);
}

static void set_all(void)
{
    for (uint32_t id = 0; id < rl_logger_count(); id++)
        rl_gate_set(rl_tree_logger(id));
}

int ringlog_logger_level(const ringlog_logger *logger)
{
    return __atomic_load_n(&rl_logger_of(logger)->level, __ATOMIC_RELAXED);
}

int ringlog_logger_effective_level(const ringlog_logger *logger)
{
    return effective_level(rl_logger_of(logger));
}

int ringlog_logger_set_level(ringlog_logger *logger, int level)
{
    rl_config_lock();
    __atomic_store_n(&rl_logger_of(logger)->level, level, __ATOMIC_RELAXED);
    set_all();
    rl_config_unlock();
    return 0;
}

int ringlog_logger_set_level_name(ringlog_logger *logger, const char *name)
{
    int level;
    const int result = ringlog_level_number(name, &level);
    return result < 0 ? result : ringlog_logger_set_level(logger, level);
}

int ringlog_logger_set_disabled(ringlog_logger *logger, bool disabled)
{
    rl_config_lock();
    rl_logger_of(logger)->disabled = disabled;
    set_all();
    rl_config_unlock();
    return 0;
}

void ringlog_disable(int level)
{
    rl_config_lock();
    floor_level = level == INT32_MAX ? level - 1 : level;
    set_all();
    rl_config_unlock();
}
