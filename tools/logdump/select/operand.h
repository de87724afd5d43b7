/* Something of a record that has a name: what expressions compare, and what columns show. */
#ifndef LOGDUMP_SELECT_OPERAND_H
#define LOGDUMP_SELECT_OPERAND_H

#include "item.h"

#include <stdbool.h>
#include <stddef.h>

enum operand_kind {
    OPERAND_TIME,  /* nanoseconds since the epoch */
    OPERAND_LEVEL, /* its number */
    OPERAND_LEVELNAME,
    OPERAND_LOGGER,
    OPERAND_MESSAGE,
    OPERAND_THREAD, /* its name */
    OPERAND_TID,
    OPERAND_PROCESS, /* its name */
    OPERAND_PID,
    OPERAND_HOST,
    OPERAND_FILE,
    OPERAND_LINE,
    OPERAND_FUNCTION,
    OPERAND_FORMAT,
    OPERAND_SEQUENCE,
    OPERAND_ARGUMENT, /* $1: of the format */
    OPERAND_FIELD,    /* of the record, by its key */
};

struct operand {
    enum operand_kind kind;
    size_t number; /* of an argument, from 1 */
    char *key;     /* of a field */
    size_t key_length;
};

/* "level", "$2", "user"; ".level" is a field of that name. False: the text is no name (empty, or $
 * without a number from 1). */
bool operand_parse(struct operand *operand, const char *text, size_t length);
/* Of any key. */
void operand_parse_key(struct operand *operand, const char *key, size_t length);
void operand_free(struct operand *operand);

/* Whether it is an argument, or a field, and which: `at` is ringlog_reader_next_argument()'s. */
bool operand_is_argument(const struct operand *operand);
bool operand_names(const struct operand *operand, const struct ringlog_reader_argument *argument,
                   size_t at);

/* Its value in the item, valid as long as that is; a message until the reader is asked for more.
 * False: it has none. Of a LOSS, which was logged by nobody, "message" is its description, "logger"
 * is "ringlog", and there are no arguments, no call site and no sequence number. */
bool operand_value(const struct operand *operand, const struct item *item,
                   struct ringlog_value *value);

/* As a number, if it is one. */
bool operand_number(const struct ringlog_value *value, double *number);

#endif
