#include "capture/extra.h"

#include "base/endian.h"
#include "base/error.h"
#include "record/record.h"
#include "ring/produce.h"
#include "ring/set.h"
#include "ringlog/detail/capture.h"

#include <errno.h>
#include <string.h>

/* ---- packing ---- */

/* The value as a field; a long double goes as a double, which every machine can read. */
static struct rl_plan_field field_of(const struct ringlog_argument *value,
                                     struct ringlog_argument *scratch)
{
    if (value->field == RINGLOG_FIELD_F80) {
        *scratch = ringlog_real_argument_((double)rl_wide_of(value));
        value = scratch;
    }
    return (struct rl_plan_field){
        .field = (uint8_t)value->field, .argument = value, .most = SIZE_MAX};
}

void rl_extra_measure(struct rl_extra_sizes *sizes, const struct ringlog_extra *extra, size_t count,
                      uint64_t cap)
{
    const uint64_t string_cap = rl_settings()->string_cap;
    *sizes = (struct rl_extra_sizes){0};
    for (size_t i = 0; i < count; i++)
        sizes->bytes += RL_EXTRA_HEAD + strlen(extra[i].key) + 8;
    for (size_t i = 0; i < count; i++) {
        struct ringlog_argument scratch;
        const struct rl_plan_field field = field_of(&extra[i].value, &scratch);
        struct rl_string_size *size = &sizes->values[i];
        const uint64_t left = cap > sizes->bytes ? cap - sizes->bytes : 0;
        sizes->bytes += rl_measure_field(&field, size, left < string_cap ? left : string_cap) - 8;
        sizes->cut |= rl_field_is_text(field.field) && size->word != RINGLOG_STRING_NULL &&
                      (size->word & RINGLOG_STRING_TRUNCATED) != 0;
    }
}

/* Numbers of a packed list, and lengths of its texts, are little-endian on every machine. */
static void make_little(unsigned char *at, uint8_t code)
{
    if (rl_field_fixed_bytes(code) == 4)
        rl_store_le32(at, rl_load_u32(at));
    else
        rl_store_le64(at, rl_load_u64(at));
}

unsigned char *rl_extra_store(unsigned char *to, const struct ringlog_extra *extra, size_t count,
                              const struct rl_extra_sizes *sizes)
{
    for (size_t i = 0; i < count; i++) {
        struct ringlog_argument scratch;
        const struct rl_plan_field field = field_of(&extra[i].value, &scratch);
        const size_t key_length = strlen(extra[i].key);
        *to++ = field.field;
        *to++ = (unsigned char)key_length;
        *to++ = (unsigned char)(key_length >> 8);
        memcpy(to, extra[i].key, key_length);
        unsigned char *const value = to + key_length;
        to = rl_store_field(value, &field, &sizes->values[i], 0);
        make_little(value, field.field);
    }
    return to;
}

/* ---- the context of a thread ---- */

static int change_context(enum rl_context_what what, const struct ringlog_extra *extra,
                          size_t count)
{
    struct rl_extra_sizes sizes;
    const uint64_t cap = rl_take_cap() - sizeof(struct rl_context_change);
    rl_extra_measure(&sizes, extra, count, cap);
    if (sizes.bytes > cap)
        return rl_error(-EMSGSIZE, "context: the key is too long for the ring");
    const struct rl_context_change change = {.what = what, .bytes = (uint32_t)sizes.bytes};
    struct rl_take take;
    if (!rl_take(&take, sizeof change + sizes.bytes, true, rl_ticks(), ringlog_stack_()))
        return rl_error(-EAGAIN, "context: no room for the record");
    memcpy(take.fields, &change, sizeof change);
    rl_extra_store(take.fields + sizeof change, extra, count, &sizes);
    rl_publish(&take, RL_CONTROL_CONTEXT, 0);
    return 0;
}

static int change_checked(enum rl_context_what what, const struct ringlog_extra *extra,
                          const char *caller)
{
    const int error = errno;
    int result = rl_extra_check(extra, 1, caller);
    if (result == 0)
        result = change_context(what, extra, 1);
    errno = error;
    return result;
}

int ringlog_context_set_(const char *key, const struct ringlog_argument *value)
{
    const struct ringlog_extra extra = {key, *value};
    return change_checked(RL_CONTEXT_SET, &extra, "ringlog_context_set");
}

int ringlog_context_remove(const char *key)
{
    const struct ringlog_extra extra = {key, ringlog_word_argument_(RINGLOG_FIELD_BOOL, 0)};
    return change_checked(RL_CONTEXT_REMOVE, &extra, "ringlog_context_remove");
}

int ringlog_context_clear(void)
{
    const int error = errno;
    const int result = change_context(RL_CONTEXT_CLEAR, NULL, 0);
    errno = error;
    return result;
}
