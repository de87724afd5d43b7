/* The out-of-line part of a log call. Records leave from here into a ring. */
#ifndef RL_CAPTURE_CAPTURE_H
#define RL_CAPTURE_CAPTURE_H

#include "record/dictionary.h"
#include "ring/produce.h"
#include "ringlog/detail/capture.h"

/* The dictionary of this process, or NULL without memory; made at first use with the size that
 * rl_dictionary_reserve() said. Signal-safe. */
struct rl_dictionary *rl_capture_dictionary(void);

/* Says how large the dictionary will be. Without effect once a call site has been registered. */
void rl_dictionary_reserve(size_t bytes);

/* A record being written: its site is known or travels along. */
struct rl_entry {
    struct rl_take take;
    uint32_t site;
    const struct rl_site_definition *definition;
    unsigned char *fields;
};

/* Takes room for a record of this site with `field_bytes` of fields. `site` 0: the dictionary is
 * full, and the definition goes into the record. false: lost, and counted. */
bool rl_entry_take(struct rl_entry *entry, uint32_t site,
                   const struct rl_site_definition *definition, uint64_t field_bytes, int level,
                   uint64_t ticks, uintptr_t stack);
void rl_entry_publish(const struct rl_entry *entry, const struct ringlog_logger *logger, int level);

/* Whether a logger that is marked as filtered lets this call through. Defined by who knows filters,
 * for calls before ringlog_init() too. */
extern bool (*const rl_capture_admit)(const struct ringlog_logger *logger, int level,
                                      const struct ringlog_site *site);

/* The same, after a look at the mark. */
bool rl_capture_is_admitted(const struct ringlog_logger *logger, int level,
                            const struct ringlog_site *site);

/* Shows a record of WARNING or above that came after shutdown; its fields lie in `fields`. Set by
 * who can format; NULL: nothing is shown. */
extern void (*rl_capture_on_late)(const struct rl_site_definition *definition, int level,
                                  const unsigned char *fields, size_t bytes);

#endif
