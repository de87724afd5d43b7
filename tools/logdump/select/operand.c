#include "select/operand.h"

#include "output/out.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [OPERAND_TIME] = "time",
    [OPERAND_LEVEL] = "level",
    [OPERAND_LEVELNAME] = "levelname",
    [OPERAND_LOGGER] = "logger",
    [OPERAND_MESSAGE] = "message",
    [OPERAND_THREAD] = "thread",
    [OPERAND_TID] = "tid",
    [OPERAND_PROCESS] = "process",
    [OPERAND_PID] = "pid",
    [OPERAND_HOST] = "host",
    [OPERAND_FILE] = "file",
    [OPERAND_LINE] = "line",
    [OPERAND_FUNCTION] = "function",
    [OPERAND_FORMAT] = "format",
    [OPERAND_SEQUENCE] = "sequence",
};

/* ---- names ---- */

static bool parse_number(struct operand *operand, const char *text, size_t length)
{
    size_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || number > 1000)
            return false;
        number = number * 10 + (size_t)(text[i] - '0');
    }
    *operand = (struct operand){.kind = OPERAND_ARGUMENT, .number = number};
    return number != 0;
}

bool operand_parse(struct operand *operand, const char *text, size_t length)
{
    if (length == 0)
        return false;
    if (*text == '$')
        return parse_number(operand, text + 1, length - 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && memcmp(names[i], text, length) == 0) {
            *operand = (struct operand){.kind = (enum operand_kind)i};
            return true;
        }
    if (*text == '.') {
        text++;
        length--;
    }
    if (length == 0)
        return false;
    operand_parse_key(operand, text, length);
    return true;
}

void operand_parse_key(struct operand *operand, const char *key, size_t length)
{
    *operand = (struct operand){.kind = OPERAND_FIELD, .key_length = length};
    operand->key = must_have(malloc(length + 1));
    memcpy(operand->key, key, length);
    operand->key[length] = '\0';
}

void operand_free(struct operand *operand)
{
    free(operand->key);
}

/* ---- values ---- */

static bool give_text(struct ringlog_value *value, const char *text)
{
    *value =
        (struct ringlog_value){.type = RINGLOG_VALUE_TEXT, .text = text, .length = strlen(text)};
    return true;
}

static bool give_integer(struct ringlog_value *value, int64_t integer)
{
    *value = (struct ringlog_value){.type = RINGLOG_VALUE_INTEGER, .integer = integer};
    return true;
}

static bool give_natural(struct ringlog_value *value, uint64_t natural)
{
    *value = (struct ringlog_value){.type = RINGLOG_VALUE_UNSIGNED, .natural = natural};
    return true;
}

static bool give_message(struct ringlog_value *value, ringlog_reader *reader)
{
    *value = (struct ringlog_value){.type = RINGLOG_VALUE_TEXT};
    return ringlog_reader_message(reader, &value->text, &value->length) == 0;
}

bool operand_is_argument(const struct operand *operand)
{
    return operand->kind == OPERAND_ARGUMENT || operand->kind == OPERAND_FIELD;
}

bool operand_names(const struct operand *operand, const struct ringlog_reader_argument *argument,
                   size_t at)
{
    if (operand->kind == OPERAND_ARGUMENT)
        return argument->key == NULL && at == operand->number;
    return argument->key != NULL && argument->key_length == operand->key_length &&
           memcmp(argument->key, operand->key, operand->key_length) == 0;
}

static bool find_argument(const struct operand *operand, const struct item *item,
                          struct ringlog_value *value)
{
    struct ringlog_reader_argument argument;
    for (size_t at = 0; ringlog_reader_next_argument(item->reader, &at, &argument);)
        if (operand_names(operand, &argument, at)) {
            *value = argument.value;
            return true;
        }
    return false;
}

/* What nobody logged has no call site. */
static bool is_logged(const struct item *item)
{
    return item->record->kind == RINGLOG_READER_RECORD;
}

bool operand_value(const struct operand *operand, const struct item *item,
                   struct ringlog_value *value)
{
    const struct ringlog_reader_record *record = item->record;
    switch (operand->kind) {
    case OPERAND_TIME:
        return give_integer(value, record->time_ns);
    case OPERAND_LEVEL:
        return give_integer(value, record->level);
    case OPERAND_LEVELNAME:
        return give_text(value, record->level_name);
    case OPERAND_LOGGER:
        return give_text(value, is_logged(item) ? record->logger : "ringlog");
    case OPERAND_MESSAGE:
        return give_message(value, item->reader);
    case OPERAND_THREAD:
        return give_text(value, record->thread_name);
    case OPERAND_TID:
        return give_integer(value, record->thread);
    case OPERAND_PROCESS:
        return give_text(value, record->process_name);
    case OPERAND_PID:
        return give_integer(value, record->process);
    case OPERAND_HOST:
        return give_text(value, record->host);
    case OPERAND_FILE:
        return is_logged(item) && give_text(value, record->file);
    case OPERAND_LINE:
        return is_logged(item) && give_integer(value, record->line);
    case OPERAND_FUNCTION:
        return is_logged(item) && give_text(value, record->function);
    case OPERAND_FORMAT:
        return is_logged(item) && give_text(value, record->format);
    case OPERAND_SEQUENCE:
        return is_logged(item) && give_natural(value, record->sequence);
    case OPERAND_ARGUMENT:
    case OPERAND_FIELD:
        return find_argument(operand, item, value);
    }
    return false;
}

bool operand_number(const struct ringlog_value *value, double *number)
{
    switch (value->type) {
    case RINGLOG_VALUE_INTEGER:
        *number = (double)value->integer;
        return true;
    case RINGLOG_VALUE_UNSIGNED:
    case RINGLOG_VALUE_BOOL:
        *number = (double)value->natural;
        return true;
    case RINGLOG_VALUE_REAL:
        *number = value->real;
        return true;
    default:
        return false;
    }
}
