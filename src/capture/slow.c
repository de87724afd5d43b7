/* What the inlined capture leaves to a function: a site's first record, arguments that the format
 * has to explain, long and NULL strings, a full ring, a call inside another call. */
#include "capture/capture.h"
#include "capture/plan.h"
#include "capture/store.h"
#include "ring/set.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void (*rl_capture_on_late)(const struct rl_site_definition *definition, int level,
                           const unsigned char *fields, size_t bytes);

bool rl_capture_is_admitted(const struct ringlog_logger *logger, int level,
                            const struct ringlog_site *site)
{
    return (__atomic_load_n(&logger->flags, __ATOMIC_RELAXED) & RINGLOG_LOGGER_FILTERED_) == 0 ||
           rl_capture_admit(logger, level, site);
}

/* Bytes of fields of a record that is shown on stderr after shutdown. */
#define LATE_BYTES 2048

/* A call on its way out of line. */
struct call {
    const struct ringlog_logger *logger;
    struct ringlog_site *site;
    int32_t level;
    int error; /* errno when the call came */
    uint64_t ticks;
    uintptr_t stack;
    bool cut; /* something did not fit */
    struct rl_plan plan;
    struct rl_string_size sizes[RINGLOG_MAX_FIELDS];
};

/* ---- the site's definition ---- */

static struct rl_site_definition define(const struct call *call, uint8_t codes[RINGLOG_MAX_FIELDS])
{
    const struct rl_plan *plan = &call->plan;
    for (unsigned i = 0; i < plan->count; i++)
        codes[i] = plan->fields[i].field;
    return (struct rl_site_definition){
        .level = call->site->level,
        .line = call->site->line,
        .flags = call->site->flags,
        .field_count = (uint16_t)plan->count,
        .fields = codes,
        .format = call->site->format,
        .file = call->site->file,
        .function = call->site->function,
        .keys = (call->site->flags & RINGLOG_SITE_KEYS_) != 0
                    ? call->site->format + strlen(call->site->format) + 1
                    : NULL,
    };
}

/* The site's id, from its own memory or by registration; 0: the dictionary is full. */
static uint32_t site_id(const struct call *call, const struct rl_site_definition *definition)
{
    struct ringlog_site *site = call->site;
    /* Relaxed: this thread reads nothing of the entry, it only names it. */
    uint32_t id = __atomic_load_n(&site->slow_id, __ATOMIC_RELAXED);
    if (id != 0)
        return id;
    struct rl_dictionary *dictionary = rl_capture_dictionary();
    if (dictionary == NULL || (id = rl_dictionary_define(dictionary, definition)) == 0)
        return 0;
    /* Two threads may race here with two ids: both are good. */
    __atomic_store_n(&site->slow_id, id, __ATOMIC_RELAXED);
    if (call->plan.plain)
        /* Edge define, registration's side. Pairs with: define.capture. So that a site that may
         * take the fast path has been checked, and its id names a whole entry. */
        __atomic_store_n(&site->fast_id, id, __ATOMIC_RELEASE); /* define.register */
    return id;
}

/* ---- fields ---- */

/* Lengths of all strings. Sets call->cut when one was cut. */
static uint64_t measure(struct call *call, uint64_t cap)
{
    const uint64_t string_cap = rl_settings()->string_cap;
    uint64_t bytes = 0;
    /* What does not vary comes first, so that strings share what is left. */
    for (unsigned i = 0; i < call->plan.count; i++)
        bytes += ringlog_field_bytes_((enum ringlog_field)call->plan.fields[i].field, 0);
    for (unsigned i = 0; i < call->plan.count; i++) {
        const uint64_t left = cap > bytes ? cap - bytes : 0;
        rl_measure_field(&call->plan.fields[i], &call->sizes[i],
                         left < string_cap ? left : string_cap);
        bytes += call->sizes[i].length;
        call->cut |= call->sizes[i].word != RINGLOG_STRING_NULL &&
                     (call->sizes[i].word & RINGLOG_STRING_TRUNCATED) != 0;
    }
    return bytes;
}

static void store(const struct call *call, unsigned char *to)
{
    for (unsigned i = 0; i < call->plan.count; i++)
        to = rl_store_field(to, &call->plan.fields[i], &call->sizes[i], call->error);
}

static void capture(struct call *call, const struct rl_site_definition *definition)
{
    const uint32_t id = site_id(call, definition);
    const uint64_t site_bytes = id != 0 ? 0 : rl_site_bytes(definition);
    const uint64_t cap = rl_take_cap();
    const uint64_t bytes = measure(call, cap > site_bytes ? cap - site_bytes : 0);
    struct rl_entry entry;
    if (!rl_entry_take(&entry, id, definition, bytes, call->level, call->ticks, call->stack))
        return;
    store(call, entry.fields);
    rl_entry_publish(&entry, call->logger, call->level);
    if (call->cut)
        rl_count_cut();
}

static void show_late(struct call *call, const struct rl_site_definition *definition)
{
    rl_count_loss(RL_LOSS_LATE);
    if (call->level < RINGLOG_RESERVE_LEVEL_ || rl_capture_on_late == NULL)
        return;
    unsigned char fields[LATE_BYTES];
    const uint64_t bytes = measure(call, LATE_BYTES);
    if (bytes > sizeof fields)
        return;
    store(call, fields);
    rl_capture_on_late(definition, call->level, fields, bytes);
}

