#include "format/template.h"

#include <stdlib.h>

#include "format/copy.h"
#include "format/template_build.h"

#define CHUNK_BYTES ((size_t)16 << 10)
#define BITS_FIRST  5

/* Without room: after so many misses for each template there is, they are made anew. So what that
 * costs is spread over many lines, however many call sites there are. */
#define MISSES_EACH 64

struct rl_template_chunk {
    struct rl_template_chunk *next;
    size_t used; /* of `bytes` */
    size_t size;
    _Alignas(max_align_t) unsigned char bytes[];
};

/* ---- memory ---- */

/* Of all caches. Relaxed: a sum that orders nothing. */
static size_t all_bytes;

static bool take_bytes(struct rl_templates *templates, size_t bytes)
{
    if (__atomic_add_fetch(&all_bytes, bytes, __ATOMIC_RELAXED) > RL_TEMPLATE_BYTES) {
        __atomic_sub_fetch(&all_bytes, bytes, __ATOMIC_RELAXED);
        return false;
    }
    templates->bytes += bytes;
    return true;
}

static void give_bytes(struct rl_templates *templates)
{
    __atomic_sub_fetch(&all_bytes, templates->bytes, __ATOMIC_RELAXED);
    templates->bytes = 0;
}

static void *allocate(struct rl_templates *templates, size_t bytes)
{
    bytes = (bytes + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
    struct rl_template_chunk *chunk = templates->chunks;
    if (chunk == NULL || chunk->size - chunk->used < bytes) {
        const size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES - sizeof *chunk;
        if (!take_bytes(templates, sizeof *chunk + size))
            return NULL;
        chunk = malloc(sizeof *chunk + size);
        if (chunk == NULL)
            return NULL;
        *chunk = (struct rl_template_chunk){.next = templates->chunks, .size = size};
        templates->chunks = chunk;
    }
    void *at = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return at;
}

void rl_templates_clear(struct rl_templates *templates)
{
    struct rl_template_chunk *chunk = templates->chunks;
    while (chunk != NULL) {
        struct rl_template_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(templates->slots);
    give_bytes(templates);
    templates->chunks = NULL;
    templates->slots = NULL;
    templates->bits = 0;
    templates->count = 0;
    templates->misses = 0;
}

void rl_templates_free(struct rl_templates *templates)
{
    rl_templates_clear(templates);
    rl_buffer_free(&templates->ops);
    rl_buffer_free(&templates->text);
}

void rl_templates_forked(struct rl_templates *templates)
{
    give_bytes(templates);
    *templates = (struct rl_templates){0};
}

/* ---- making one ---- */

void rl_template_add(struct rl_template_builder *builder, struct rl_op op)
{
    op.literal_length = (uint32_t)(builder->text->length - builder->literal_start);
    builder->literal_start = builder->text->length;
    builder->room += rl_op_room(op.code);
    rl_buffer_append(builder->ops, &op, sizeof op);
}

void rl_template_add_code(struct rl_template_builder *builder, enum rl_op_code code)
{
    rl_template_add(builder, (struct rl_op){.code = (uint8_t)code});
}

static struct rl_template_builder build(struct rl_line_format *format, const struct rl_line *line)
{
    struct rl_template_builder builder = {.ops = &format->templates.ops,
                                          .text = &format->templates.text,
                                          .format = format,
                                          .line = line};
    builder.ops->length = 0;
    builder.text->length = 0;
    if (format->pattern != NULL)
        rl_template_add_pattern(&builder);
    else
        rl_template_add_members(&builder);
    rl_template_add_code(&builder, RL_OP_END);
    return builder;
}

static bool is_raw(const struct rl_line_format *format, const struct rl_line *line)
{
    /* What members make of a message escapes it as a whole. */
    return format->pattern == NULL || format->raw || line->raw || line->program->raw;
}

/* What was built, in memory of its own. NULL: there is no room for it. */
static struct rl_template *keep(struct rl_template_builder *builder)
{
    const struct rl_line *line = builder->line;
    struct rl_buffer *ops = builder->ops, *text = builder->text;
    const bool failed = ops->failed || text->failed;
    ops->failed = text->failed = false;
    struct rl_template *made = NULL;
    if (!failed)
        made = allocate(&builder->format->templates, sizeof *made + sizeof *made->program +
                                                         ops->length + text->length +
                                                         RL_LITERAL_BLOCK);
    if (made == NULL)
        return NULL;
    struct rl_program *program = (struct rl_program *)(void *)(made + 1);
    char *text_at = (char *)program->ops + ops->length;
    *program = (struct rl_program){.text = text_at,
                                   .room = builder->room + text->length + RL_LITERAL_BLOCK,
                                   .raw = is_raw(builder->format, line)};
    memcpy(program->ops, ops->data, ops->length);
    if (text->length != 0)
        memcpy(text_at, text->data, text->length);
    memset(text_at + text->length, 0, RL_LITERAL_BLOCK);
    *made = (struct rl_template){.message = line->program,
                                 .logger_name = line->logger_name.bytes,
                                 .level_name = line->level_name.bytes,
                                 .level = line->level,
                                 .process_id = line->process_id,
                                 .raw = line->raw,
                                 .program = program};
    return made;
}

/* ---- keeping them ---- */

/* Where the next one of this hash is, or a free slot. */
static struct rl_template **free_slot(const struct rl_templates *templates,
                                      const struct rl_template *template)
{
    const size_t mask = ((size_t)1 << templates->bits) - 1;
    size_t at = rl_template_slot(template->message, template->logger_name, 64 - templates->bits);
    while (templates->slots[at] != NULL)
        at = (at + 1) & mask;
    return &templates->slots[at];
}

/* Twice as many slots. */
static bool grow(struct rl_templates *templates)
{
    const unsigned bits = templates->bits == 0 ? BITS_FIRST : templates->bits + 1;
    const size_t old = templates->bits == 0 ? 0 : (size_t)1 << templates->bits;
    /* The old slots' bytes stay counted until all is cleared. */
    if (!take_bytes(templates, ((size_t)1 << bits) * sizeof(struct rl_template *)))
        return false;
    struct rl_template **before = templates->slots;
    struct rl_template **slots = calloc((size_t)1 << bits, sizeof *slots);
    if (slots == NULL)
        return false;
    templates->slots = slots;
    templates->bits = bits;
    for (size_t i = 0; i < old; i++)
        if (before[i] != NULL)
            *free_slot(templates, before[i]) = before[i];
    free(before);
    return true;
}

const struct rl_program *rl_template_make(struct rl_line_format *format, const struct rl_line *line)
{
    struct rl_templates *templates = &format->templates;
    if (templates->misses > MISSES_EACH * ((uint64_t)templates->count + 1))
        rl_templates_clear(templates);
    if (templates->misses == 0) {
        const size_t slots = templates->bits == 0 ? 0 : (size_t)1 << templates->bits;
        struct rl_template *made = NULL;
        if (templates->count < slots / 2 || grow(templates)) {
            struct rl_template_builder builder = build(format, line);
            made = keep(&builder);
        }
        if (made != NULL) {
            *free_slot(templates, made) = made;
            templates->count++;
            return made->program;
        }
    }
    templates->misses++;
    return NULL;
}
