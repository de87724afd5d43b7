#include "handlers/view.h"

#include "base/error.h"
#include "record/public_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Terminated, and NUL at worst. */
static void render_message(const struct rl_line *line, struct rl_buffer *message)
{
    message->length = 0;
    rl_line_append_message(line, message);
    rl_buffer_append_char(message, '\0');
}

void rl_view_event(struct rl_view *view, const struct rl_event *event, struct rl_buffer *message)
{
    const struct rl_line *line = &event->line;
    const struct rl_record *inner = event->record;
    render_message(line, message);
    const bool whole = !message->failed && message->length != 0;
    *view = (struct rl_view){
        .record = {.time_ns = line->wall_ns,
                   .level = (int)line->level,
                   .line = (unsigned)line->line_number,
                   .process = (pid_t)line->process_id,
                   .thread = (pid_t)line->thread_id,
                   .level_name = line->level_name.bytes,
                   .logger = inner->logger_name,
                   .file = rl_site_file(inner->site),
                   .function = rl_site_function(inner->site),
                   .thread_name = inner->thread->name,
                   .message = whole ? message->data : "",
                   .message_length = whole ? message->length - 1 : 0},
        .inner = event->record,
    };
    view->record.internal = view;
}

/* ---- fields ---- */

bool ringlog_record_field(const struct ringlog_record *record, const char *key,
                          struct ringlog_value *value)
{
    const struct rl_view *view = record->internal;
    struct rl_value found;
    if (!rl_record_extra(view->inner, key, strlen(key), &found))
        return false;
    *value = rl_public_value(&found);
    return true;
}

bool ringlog_record_next_field(const struct ringlog_record *record, size_t *position,
                               const char **key, size_t *key_length, struct ringlog_value *value)
{
    const struct rl_view *view = record->internal;
    struct rl_extras extras = rl_record_extras(view->inner);
    struct rl_extra extra;
    for (size_t i = 0; i <= *position; i++)
        if (!rl_extras_next(&extras, &extra))
            return false;
    ++*position;
    *key = extra.key;
    *key_length = extra.key_length;
    *value = rl_public_value(&extra.value);
    return true;
}

static bool keep(struct rl_scrap **scraps, struct rl_bytes *added, const struct rl_buffer *list)
{
    struct rl_scrap *scrap = malloc(sizeof *scrap + list->length);
    if (scrap == NULL)
        return false;
    scrap->next = *scraps;
    *scraps = scrap;
    memcpy(scrap->bytes, list->data, list->length);
    *added = (struct rl_bytes){scrap->bytes, list->length};
    return true;
}

void rl_scraps_free(struct rl_scrap **scraps)
{
    while (*scraps != NULL) {
        struct rl_scrap *scrap = *scraps;
        *scraps = scrap->next;
        free(scrap);
    }
}

int ringlog_record_set(const struct ringlog_record *record, const struct ringlog_extra *field)
{
    struct rl_view *view = (struct rl_view *)(uintptr_t)record->internal;
    if (view->scraps == NULL)
        return rl_error(-EINVAL, "ringlog_record_set: not in a filter's callback");
    const int result = rl_extra_check(field, 1, "ringlog_record_set");
    if (result < 0)
        return result;
    /* In front of what is there, so that it hides an older one. */
    struct rl_bytes *added = &view->inner->extra[RL_EXTRA_ADDED];
    struct rl_buffer list = {0};
    rl_extra_append_given(&list, field);
    rl_buffer_append(&list, added->at, added->length);
    const bool kept = !list.failed && keep(view->scraps, added, &list);
    rl_buffer_free(&list);
    return kept ? 0 : rl_error(-ENOMEM, "ringlog_record_set: out of memory");
}