static void finish(struct call *call)
{
    uint8_t codes[RINGLOG_MAX_FIELDS];
    const struct rl_site_definition definition = define(call, codes);
    if (rl_settings()->state == RL_STOPPED)
        show_late(call, &definition);
    else
        capture(call, &definition);
}

/* A format that is refused is logged as it stands, with the reason, by a site made up for it. */
static void refuse(struct call *call)
{
    char text[512];
    snprintf(text, sizeof text, "%s [format refused at byte %zu: %s]", call->site->format,
             call->plan.problem_offset, call->plan.problem);
    struct ringlog_site *site = call->site;
    struct ringlog_site stand_in = *site;
    stand_in.fast_id = stand_in.slow_id = 0;
    stand_in.flags = 0;
    stand_in.level = call->level;
    stand_in.format = "%s";
    const struct ringlog_argument argument =
        ringlog_word_argument_(RINGLOG_FIELD_STRING, (uintptr_t)text);
    call->site = &stand_in;
    rl_plan_call(&call->plan, stand_in.format, &argument, 1, stand_in.flags);
    finish(call);
    call->site = site;
}

/* ---- a plain site whose thread only wants room ------------------------------------------------
 */

/* Bytes of the arguments as they are, and the lengths of strings; UINT64_MAX: one is not plain. */
static uint64_t measure_plain(const struct ringlog_argument *arguments, unsigned count,
                              uint64_t lengths[])
{
    const uint64_t string_cap = rl_settings()->string_cap;
    uint64_t bytes = 0;
    for (unsigned i = 0; i < count; i++) {
        lengths[i] = 0;
        if (arguments[i].field == RINGLOG_FIELD_STRING) {
            const char *string = (const char *)(uintptr_t)arguments[i].word;
            if (string == NULL || (lengths[i] = strlen(string)) > string_cap)
                return UINT64_MAX;
        }
        bytes += ringlog_field_bytes_(arguments[i].field, lengths[i]);
    }
    return bytes;
}

static void store_plain(unsigned char *to, const struct ringlog_argument *arguments, unsigned count,
                        const uint64_t lengths[])
{
    for (unsigned i = 0; i < count; i++) {
        if (arguments[i].field == RINGLOG_FIELD_STRING)
            ringlog_store_string_(to, (const void *)(uintptr_t)arguments[i].word,
                                  (uint32_t)lengths[i]);
        else
            ringlog_store_number_(to, &arguments[i]);
        to += ringlog_field_bytes_(arguments[i].field, lengths[i]);
    }
}

/* Every so often a call finds its limit reached and needs no more than a look at how far the writer
 * has come. Then nothing here is warm, and what is not needed is not touched: neither the format
 * nor a plan for it. false: this call needs more. */
static bool capture_plain(const struct ringlog_logger *logger, const struct ringlog_site *site,
                          int32_t level, const struct ringlog_argument *arguments, unsigned count,
                          uintptr_t stack)
{
    /* Edge define, as in the inlined capture. Pairs with: define.register. */
    const uint32_t id = __atomic_load_n(&site->fast_id, __ATOMIC_ACQUIRE); /* define.plain */
    const struct rl_settings *settings = rl_settings();
    if (id == 0 || settings->own_clock || settings->state == RL_STOPPED)
        return false;
    uint64_t lengths[RINGLOG_MAX_ARGUMENTS + 1];
    const uint64_t bytes = measure_plain(arguments, count, lengths);
    if (bytes > rl_take_cap())
        return false;
    struct rl_take take;
    if (!rl_take(&take, bytes, level >= RINGLOG_RESERVE_LEVEL_, rl_ticks(), stack))
        return true; /* lost, and counted */
    store_plain(take.fields, arguments, count, lengths);
    rl_publish(&take, id, logger->id);
    if (level >= RINGLOG_URGENT_LEVEL_)
        ringlog_urgent_();
    return true;
}

/* ---- any call -------------------------------------------------------------------------------- */

static __attribute__((noinline)) void capture_carefully(const struct ringlog_logger *logger,
                                                        struct ringlog_site *site, int32_t level,
                                                        const struct ringlog_argument *arguments,
                                                        unsigned count, uintptr_t stack)
{
    struct call call = {.logger = logger,
                        .site = site,
                        .level = level,
                        .error = errno,
                        .ticks = rl_ticks(),
                        .stack = stack};
    if (!rl_capture_is_admitted(logger, level, site)) {
        errno = call.error;
        return;
    }
    rl_plan_call(&call.plan, site->format, arguments, count, site->flags);
    if (call.plan.problem != NULL)
        refuse(&call);
    else
        finish(&call);
    errno = call.error;
}

void ringlog_capture_slow_(const struct ringlog_logger *logger, struct ringlog_site *site,
                           int32_t level, const struct ringlog_argument *arguments, unsigned count,
                           uintptr_t stack)
{
    if (site->layout != RINGLOG_SITE_LAYOUT_) {
        rl_count_loss(RL_LOSS_NO_RING); /* compiled against headers this library does not know */
        return;
    }
    const bool filtered =
        (__atomic_load_n(&logger->flags, __ATOMIC_RELAXED) & RINGLOG_LOGGER_FILTERED_) != 0;
    if (filtered || !capture_plain(logger, site, level, arguments, count, stack))
        capture_carefully(logger, site, level, arguments, count, stack);
}
