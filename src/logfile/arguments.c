/* What the calls passed, with its types. */
#include "logfile/reader.h"
#include "record/public_value.h"

#include <string.h>

static void begin(struct ringlog_reader *reader)
{
    const struct rl_record *record = &reader->inner.record;
    reader->walk = (struct rl_argument_walk){
        .fields = rl_fields_of((struct rl_bytes){record->fields, record->fields_bytes}),
    };
}

/* The next argument of the format. */
static bool next_of_format(struct ringlog_reader *reader, struct rl_value *value)
{
    const struct rl_read_site *site = reader->inner.site;
    struct rl_argument_walk *walk = &reader->walk;
    /* Those of others have keys, or are an event's texts. */
    if ((site->site->flags & (RINGLOG_SITE_KEYS_ | RL_SITE_EVENT)) != 0)
        return false;
    while (walk->code < site->shape.count) {
        const uint8_t code = site->shape.codes[walk->code];
        if (!rl_fields_next(&walk->fields, code, value))
            return false;
        walk->code++;
        if (code != RINGLOG_FIELD_ERRNO)
            return true;
        walk->has_errno = true;
        walk->errno_value = *value;
    }
    return false;
}

/* The next field. */
static bool next_of_extras(struct ringlog_reader *reader, struct rl_extra *extra)
{
    struct rl_argument_walk *walk = &reader->walk;
    if (!walk->in_extras)
        walk->extras = rl_record_extras(&reader->inner.record);
    walk->in_extras = true;
    if (rl_extras_next(&walk->extras, extra))
        return true;
    if (!walk->has_errno)
        return false;
    walk->has_errno = false;
    *extra = (struct rl_extra){.key = "errno", .key_length = 5, .value = walk->errno_value};
    return true;
}

static bool next(struct ringlog_reader *reader, struct ringlog_reader_argument *argument)
{
    struct rl_extra extra = {0};
    reader->walk.position++;
    if ((reader->walk.in_extras || !next_of_format(reader, &extra.value)) &&
        !next_of_extras(reader, &extra))
        return false;
    *argument = (struct ringlog_reader_argument){
        .key = extra.key,
        .key_length = extra.key_length,
        .value = rl_public_value(&extra.value),
    };
    return true;
}

bool ringlog_reader_next_argument(ringlog_reader *reader, size_t *position,
                                  struct ringlog_reader_argument *argument)
{
    if (reader->kind != RINGLOG_READER_RECORD)
        return false;
    /* Usually it goes on where it was; whoever remembers a position may come back to it. */
    if (*position == 0 || reader->walk.position > *position)
        begin(reader);
    while (reader->walk.position < *position)
        if (!next(reader, argument))
            return false;
    ++*position;
    return next(reader, argument);
}
