/* A handler of the user's own: records travel as bytes like everywhere else, so that it can be
 * isolated, and become a struct ringlog_record again where the callback is called. */
#include "base/error.h"
#include "handlers/lines.h"
#include "handlers/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct custom {
    struct ringlog_handler base;
    struct ringlog_custom_ops ops;
    void *context;
    struct rl_buffer line; /* the writer's */
};

/* What follows the head of a record on its way, each with a NUL but for the last. */
enum part { LOGGER, FILE_NAME, FUNCTION, THREAD_NAME, LEVEL_NAME, MESSAGE, TEXT, FIELDS, PARTS };

struct packed {
    size_t bytes; /* of all, a multiple of 8 */
    struct ringlog_record record;
    size_t lengths[PARTS];
};

static struct custom *custom_of(struct ringlog_handler *handler)
{
    return (struct custom *)(void *)handler;
}

/* The message alone, escaped as a line would have it; then the line; then the fields, each once. */
static bool render(struct custom *custom, const struct rl_event *event, size_t lengths[PARTS])
{
    struct rl_buffer *line = &custom->line;
    line->length = 0;
    line->failed = false;
    rl_line_append_message(&event->line, line);
    lengths[MESSAGE] = line->length;
    if (!rl_handler_append_line(&custom->base, event, line))
        return false;
    lengths[TEXT] = line->length - lengths[MESSAGE] - 1; /* without the newline */
    struct rl_extras extras = rl_record_extras(event->record);
    struct rl_extra extra;
    while (rl_extras_next(&extras, &extra))
        rl_extra_append(line, extra.key, extra.key_length, &extra.value);
    lengths[FIELDS] = line->length - lengths[MESSAGE] - lengths[TEXT] - 1;
    return !line->failed;
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct custom *custom = custom_of(handler);
    const struct rl_line *line = &event->line;
    struct packed packed = {
        .bytes = sizeof packed,
        .record = {.time_ns = line->wall_ns,
                   .level = (int)line->level,
                   .line = (unsigned)line->line_number,
                   .process = (pid_t)line->process_id,
                   .thread = (pid_t)line->thread_id},
    };
    if (!render(custom, event, packed.lengths))
        return;
    const char *text = custom->line.data + packed.lengths[MESSAGE];
    const char *parts[PARTS] = {
        [LOGGER] = line->logger_name.bytes,
        [FILE_NAME] = line->pathname.bytes,
        [FUNCTION] = line->function.bytes,
        [THREAD_NAME] = line->thread_name.bytes,
        [LEVEL_NAME] = line->level_name.bytes,
        [MESSAGE] = custom->line.data,
        [TEXT] = text,
        [FIELDS] = text + packed.lengths[TEXT] + 1,
    };
    packed.lengths[LOGGER] = line->logger_name.length;
    packed.lengths[FILE_NAME] = line->pathname.length;
    packed.lengths[FUNCTION] = line->function.length;
    packed.lengths[THREAD_NAME] = line->thread_name.length;
    packed.lengths[LEVEL_NAME] = line->level_name.length;
    packed.record.message_length = packed.lengths[MESSAGE];
    for (int i = 0; i < PARTS; i++)
        packed.bytes += packed.lengths[i] + 1;
    packed.bytes = (packed.bytes + 7) & ~(size_t)7;
    char *to = rl_buffer_reserve(&handler->out, packed.bytes);
    if (to == NULL)
        return;
    memset(to, 0, packed.bytes);
    memcpy(to, &packed, sizeof packed);
    to += sizeof packed;
    for (int i = 0; i < PARTS; i++) {
        if (packed.lengths[i] != 0)
            memcpy(to, parts[i], packed.lengths[i]);
        to += packed.lengths[i] + 1;
    }
    handler->out.length += packed.bytes;
}

static uint32_t count(const char *bytes, size_t length)
{
    uint32_t records = 0;
    for (size_t done = 0; done < length; records++) {
        size_t packed_bytes; /* the first member */
        memcpy(&packed_bytes, bytes + done, sizeof packed_bytes);
        done += packed_bytes;
    }
    return records;
}

/* One record at a time; a failure is the record's, not the handler's: it is counted and passed. */
static ssize_t emit(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    static const struct rl_site nowhere;
    struct custom *custom = custom_of(handler);
    struct packed packed;
    memcpy(&packed, bytes, sizeof packed);
    const char *parts[PARTS];
    const char *at = bytes + sizeof packed;
    for (int i = 0; i < PARTS; i++) {
        parts[i] = at;
        at += packed.lengths[i] + 1;
    }
    struct rl_record inner = {.site = &nowhere,
                              .extra = {[RL_EXTRA_CALL] = {(const unsigned char *)parts[FIELDS],
                                                           packed.lengths[FIELDS]}}};
    struct rl_view view = {.record = packed.record, .inner = &inner};
    struct ringlog_record *record = &view.record;
    record->logger = parts[LOGGER];
    record->file = parts[FILE_NAME];
    record->function = parts[FUNCTION];
    record->thread_name = parts[THREAD_NAME];
    record->level_name = parts[LEVEL_NAME];
    record->message = parts[MESSAGE];
    record->internal = &view;
    if (custom->ops.emit(custom->context, record, parts[TEXT], packed.lengths[TEXT]) != 0) {
        __atomic_fetch_add(&handler->counts.lost, 1, __ATOMIC_RELAXED);
        rl_handler_error(handler, EIO, "emit");
    }
    if (packed.bytes == length && custom->ops.flush != NULL)
        custom->ops.flush(custom->context);
    return (ssize_t)packed.bytes;
}

static void close_custom(struct ringlog_handler *handler)
{
    struct custom *custom = custom_of(handler);
    if (custom->ops.close != NULL)
        custom->ops.close(custom->context);
    rl_buffer_free(&custom->line);
}

static const struct rl_handler_ops ops = {
    .kind = "custom",
    .in_order = true,
    .append = append,
    .write = emit,
    .count = count,
    .close = close_custom,
};

int ringlog_custom_handler_new_sized_(ringlog_handler **handler,
                                      const struct ringlog_custom_options *given, size_t bytes)
{
    struct ringlog_custom_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *handler = NULL;
    if (options.ops.emit == NULL)
        return rl_error(-EINVAL, "ringlog_custom_handler_new: no emit callback");
    struct custom *custom = calloc(1, sizeof *custom);
    if (custom == NULL)
        return rl_error(-ENOMEM, "ringlog_custom_handler_new: out of memory");
    custom->ops = options.ops;
    custom->context = options.context;
    const int result = rl_handler_init(&custom->base, &ops, &options.isolation, false);
    if (result < 0) {
        free(custom);
        return result;
    }
    *handler = &custom->base;
    return 0;
}
