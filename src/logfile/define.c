#include "logfile/define.h"

#include "record/fields.h"
#include "ringlog/detail/site.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* ---- writing --------------------------------------------------------------------------------- */

void rl_define_site_body(struct rl_buffer *out, uint16_t logger, const struct rl_site *site)
{
    rl_append_varint(out, logger);
    rl_append_varint(out, rl_zigzag(site->level));
    rl_append_varint(out, site->line);
    rl_append_varint(out, site->flags);
    rl_append_varint(out, site->field_count);
    rl_buffer_append(out, rl_site_fields(site), site->field_count);
    rl_append_text(out, rl_site_format(site), site->format_length);
    rl_append_text(out, rl_site_file(site), site->file_length);
    rl_append_text(out, rl_site_function(site), site->function_length);
    if ((site->flags & RINGLOG_SITE_KEYS_) != 0)
        rl_append_text(out, rl_site_keys(site), site->keys_length);
}

void rl_define_site(struct rl_buffer *out, uint32_t id, uint16_t logger, const struct rl_site *site)
{
    rl_buffer_append_char(out, RL_DEFINE_SITE);
    rl_append_varint(out, id);
    rl_define_site_body(out, logger, site);
}

void rl_define_logger_body(struct rl_buffer *out, const struct rl_record *record)
{
    const struct rl_bytes extra = record->extra[RL_EXTRA_ADAPTER];
    rl_append_text(out, record->logger_name, record->logger_length);
    rl_append_text(out, (const char *)extra.at, extra.length);
}

void rl_define_logger(struct rl_buffer *out, uint16_t id, const void *body, size_t length)
{
    rl_buffer_append_char(out, RL_DEFINE_LOGGER);
    rl_append_varint(out, id);
    rl_buffer_append(out, body, length);
}

void rl_define_thread(struct rl_buffer *out, uint32_t id, const struct rl_thread *thread)
{
    rl_buffer_append_char(out, RL_DEFINE_THREAD);
    rl_append_varint(out, id);
    rl_append_varint(out, thread->number);
    rl_append_varint(out, (uint32_t)thread->tid);
    rl_append_text(out, thread->name, strnlen(thread->name, sizeof thread->name));
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A number that must fit; what does not is damage. */
static uint32_t take_limited(struct rl_cursor *cursor, uint32_t most)
{
    const uint64_t value = rl_take_varint(cursor);
    if (value > most) {
        cursor->failed = true;
        return 0;
    }
    return (uint32_t)value;
}

static int32_t take_level(struct rl_cursor *cursor)
{
    const int64_t level = rl_unzigzag(rl_take_varint(cursor));
    if (level < INT32_MIN || level > INT32_MAX) {
        cursor->failed = true;
        return 0;
    }
    return (int32_t)level;
}

/* Texts become C strings, so a NUL inside would hide what follows it. */
static const char *take_string(struct rl_cursor *cursor, uint32_t *length)
{
    size_t bytes;
    const char *text = rl_take_text(cursor, &bytes);
    if (text != NULL && memchr(text, '\0', bytes) != NULL)
        cursor->failed = true;
    *length = (uint32_t)bytes; /* a block is smaller than 4 GiB */
    return text;
}

static bool codes_known(const unsigned char *codes, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!rl_field_known(codes[i]))
            return false;
    return true;
}

/* What a site's entry is made of; the strings are still in the block. */
struct site_parts {
    struct rl_site head;
    const unsigned char *codes;
    const char *format, *file, *function, *keys;
};

/* Keys: each with a NUL. */
static const char *take_keys(struct rl_cursor *cursor, uint32_t *length)
{
    size_t bytes;
    const char *keys = rl_take_text(cursor, &bytes);
    if (keys != NULL && bytes != 0 && keys[bytes - 1] != '\0')
        cursor->failed = true;
    *length = (uint32_t)bytes;
    return keys;
}

