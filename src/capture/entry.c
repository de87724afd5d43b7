/* Where every out-of-line record meets the ring: site id or whole site, then fields. */
#include "base/once.h"
#include "base/os.h"
#include "capture/capture.h"
#include "record/record.h"
#include "ring/set.h"
#include "ring/wake.h"

#include <string.h>

static void *the_dictionary;              /* struct rl_dictionary; set once */
static size_t dictionary_bytes = 4 << 20; /* atomic */

void rl_dictionary_reserve(size_t bytes)
{
    __atomic_store_n(&dictionary_bytes, bytes, __ATOMIC_RELAXED);
}

struct rl_dictionary *rl_capture_dictionary(void)
{
    struct rl_dictionary *dictionary = rl_once_get(&the_dictionary);
    if (dictionary != NULL)
        return dictionary;
    const size_t bytes = __atomic_load_n(&dictionary_bytes, __ATOMIC_RELAXED);
    void *map = rl_map_sparse(bytes);
    if (map == NULL)
        return NULL;
    return rl_once_put(&the_dictionary, rl_dictionary_format(map, bytes), bytes);
}

bool rl_entry_take(struct rl_entry *entry, uint32_t site,
                   const struct rl_site_definition *definition, uint64_t field_bytes, int level,
                   uint64_t ticks, uintptr_t stack)
{
    const uint64_t time_bytes = rl_settings()->own_clock ? sizeof(struct rl_own_time) : 0;
    const uint64_t site_bytes = site != 0 ? 0 : rl_site_bytes(definition);
    if (!rl_take(&entry->take, time_bytes + site_bytes + field_bytes,
                 level >= RINGLOG_RESERVE_LEVEL_, ticks, stack))
        return false;
    entry->site = site != 0 ? site : RL_CONTROL_INLINE_SITE;
    entry->fields = entry->take.fields + time_bytes + site_bytes;
    if (site == 0) {
        struct rl_site *image = (struct rl_site *)(void *)(entry->take.fields + time_bytes);
        image->ready = 0;
        rl_site_write(image, definition, 0);
    }
    if (time_bytes != 0) {
        const struct rl_own_time own = {.time_ns = rl_wall_ns(), .site = entry->site};
        memcpy(entry->take.fields, &own, sizeof own);
        entry->site = RL_CONTROL_OWN_TIME;
    }
    return true;
}

void rl_entry_publish(const struct rl_entry *entry, const struct ringlog_logger *logger, int level)
{
    rl_publish(&entry->take, entry->site, logger->id);
    if (level >= RINGLOG_URGENT_LEVEL_)
        ringlog_urgent_();
}

void ringlog_urgent_(void)
{
    /* Only a writer that sleeps has to be told; one that looks at the rings finds the record. */
    rl_wake(RL_WAKE_URGENT);
}
