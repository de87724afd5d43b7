#include "output/csv.h"

#include "output/buffer.h"
#include "output/escape.h"
#include "output/out.h"
#include "output/rfc3339.h"
#include "select/operand.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MORE          "\xe2\x80\xa6" /* U+2026 */
#define USUAL_COLUMNS "time,level,logger,process,pid,thread,tid,file,line,function,message"

/* `level` is compared as a number, and read as a name. */
static const char level_number[] = "levelno";

struct csv {
    struct line_maker maker;
    bool raw;
    struct column {
        struct operand operand;
        bool is_level_name;
    } * columns;
    size_t count;
    struct buffer line, cell;
};

/* ---- columns ---- */

static bool parse_column(struct column *column, const char *name, size_t length)
{
    *column = (struct column){0};
    if (length == strlen(level_number) && memcmp(name, level_number, length) == 0) {
        column->operand.kind = OPERAND_LEVEL;
        return true;
    }
    const bool is_name = operand_parse(&column->operand, name, length);
    column->is_level_name = column->operand.kind == OPERAND_LEVEL;
    return is_name;
}

/* The name at `*list`, which moves behind it and its comma; NULL behind the last one. */
static const char *next_name(const char **list, size_t *length)
{
    const char *name = *list;
    *length = strcspn(name, ",");
    *list = name[*length] == ',' ? name + *length + 1 : NULL;
    return name;
}

bool csv_check_columns(const char *columns)
{
    while (columns != NULL) {
        struct column column;
        size_t length;
        const char *name = next_name(&columns, &length);
        if (!parse_column(&column, name, length)) {
            complain("--columns: \"%.*s\" is no name of something in a record", (int)length, name);
            return false;
        }
        operand_free(&column.operand);
    }
    return true;
}

/* ---- cells ---- */

static bool needs_quotes(const char *text, size_t length)
{
    if (length == 0 || text[0] == ' ' || text[length - 1] == ' ')
        return true;
    return memchr(text, ',', length) != NULL || memchr(text, '"', length) != NULL ||
           memchr(text, '\n', length) != NULL || memchr(text, '\r', length) != NULL;
}

/* An empty text has quotes: one that is not there (NULL, or no such field) is nothing at all. One
 * that was cut at the call ends in U+2026, as in the JSON styles. */
static void append_text(struct csv *csv, const char *text, size_t length, bool cut)
{
    if (text == NULL)
        return;
    csv->cell.length = 0;
    if (csv->raw)
        buffer_append(&csv->cell, text, length);
    else
        escape_for_terminal(&csv->cell, text, length, true);
    if (cut)
        buffer_text(&csv->cell, MORE);
    if (!needs_quotes(csv->cell.data, csv->cell.length)) {
        buffer_append(&csv->line, csv->cell.data, csv->cell.length);
        return;
    }
    buffer_char(&csv->line, '"');
    for (size_t i = 0; i < csv->cell.length; i++) {
        if (csv->cell.data[i] == '"')
            buffer_char(&csv->line, '"');
        buffer_char(&csv->line, csv->cell.data[i]);
    }
    buffer_char(&csv->line, '"');
}

/* The fewest digits that read back the same, as in the JSON styles. */
static void append_real(struct buffer *out, double real)
{
    if (!isfinite(real)) {
        buffer_text(out, isnan(real) ? "NaN" : real < 0 ? "-Infinity" : "Infinity");
        return;
    }
    const size_t length = out->length;
    for (int digits = fabs(real) < DBL_MIN ? 1 : DBL_DIG; digits <= 17; digits++) {
        out->length = length;
        buffer_printf(out, "%.*g", digits, real);
        *buffer_reserve(out, 1) = '\0';
        if (strtod(out->data + length, NULL) == real)
            break;
    }
    if (strpbrk(out->data + length, ".e") == NULL)
        buffer_text(out, ".0");
}

static void append_value(struct csv *csv, const struct ringlog_value *value)
{
    switch (value->type) {
    case RINGLOG_VALUE_INTEGER:
        buffer_printf(&csv->line, "%" PRId64, value->integer);
        return;
    case RINGLOG_VALUE_UNSIGNED:
        buffer_printf(&csv->line, value->address ? "0x%" PRIx64 : "%" PRIu64, value->natural);
        return;
    case RINGLOG_VALUE_BOOL:
        buffer_text(&csv->line, value->natural != 0 ? "true" : "false");
        return;
    case RINGLOG_VALUE_REAL:
        append_real(&csv->line, value->real);
        return;
    case RINGLOG_VALUE_TEXT:
        append_text(csv, value->text, value->length, value->cut);
        return;
    case RINGLOG_VALUE_BYTES:
        for (size_t i = 0; value->text != NULL && i < value->length; i++)
            buffer_printf(&csv->line, "%02x", (unsigned char)value->text[i]);
        if (value->cut)
            buffer_text(&csv->line, MORE);
        return;
    }
}

static void append_name(struct csv *csv, const char *name)
{
    append_text(csv, name, strlen(name), false);
}

static void append_cell(struct csv *csv, const struct column *column, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    const enum operand_kind kind = column->operand.kind;
    struct ringlog_value value;
    /* Where it was logged is not always known. */
    if (record->file[0] == '\0' &&
        (kind == OPERAND_FILE || kind == OPERAND_LINE || kind == OPERAND_FUNCTION))
        return;
    if (kind == OPERAND_TIME)
        rfc3339_append(&csv->line, record->time_ns);
    else if (column->is_level_name)
        append_name(csv, record->level_name);
    else if (operand_value(&column->operand, item, &value))
        append_value(csv, &value);
}

/* ---- lines ---- */

static void end_cell(struct csv *csv, size_t i)
{
    buffer_text(&csv->line, i + 1 < csv->count ? "," : "\r\n");
}

static bool make(struct line_maker *maker, const struct item *item, const char **text,
                 size_t *length)
{
    struct csv *csv = (struct csv *)maker;
    csv->line.length = 0;
    for (size_t i = 0; i < csv->count; i++) {
        append_cell(csv, &csv->columns[i], item);
        end_cell(csv, i);
    }
    *text = csv->line.data;
    *length = csv->line.length;
    return true;
}

static void free_maker(struct line_maker *maker)
{
    struct csv *csv = (struct csv *)maker;
    for (size_t i = 0; i < csv->count; i++)
        operand_free(&csv->columns[i].operand);
    free(csv->columns);
    buffer_free(&csv->line);
    buffer_free(&csv->cell);
    free(csv);
}

static void add_columns(struct csv *csv, const char *list)
{
    for (const char *rest = list; rest != NULL; csv->count++) {
        size_t length;
        const char *name = next_name(&rest, &length);
        csv->columns = must_have(reallocarray(csv->columns, csv->count + 1, sizeof *csv->columns));
        parse_column(&csv->columns[csv->count], name, length);
    }
}

static void print_header(struct csv *csv, const char *list)
{
    for (size_t i = 0; i < csv->count; i++) {
        size_t length;
        const char *name = next_name(&list, &length);
        append_text(csv, name, length, false);
        end_cell(csv, i);
    }
    out_text(csv->line.data, csv->line.length);
}

struct line_maker *csv_maker_new(const char *columns, bool raw)
{
    struct csv *csv = must_have(calloc(1, sizeof *csv));
    csv->maker = (struct line_maker){.make = make, .free = free_maker, .is_table = true};
    csv->raw = raw;
    if (columns == NULL)
        columns = USUAL_COLUMNS;
    add_columns(csv, columns);
    print_header(csv, columns);
    return &csv->maker;
}
