/* Records as a test spells them out on standard input, one a line, its parts separated by tabs:
 *
 *     LEVEL  TIME-NS  LOGGER  THREAD  TEXT  [KEY]=CODE:VALUE ...
 *
 * TEXT is the format, or with keys the message. CODE is one of i u I U b (decimal), d (the bits of
 * a double, hexadecimal), s and x (text and bytes, hexadecimal), n (a null string, no value).
 * Either all have keys, or none. */
#include "given_log.h"

#include "ringlog/detail/field.h"
#include "ringlog/detail/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SITES 256

/* What one line says of its site. */
struct line {
    int level;
    const char *text;
    char keys[1024]; /* each with a NUL */
    size_t keys_length;
    char codes[RINGLOG_MAX_FIELDS + 1];
    size_t count;
    bool has_keys;
};

static void put_hexadecimal(struct fields *fields, const char *text)
{
    char bytes[64 * 1024];
    size_t length = 0;
    unsigned byte;
    for (; length < sizeof bytes && sscanf(text, "%2x", &byte) == 1; text += 2)
        bytes[length++] = (char)byte;
    put_text(fields, bytes, length, false);
}

static double real_of(const char *bits)
{
    const uint64_t number = strtoull(bits, NULL, 16);
    double real;
    memcpy(&real, &number, sizeof real);
    return real;
}

static char put_value(struct fields *fields, char code, const char *value)
{
    switch (code) {
    case 'i':
        put_i32(fields, (int32_t)strtol(value, NULL, 10));
        return RINGLOG_FIELD_I32;
    case 'b':
        put_i32(fields, (int32_t)strtol(value, NULL, 10));
        return RINGLOG_FIELD_BOOL;
    case 'u':
        put_i32(fields, (int32_t)strtoul(value, NULL, 10));
        return RINGLOG_FIELD_U32;
    case 'I':
        put_i64(fields, strtoll(value, NULL, 10));
        return RINGLOG_FIELD_I64;
    case 'U':
        put_u64(fields, strtoull(value, NULL, 10));
        return RINGLOG_FIELD_U64;
    case 'd':
        put_f64(fields, real_of(value));
        return RINGLOG_FIELD_F64;
    case 'n':
        put_text(fields, NULL, 0, false);
        return RINGLOG_FIELD_STRING;
    default:
        put_hexadecimal(fields, value);
        return code == 'x' ? RINGLOG_FIELD_BYTES : RINGLOG_FIELD_STRING;
    }
}

/* [KEY]=CODE:VALUE */
static void take_argument(struct line *line, struct fields *fields, char *argument)
{
    char *equals = strrchr(argument, '=');
    if (equals == NULL || equals[1] == '\0' || equals[2] != ':' ||
        line->count == RINGLOG_MAX_FIELDS ||
        line->keys_length + (size_t)(equals - argument) + 2 > sizeof line->keys)
        exit(2);
    *equals = '\0';
    if (equals != argument) {
        line->has_keys = true;
        strcpy(line->keys + line->keys_length, argument);
        line->keys_length += strlen(argument) + 1;
    }
    line->codes[line->count++] = put_value(fields, equals[1], equals + 3);
}

/* Sites of equal lines are one: the dictionary sees to that. */
static uint32_t site_of(struct builder *builder, struct line *line)
{
    line->keys[line->keys_length] = '\0';
    const struct rl_site_definition definition = {
        .level = line->level,
        .line = 42,
        .flags = line->has_keys ? RINGLOG_SITE_KEYS_ : 0,
        .field_count = (uint16_t)line->count,
        .fields = (const uint8_t *)line->codes,
        .format = line->text,
        .file = "src/given.c",
        .function = "give",
        .keys = line->has_keys ? line->keys : NULL,
    };
    return rl_dictionary_define(builder->dictionary, &definition);
}

/* The records of a logger are known by its id. */
static uint16_t logger_id(const char *name)
{
    static char *names[MOST_SITES];
    uint16_t i = 0;
    while (i < MOST_SITES - 1 && names[i] != NULL && strcmp(names[i], name) != 0)
        i++;
    if (names[i] == NULL)
        names[i] = strdup(name);
    return i;
}

static void add_line(struct builder *builder, char *text)
{
    struct line line = {0};
    char *parts[5];
    for (size_t i = 0; i < 5; i++)
        if ((parts[i] = strsep(&text, "\t")) == NULL)
            exit(2);
    line.level = atoi(parts[0]);
    line.text = parts[4];
    for (char *part; (part = strsep(&text, "\t")) != NULL;)
        take_argument(&line, &builder->fields, part);
    builder->time_ns = strtoll(parts[1], NULL, 10);
    builder->logger = parts[2];
    builder->logger_id = logger_id(parts[2]);
    rl_thread_set_name(&builder->thread, parts[3]);
    builder->thread.number = 1 + logger_id(parts[3]);
    if (builder_add(builder, site_of(builder, &line), line.level) != 0)
        exit(1);
    builder->thread = (struct rl_thread){.tid = 4711};
}

void given_log(struct builder *builder)
{
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t length; (length = getline(&line, &capacity, stdin)) > 0;) {
        line[length - 1] = '\0';
        add_line(builder, line);
    }
    free(line);
}
