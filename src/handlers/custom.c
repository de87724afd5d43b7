/* A handler of the user's own: records travel as bytes like everywhere else, so that it can be
 * isolated, and become a struct ringlog_record again where the callback is called. */
#include "base/error.h"
#include "handlers/handler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct custom {
    struct ringlog_handler base;
    struct ringlog_custom_ops ops;
    void *context;
    struct rl_buffer line; /* the writer's */
};

/* A record on its way; the strings follow, each with a NUL: logger, file, function, thread name,
 * level name, message, text. */
struct packed {
    size_t bytes; /* of all, a multiple of 8 */
    struct ringlog_record record;
    size_t lengths[7];
};

static struct custom *custom_of(struct ringlog_handler *handler)
{
    return (struct custom *)(void *)handler;
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct custom *custom = custom_of(handler);
    const struct rl_line *line = &event->line;
    custom->line.length = 0;
    const struct rl_span message = rl_handler_message(event, &custom->line);
    const size_t text_at = custom->line.length;
    rl_handler_append_line(handler, event, &custom->line);
    if (custom->line.failed)
        return;
    struct rl_span parts[7] = {
        line->logger_name, line->pathname,   line->function, line->thread_name,
        line->level_name,  {message.bytes, message.length},
        {custom->line.data + text_at, custom->line.length - text_at - 1},
    };
    if (line->program != NULL) /* the buffer may have moved since */
        parts[5].bytes = custom->line.data;

    struct packed packed = {
        .bytes = sizeof packed,
        .record = {.time_ns = line->wall_ns,
                   .level = (int)line->level,
                   .line = (unsigned)line->line_number,
                   .process = (pid_t)line->process_id,
                   .thread = (pid_t)line->thread_id,
                   .message_length = message.length},
    };
    for (int i = 0; i < 7; i++) {
        packed.lengths[i] = parts[i].length;
        packed.bytes += parts[i].length + 1;
    }
    packed.bytes = (packed.bytes + 7) & ~(size_t)7;
    char *to = rl_buffer_reserve(&handler->out, packed.bytes);
    if (to == NULL)
        return;
    memset(to, 0, packed.bytes);
    memcpy(to, &packed, sizeof packed);
    to += sizeof packed;
    for (int i = 0; i < 7; i++) {
        if (parts[i].length != 0)
            memcpy(to, parts[i].bytes, parts[i].length);
        to += parts[i].length + 1;
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
    struct custom *custom = custom_of(handler);
    struct packed packed;
    memcpy(&packed, bytes, sizeof packed);
    const char *parts[7];
    const char *at = bytes + sizeof packed;
    for (int i = 0; i < 7; i++) {
        parts[i] = at;
        at += packed.lengths[i] + 1;
    }
    struct ringlog_record *record = &packed.record;
    record->logger = parts[0];
    record->file = parts[1];
    record->function = parts[2];
    record->thread_name = parts[3];
    record->level_name = parts[4];
    record->message = parts[5];
    if (custom->ops.emit(custom->context, record, parts[6], packed.lengths[6]) != 0) {
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
    .kind = "custom", .append = append, .write = emit, .count = count, .close = close_custom};

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