static bool take_site_parts(struct rl_cursor *cursor, struct site_parts *parts)
{
    struct rl_site *head = &parts->head;
    *head = (struct rl_site){.ready = 1};
    head->level = take_level(cursor);
    head->line = take_limited(cursor, UINT32_MAX);
    head->flags = (uint16_t)take_limited(cursor, UINT16_MAX);
    head->field_count = (uint16_t)take_limited(cursor, RINGLOG_MAX_FIELDS);
    parts->codes = rl_take(cursor, head->field_count);
    parts->format = take_string(cursor, &head->format_length);
    parts->file = take_string(cursor, &head->file_length);
    parts->function = take_string(cursor, &head->function_length);
    parts->keys = "";
    if ((head->flags & RINGLOG_SITE_KEYS_) != 0)
        parts->keys = take_keys(cursor, &head->keys_length);
    return !cursor->failed && codes_known(parts->codes, head->field_count);
}

static uint32_t put_bytes(struct rl_site *site, uint32_t at, const void *bytes, uint32_t length)
{
    memcpy((char *)site + at, bytes, length);
    return at + length;
}

static uint32_t put_string(struct rl_site *site, uint32_t at, const char *text, uint32_t length)
{
    put_bytes(site, at, text, length);
    ((char *)site)[at + length] = '\0';
    return at + length + 1;
}

/* The parts in one piece, as the dictionary keeps them. */
static struct rl_site *assemble(const struct site_parts *parts)
{
    const struct rl_site *head = &parts->head;
    const size_t bytes = sizeof *head + head->field_count + (size_t)head->format_length +
                         head->file_length + head->function_length + head->keys_length + 4;
    struct rl_site *site = malloc(bytes);
    if (site == NULL)
        return NULL;
    *site = *head;
    site->bytes = (uint32_t)bytes;
    site->fields_at = sizeof *site;
    site->format_at = put_bytes(site, site->fields_at, parts->codes, head->field_count);
    site->file_at = put_string(site, site->format_at, parts->format, head->format_length);
    site->function_at = put_string(site, site->file_at, parts->file, head->file_length);
    site->keys_at = put_string(site, site->function_at, parts->function, head->function_length);
    put_string(site, site->keys_at, parts->keys, head->keys_length);
    return site;
}

static int take_site(struct rl_cursor *cursor, struct rl_definition_read *definition)
{
    definition->logger = (uint16_t)take_limited(cursor, UINT16_MAX);
    struct site_parts parts;
    if (!take_site_parts(cursor, &parts))
        return -EBADMSG;
    definition->site = assemble(&parts);
    return definition->site == NULL ? -ENOMEM : 1;
}

static int take_name(struct rl_cursor *cursor, struct rl_definition_read *definition)
{
    uint32_t length;
    definition->name = take_string(cursor, &length);
    definition->name_length = length;
    return cursor->failed ? -EBADMSG : 1;
}

int rl_definition_next(struct rl_cursor *cursor, struct rl_definition_read *definition)
{
    if (rl_cursor_left(cursor) == 0)
        return 0;
    const unsigned what = rl_take_byte(cursor);
    *definition = (struct rl_definition_read){.what = (enum rl_definition)what};
    definition->id = take_limited(cursor, UINT32_MAX);
    switch (what) {
    case RL_DEFINE_SITE:
        return take_site(cursor, definition);
    case RL_DEFINE_LOGGER:
        if (definition->id > UINT16_MAX || take_name(cursor, definition) < 0)
            return -EBADMSG;
        definition->extra.at =
            (const unsigned char *)rl_take_text(cursor, &definition->extra.length);
        return cursor->failed ? -EBADMSG : 1;
    case RL_DEFINE_THREAD:
        definition->number = take_limited(cursor, UINT32_MAX);
        definition->tid = (pid_t)take_limited(cursor, INT32_MAX);
        return take_name(cursor, definition);
    default:
        return -EBADMSG;
    }
}
