/* Records that no log macro makes: text as it stands, events with every part given, and a thread's
 * name. */
#include "base/error.h"
#include "capture/capture.h"
#include "capture/extra.h"
#include "capture/store.h"
#include "record/record.h"
#include "ring/set.h"
#include "ringlog/ringlog.h"

#include <errno.h>

static const uint8_t text_codes[] = {RINGLOG_FIELD_I32, RINGLOG_FIELD_STRING};
static const struct rl_site_definition text_definition = {
    .flags = RINGLOG_SITE_RUNTIME_LEVEL_,
    .field_count = 2,
    .fields = text_codes,
    .format = "%s",
    .file = "",
    .function = "",
};

static bool is_cut(const struct rl_string_size *size)
{
    return size->word != RINGLOG_STRING_NULL && (size->word & RINGLOG_STRING_TRUNCATED) != 0;
}

static uint32_t define(const struct rl_site_definition *definition)
{
    struct rl_dictionary *dictionary = rl_capture_dictionary();
    return dictionary == NULL ? 0 : rl_dictionary_define(dictionary, definition);
}

/* true: stopped, and the call has been counted and shown. */
static bool is_late(const struct rl_site_definition *definition, int level, const char *text,
                    size_t length)
{
    if (rl_settings()->state != RL_STOPPED)
        return false;
    rl_count_loss(RL_LOSS_LATE);
    unsigned char fields[1024];
    struct rl_string_size size;
    rl_measure_text(&size, text, length, sizeof fields - 8);
    unsigned char *to = fields;
    if ((definition->flags & RINGLOG_SITE_RUNTIME_LEVEL_) != 0) {
        memcpy(to, &(int32_t){level}, 4);
        to += 4;
    }
    to = rl_store_text(to, text, &size);
    if (level >= RINGLOG_RESERVE_LEVEL_ && rl_capture_on_late != NULL)
        rl_capture_on_late(definition, level, fields, (size_t)(to - fields));
    return true;
}

static void log_text(const struct ringlog_logger *logger, int level, const char *text,
                     size_t length)
{
    static uint32_t site; /* atomic */
    if (is_late(&text_definition, level, text, length))
        return;
    /* Relaxed: an id that this thread only names. */
    uint32_t id = __atomic_load_n(&site, __ATOMIC_RELAXED);
    if (id == 0) {
        id = define(&text_definition);
        __atomic_store_n(&site, id, __ATOMIC_RELAXED);
    }
    struct rl_string_size size;
    const uint64_t site_bytes = id != 0 ? 0 : rl_site_bytes(&text_definition);
    rl_measure_text(&size, text, length, rl_take_cap() - site_bytes - 8);
    struct rl_entry entry;
    if (!rl_entry_take(&entry, id, &text_definition, 4 + 4 + (uint64_t)size.length, level,
                       rl_ticks(), ringlog_stack_()))
        return;
    memcpy(entry.fields, &(int32_t){level}, 4);
    rl_store_text(entry.fields + 4, text, &size);
    rl_entry_publish(&entry, logger, level);
    if (is_cut(&size))
        rl_count_cut();
}

void ringlog_log_text(ringlog_logger *logger, int level, const char *text, size_t length)
{
    if (!ringlog_gate_(logger, level))
        return;
    const int error = errno;
    static const struct ringlog_site place = {.format = "%s", .file = "", .function = ""};
    if (rl_capture_is_admitted(logger, level, &place))
        log_text(logger, level, text == NULL ? "(null)" : text, text == NULL ? 6 : length);
    errno = error;
}

/* ---- events ---- */

/* Fields of an event: text, time (0: the record's own), exception text, stack text, and where there
 * are some its extra fields. */
static const uint8_t event_codes[] = {RINGLOG_FIELD_STRING, RINGLOG_FIELD_I64, RINGLOG_FIELD_STRING,
                                      RINGLOG_FIELD_STRING, RINGLOG_FIELD_STRING};

struct event_sizes {
    struct rl_string_size text, exception, stack;
    struct rl_extra_sizes extra;
};

static uint64_t measure_event(struct event_sizes *sizes, const struct ringlog_event *event,
                              uint64_t cap)
{
    const uint64_t fixed = 3 * 4 + 8 + (event->extra_count == 0 ? 0 : 4);
    uint64_t left = cap - fixed;
    rl_extra_measure(&sizes->extra, event->extra, event->extra_count, left / 2);
    if (sizes->extra.bytes > left / 2) /* their keys alone are too long for the ring */
        sizes->extra = (struct rl_extra_sizes){.cut = true};
    left -= sizes->extra.bytes;
    rl_measure_text(&sizes->text, event->text, event->text_length, left);
    left -= sizes->text.length;
    rl_measure_text(&sizes->exception, event->exception_text,
                    event->exception_text == NULL ? 0 : strlen(event->exception_text), left);
    left -= sizes->exception.length;
    rl_measure_text(&sizes->stack, event->stack_text,
                    event->stack_text == NULL ? 0 : strlen(event->stack_text), left);
    left -= sizes->stack.length;
    return cap - left;
}

