#include "logfile/field_columns.h"

#include "logfile/numbers.h"
#include "logfile/reals.h"
#include "logfile/wide.h"

#include <string.h>

/* Where a field is in the records of a site. */
struct rows {
    const struct rl_field_columns_scratch *scratch;
    uint32_t count;
    uint32_t different; /* to be looked at: all, or one where all are the same */
    /* Records without texts: from where the first begins, in steps of as many bytes. */
    const unsigned char *first;
    size_t stride;
    /* Records with texts: where each goes on behind the last of them. NULL: they have none. */
    const unsigned char **fields;
    size_t offset; /* of the field, from there or from a record's beginning on */
};

/* ---- finding records ------------------------------------------------------------------------- */

/* Whether all are the same, byte for byte, as those of a log often are. */
static bool are_equal(const struct rl_staged_site *site, const unsigned char *records, size_t bytes)
{
    return bytes * site->rows == site->bytes &&
           memcmp(records, records + bytes, site->bytes - bytes) == 0;
}

static void find_each(const struct rl_staged_site *site, const unsigned char *records,
                      const unsigned char **fields)
{
    const unsigned char *end = records + site->bytes;
    for (uint32_t i = 0; i < site->rows; i++) {
        fields[i] = records;
        records += rl_staged_fields_bytes(site, records, (size_t)(end - records));
    }
}

static struct rows find_rows(const struct rl_staged_site *site, const unsigned char *records,
                             const struct rl_field_columns_scratch *scratch)
{
    const size_t first = rl_staged_fields_bytes(site, records, site->bytes);
    struct rows rows = {.scratch = scratch,
                        .count = site->rows,
                        .different = are_equal(site, records, first) ? 1 : site->rows,
                        .first = records,
                        .stride = first};
    if (rows.different > 1 && site->text_count != 0) {
        find_each(site, records, scratch->fields);
        rows.fields = scratch->fields;
    }
    return rows;
}

/* As it is asked for in loops, `scattered` is constant: whether there are `fields`. */
static inline __attribute__((always_inline)) const unsigned char *
field_at(const struct rows *rows, uint32_t i, bool scattered)
{
    return (scattered ? rows->fields[i] : rows->first + i * rows->stride) + rows->offset;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static inline __attribute__((always_inline)) void load(const struct rows *rows, bool scattered,
                                                       size_t bytes, bool is_signed)
{
    uint64_t *numbers = rows->scratch->numbers;
    for (uint32_t i = 0; i < rows->different; i++) {
        const unsigned char *at = field_at(rows, i, scattered);
        if (bytes == 8)
            numbers[i] = rl_load_u64(at);
        else
            numbers[i] = is_signed ? (uint64_t)(int64_t)(int32_t)rl_load_u32(at) : rl_load_u32(at);
    }
}

static void load_words(const struct rows *rows, bool is_signed)
{
    if (rows->fields != NULL)
        load(rows, true, 4, is_signed);
    else
        load(rows, false, 4, is_signed);
}

static void load_double_words(const struct rows *rows)
{
    if (rows->fields != NULL)
        load(rows, true, 8, false);
    else
        load(rows, false, 8, false);
}

static void append_numbers(struct rl_buffer *out, const struct rows *rows, bool is_signed)
{
    if (rows->different < rows->count)
        rl_numbers_append_equal(out, rows->scratch->numbers[0], rows->count);
    else
        rl_numbers_append(out, rows->scratch->numbers, rows->count, is_signed);
}

static void append_reals(struct rl_buffer *out, const struct rows *rows)
{
    if (rows->different < rows->count)
        rl_reals_append_equal(out, rows->scratch->numbers[0], rows->count);
    else
        rl_reals_append(out, rows->scratch->numbers, rows->count);
}

static void append_wides(struct rl_buffer *out, const struct rows *rows)
{
    for (unsigned half = 0; half < 2; half++) {
        for (uint32_t i = 0; i < rows->different; i++) {
            unsigned char bytes[16];
            rl_wide_store(bytes, field_at(rows, i, rows->fields != NULL));
            rows->scratch->numbers[i] = rl_load_le64(bytes + (size_t)8 * half);
        }
        append_numbers(out, rows, false);
    }
}

/* ---- texts ----------------------------------------------------------------------------------- */

static size_t load_text(struct rl_column_text *text, const unsigned char *at)
{
    *text = (struct rl_column_text){at + 4, rl_load_u32(at)};
    return 4 + rl_text_bytes(text->word);
}

static void append_texts(struct rl_buffer *out, struct rows *rows)
{
    struct rl_column_text *texts = rows->scratch->texts;
    if (rows->fields == NULL) {
        rows->offset += load_text(&texts[0], rows->first + rows->offset);
        rl_texts_append_equal(out, texts[0], rows->count);
        return;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        const unsigned char *at = field_at(rows, i, true);
        rows->fields[i] = at + load_text(&texts[i], at);
    }
    rows->offset = 0;
    rl_texts_append(out, texts, rows->count, rows->scratch->table);
}

/* ---- fields ---------------------------------------------------------------------------------- */

static void append_field(struct rl_buffer *out, uint8_t code, struct rows *rows)
{
    switch (code) {
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_ERRNO:
        load_words(rows, true);
        append_numbers(out, rows, true);
        break;
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_BOOL:
        load_words(rows, false);
        append_numbers(out, rows, false);
        break;
    case RINGLOG_FIELD_I64:
    case RINGLOG_FIELD_U64:
    case RINGLOG_FIELD_POINTER:
        load_double_words(rows);
        append_numbers(out, rows, code == RINGLOG_FIELD_I64);
        break;
    case RINGLOG_FIELD_F64:
        load_double_words(rows);
        append_reals(out, rows);
        break;
    case RINGLOG_FIELD_F80:
        append_wides(out, rows);
        break;
    case RINGLOG_FIELD_STRING:
    case RINGLOG_FIELD_BYTES:
        append_texts(out, rows); /* which steps over them */
        return;
    default: /* takes no room in a record */
        return;
    }
    rows->offset += rl_field_fixed_bytes(code);
}

void rl_field_columns_append(struct rl_buffer *out, const struct rl_staged_site *site,
                             const unsigned char *records,
                             const struct rl_field_columns_scratch *scratch)
{
    if (site->rows == 0)
        return;
    struct rows rows = find_rows(site, records, scratch);
    for (unsigned k = 0; k < site->count; k++)
        append_field(out, site->codes[k], &rows);
}
