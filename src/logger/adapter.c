/* Adapters: loggers that are doors to others, with fields of their own. */
#include "logger/tree.h"

#include "ringlog/ringlog.h"

#include <string.h>

static bool is_adapter(const struct rl_logger *logger, const struct rl_logger *base,
                       struct rl_bytes extra)
{
    return logger->base == base && logger->extra.length == extra.length &&
           memcmp(logger->extra.at, extra.at, extra.length) == 0;
}

static struct rl_logger *find_adapter(const struct rl_logger *base, struct rl_bytes extra)
{
    for (uint32_t id = 1; id < rl_logger_count(); id++)
        if (is_adapter(rl_tree_logger(id), base, extra))
            return rl_tree_logger(id);
    return NULL;
}

static struct rl_logger *create_adapter(struct rl_logger *base, struct rl_bytes extra)
{
    struct rl_logger *adapter = rl_tree_allocate(extra.length);
    if (adapter == NULL)
        return NULL;
    adapter->extra = (struct rl_bytes){memcpy(adapter + 1, extra.at, extra.length), extra.length};
    adapter->head.flags =
        (uint16_t)(RINGLOG_LOGGER_ADAPTER_ | (base->head.flags & RINGLOG_LOGGER_FILTERED_));
    adapter->base = base;
    adapter->name = base->name;
    adapter->length = base->length;
    rl_tree_enlist(adapter);
    return adapter;
}

static struct rl_logger *adapter_of(struct rl_logger *base, struct rl_bytes extra)
{
    struct rl_logger *adapter = find_adapter(base, extra);
    if (adapter == NULL)
        adapter = create_adapter(base, extra);
    if (adapter != NULL)
        return adapter;
    rl_tree_count_refused();
    return base;
}

ringlog_logger *ringlog_get_adapter(ringlog_logger *logger, const struct ringlog_extra *fields,
                                    size_t count)
{
    struct rl_logger *base = rl_logger_of(logger);
    if (rl_extra_check(fields, count, "ringlog_get_adapter") < 0)
        return NULL;
    struct rl_buffer list = {0};
    for (size_t i = 0; i < count; i++)
        rl_extra_append_given(&list, &fields[i]);
    if (count == 0 || list.failed) {
        rl_buffer_free(&list);
        return &base->head;
    }
    rl_config_lock();
    struct rl_logger *adapter = adapter_of(base, rl_extra_list(&list));
    rl_config_unlock();
    rl_buffer_free(&list);
    return &adapter->head;
}

void rl_logger_set_filtered(struct rl_logger *logger, bool filtered)
{
    for (uint32_t id = 0; id < rl_logger_count(); id++) {
        struct rl_logger *other = rl_tree_logger(id);
        if (other != logger && other->base != logger)
            continue;
        const uint16_t flags = other->head.flags & (uint16_t)~RINGLOG_LOGGER_FILTERED_;
        /* Relaxed: other threads may take note a little later. */
        __atomic_store_n(&other->head.flags,
                         (uint16_t)(flags | (filtered ? RINGLOG_LOGGER_FILTERED_ : 0)),
                         __ATOMIC_RELAXED);
    }
}
