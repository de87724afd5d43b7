/* Who owns each ring: the thread, its name, its context. Threads tell it in their rings, among the
 * records that it holds for. */
#include "ring/set.h"
#include "writer/state.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A context holds no more than this. */
#define CONTEXT_BYTES ((size_t)64 << 10)

/* The writer's place for a ring's owner, or NULL without memory. */
static struct rl_owner *place_of(struct rl_writer *writer, struct rl_ring *ring)
{
    if (ring->consumer.slot == 0) {
        struct rl_owner *owners =
            realloc(writer->owners, (writer->owner_count + 1) * sizeof *owners);
        if (owners == NULL)
            return NULL;
        writer->owners = owners;
        owners[writer->owner_count] = (struct rl_owner){.thread = {.name = "?"}};
        ring->consumer.slot = ++writer->owner_count;
        rl_forget_owner(writer); /* places have moved */
    }
    return &writer->owners[ring->consumer.slot - 1];
}

const struct rl_owner *rl_owner_of(struct rl_writer *writer, struct rl_ring *ring)
{
    static const struct rl_owner nobody = {.thread = {.name = "?"}};
    const struct rl_owner *owner = place_of(writer, ring);
    return owner != NULL ? owner : &nobody;
}

static void set_name(struct rl_writer *writer, struct rl_ring *ring, const unsigned char *name)
{
    struct rl_owner *owner = ring == NULL ? NULL : place_of(writer, ring);
    if (owner == NULL)
        return;
    rl_thread_set_name(&owner->thread, (const char *)name);
    rl_forget_owner(writer);
}

/* What follows in the ring is another thread's. What the last one lost is told first. */
static void change_owner(struct rl_writer *writer, struct rl_ring *ring,
                         const struct rl_ring_record *record, const struct rl_routes *routes)
{
    struct rl_ring_owner claimed;
    if (rl_owner_of(writer, ring)->thread.number != 0)
        rl_tell_losses(writer, ring, routes);
    struct rl_owner *owner = place_of(writer, ring);
    if (owner == NULL)
        return;
    memcpy(&claimed, record->fields, sizeof claimed);
    owner->thread.number = claimed.thread;
    owner->thread.tid = claimed.tid;
    owner->context.length = 0;
    set_name(writer, ring, record->fields + offsetof(struct rl_ring_owner, name));
}

/* ---- what holds for both of a thread's rings, whichever it was told in ---- */

static void rename_owner(struct rl_writer *writer, struct rl_ring *ring,
                         const struct rl_ring_record *record)
{
    struct rl_ring *main = ring->main != NULL ? ring->main : ring;
    set_name(writer, main, record->fields);
    set_name(writer, rl_ring_side(main), record->fields);
}

static void remove_field(struct rl_buffer *context, const struct rl_extra *field)
{
    struct rl_fields rest = rl_fields_of(rl_extra_list(context));
    struct rl_extra extra;
    for (const unsigned char *at = rest.at; rl_extra_next(&rest, &extra); at = rest.at) {
        if (extra.key_length != field->key_length ||
            memcmp(extra.key, field->key, field->key_length) != 0)
            continue;
        memmove(context->data + (at - (const unsigned char *)context->data), rest.at,
                (size_t)(rest.end - rest.at));
        context->length -= (size_t)(rest.at - at);
        return;
    }
}

static void apply(struct rl_writer *writer, struct rl_ring *ring, uint32_t what,
                  struct rl_bytes packed)
{
    struct rl_owner *owner = ring == NULL ? NULL : place_of(writer, ring);
    if (owner == NULL)
        return;
    rl_forget_owner(writer);
    struct rl_fields list = rl_fields_of(packed);
    struct rl_extra field;
    if (what == RL_CONTEXT_CLEAR)
        owner->context.length = 0;
    else if (rl_extra_next(&list, &field))
        remove_field(&owner->context, &field);
    else
        return;
    if (what == RL_CONTEXT_SET && owner->context.length + packed.length <= CONTEXT_BYTES)
        rl_buffer_append(&owner->context, packed.at, packed.length);
}

static void change_context(struct rl_writer *writer, struct rl_ring *ring,
                           const struct rl_ring_record *record)
{
    struct rl_context_change change;
    memcpy(&change, record->fields, sizeof change);
    if (change.bytes > record->field_bytes - sizeof change)
        return;
    const struct rl_bytes packed = {record->fields + sizeof change, change.bytes};
    struct rl_ring *main = ring->main != NULL ? ring->main : ring;
    apply(writer, main, change.what, packed);
    apply(writer, rl_ring_side(main), change.what, packed);
}

bool rl_owner_record(struct rl_writer *writer, struct rl_ring *ring,
                     const struct rl_ring_record *record, const struct rl_routes *routes)
{
    switch (rl_header_site(record->header)) {
    case RL_RING_OWNER:
        change_owner(writer, ring, record, routes);
        return true;
    case RL_CONTROL_THREAD_NAME:
        rename_owner(writer, ring, record);
        return true;
    case RL_CONTROL_CONTEXT:
        change_context(writer, ring, record);
        return true;
    default:
        return false;
    }
}
