#include "output/ctf/classes.h"

#include "output/ctf/metadata.h"
#include "output/out.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 256 /* a power of two, as all of their numbers */

struct ctf_class {
    uint64_t hash;
    size_t length;
    char *shape;
};

/* ---- shapes ---- */

void ctf_classes_begin(struct ctf_classes *classes, const struct ringlog_reader_record *record)
{
    const struct ctf_site site = {
        .line = record->line,
        .loglevel = ctf_loglevel(record->level),
        .is_loss = record->kind == RINGLOG_READER_LOSS,
    };
    struct buffer *shape = &classes->shape;
    shape->length = 0;
    buffer_append(shape, &site, sizeof site);
    buffer_append(shape, record->format, strlen(record->format) + 1);
    buffer_append(shape, record->file, strlen(record->file) + 1);
}

void ctf_classes_add(struct ctf_classes *classes, enum ringlog_value_type type, const char *key,
                     size_t key_length, size_t number)
{
    const struct ctf_field field = {
        .type = (uint32_t)type,
        .number = key == NULL ? (uint32_t)number : 0,
        .key_length = key == NULL ? 0 : (uint32_t)key_length,
    };
    buffer_append(&classes->shape, &field, sizeof field);
    buffer_append(&classes->shape, key, field.key_length);
}

/* ---- the table ---- */

/* FNV-1a (Fowler, Noll, Vo). */
static uint64_t hash_of(const struct buffer *shape)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < shape->length; i++)
        hash = (hash ^ (unsigned char)shape->data[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

/* Where it is, or would be. */
static uint32_t *slot_of(const struct ctf_classes *classes, uint64_t hash, const char *shape,
                         size_t length)
{
    for (uint64_t at = hash;; at++) {
        uint32_t *slot = &classes->slots[at & (classes->slot_count - 1)];
        const struct ctf_class *class = *slot == 0 ? NULL : &classes->list[*slot - 1];
        if (class == NULL || (class->hash == hash && class->length == length &&
                              memcmp(class->shape, shape, length) == 0))
            return slot;
    }
}

static void make_room(struct ctf_classes *classes)
{
    if (classes->count * 2 < classes->slot_count)
        return;
    free(classes->slots);
    classes->slot_count = classes->slot_count == 0 ? FIRST_SLOTS : classes->slot_count * 2;
    classes->slots = must_have(calloc(classes->slot_count, sizeof *classes->slots));
    classes->list =
        must_have(reallocarray(classes->list, classes->slot_count, sizeof *classes->list));
    for (size_t i = 0; i < classes->count; i++) {
        const struct ctf_class *class = &classes->list[i];
        *slot_of(classes, class->hash, class->shape, class->length) = (uint32_t)i + 1;
    }
}

uint32_t ctf_classes_find(struct ctf_classes *classes, struct buffer *metadata)
{
    const struct buffer *shape = &classes->shape;
    const uint64_t hash = hash_of(shape);
    metadata->length = 0;
    make_room(classes);
    uint32_t *slot = slot_of(classes, hash, shape->data, shape->length);
    if (*slot != 0)
        return *slot - 1;
    struct ctf_class *made = &classes->list[classes->count++];
    *made = (struct ctf_class){
        .hash = hash, .length = shape->length, .shape = must_have(malloc(shape->length))};
    memcpy(made->shape, shape->data, shape->length);
    *slot = (uint32_t)classes->count;
    ctf_metadata_declare(metadata, *slot - 1, made->shape, made->length);
    return *slot - 1;
}

void ctf_classes_free(struct ctf_classes *classes)
{
    for (size_t i = 0; i < classes->count; i++)
        free(classes->list[i].shape);
    free(classes->list);
    free(classes->slots);
    buffer_free(&classes->shape);
}