static void store_event(unsigned char *to, const struct ringlog_event *event,
                        const struct event_sizes *sizes)
{
    to = rl_store_text(to, event->text, &sizes->text);
    memcpy(to, &event->time_ns, 8);
    to = rl_store_text(to + 8, event->exception_text, &sizes->exception);
    to = rl_store_text(to, event->stack_text, &sizes->stack);
    if (event->extra_count == 0)
        return;
    const uint32_t length = (uint32_t)sizes->extra.bytes;
    memcpy(to, &length, 4);
    if (length != 0)
        rl_extra_store(to + 4, event->extra, event->extra_count, &sizes->extra);
}

static void log_event(const struct ringlog_logger *logger, const struct ringlog_event *event)
{
    const struct rl_site_definition definition = {
        .level = event->level,
        .line = event->line,
        .flags = RL_SITE_EVENT | (event->raw ? RL_SITE_RAW : 0),
        .field_count = (uint16_t)(sizeof event_codes - (event->extra_count == 0)),
        .fields = event_codes,
        .format = "%s",
        .file = event->file == NULL ? "" : event->file,
        .function = event->function == NULL ? "" : event->function,
    };
    if (is_late(&definition, event->level, event->text, event->text_length))
        return;
    const uint32_t id = define(&definition);
    const uint64_t site_bytes = id != 0 ? 0 : rl_site_bytes(&definition);
    const uint64_t cap = rl_take_cap();
    struct event_sizes sizes;
    const uint64_t bytes =
        measure_event(&sizes, event, cap > site_bytes + 64 ? cap - site_bytes : 64);
    struct rl_entry entry;
    if (!rl_entry_take(&entry, id, &definition, bytes, event->level, rl_ticks(), ringlog_stack_()))
        return;
    store_event(entry.fields, event, &sizes);
    rl_entry_publish(&entry, logger, event->level);
    if (is_cut(&sizes.text) || is_cut(&sizes.exception) || is_cut(&sizes.stack) || sizes.extra.cut)
        rl_count_cut();
}

int ringlog_log_ex_sized_(ringlog_logger *logger, const struct ringlog_event *given, size_t bytes)
{
    struct ringlog_event event = {0};
    if (given != NULL)
        memcpy(&event, given, bytes < sizeof event ? bytes : sizeof event);
    if (event.text == NULL)
        return rl_error(-EINVAL, "ringlog_log_ex: no text");
    if (!ringlog_gate_(logger, event.level))
        return 0;
    const int checked = rl_extra_check(event.extra, event.extra_count, "ringlog_log_ex");
    if (checked < 0)
        return checked;
    if ((__atomic_load_n(&logger->flags, __ATOMIC_RELAXED) & RINGLOG_LOGGER_ADAPTER_) != 0)
        event.extra_count = 0; /* as CPython's LoggerAdapter.process() */
    const int error = errno;
    const struct ringlog_site place = {.line = event.line,
                                       .format = "%s",
                                       .file = event.file == NULL ? "" : event.file,
                                       .function = event.function == NULL ? "" : event.function};
    if (rl_capture_is_admitted(logger, event.level, &place))
        log_event(logger, &event);
    errno = error;
    return 0;
}

/* ---- names ---- */

int ringlog_set_thread_name(const char *name)
{
    if (name == NULL)
        return rl_error(-EINVAL, "ringlog_set_thread_name: NULL");
    const size_t length = strnlen(name, sizeof((struct rl_thread *)0)->name - 1);
    struct rl_take take;
    if (!rl_take(&take, 64, true, rl_ticks(), ringlog_stack_()))
        return rl_error(-EAGAIN, "ringlog_set_thread_name: no room for the record");
    memset(take.fields, 0, 64);
    memcpy(take.fields, name, length);
    rl_publish(&take, RL_CONTROL_THREAD_NAME, 0);
    return 0;
}

int ringlog_thread_init(void)
{
    if (rl_capture_dictionary() == NULL || !rl_producer_prepare(ringlog_stack_()))
        return rl_error(-ENOMEM, "ringlog_thread_init: no memory");
    return 0;
}
