/* The records of a binary log with the greatest values of an argument: a program on
 * <ringlog/reader.h>, to begin one's own from.
 *
 *     slowest FILE ARGUMENT [COUNT]
 *
 *     slowest app.rlog 2          by the second argument of the format
 *     slowest app.rlog ms 20      by the field "ms", the first twenty */
#include <ringlog/reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1000

struct slow {
    double value;
    char *line;
};

/* The greatest first; at most `most` of them. */
struct slowest {
    struct slow records[MOST];
    size_t count, most;
};

static int as_number(const struct ringlog_value *value, double *number)
{
    switch (value->type) {
    case RINGLOG_VALUE_INTEGER:
        *number = (double)value->integer;
        return 1;
    case RINGLOG_VALUE_UNSIGNED:
        *number = (double)value->natural;
        return 1;
    case RINGLOG_VALUE_REAL:
        *number = value->real;
        return 1;
    default:
        return 0;
    }
}

/* Whether the record has the argument, as a number. */
static int find_argument(ringlog_reader *reader, const char *wanted, double *number)
{
    const size_t place = strtoul(wanted, NULL, 10); /* 0: a key */
    struct ringlog_reader_argument argument;
    size_t position = 0;
    while (ringlog_reader_next_argument(reader, &position, &argument)) {
        const int is_it = argument.key == NULL
                              ? position == place
                              : strlen(wanted) == argument.key_length &&
                                    memcmp(wanted, argument.key, argument.key_length) == 0;
        if (is_it)
            return as_number(&argument.value, number);
    }
    return 0;
}

/* Puts the record where it belongs, if it does. */
static void take(struct slowest *slowest, double value, ringlog_reader *reader)
{
    const char *line;
    size_t length;
    size_t at = slowest->count;
    while (at > 0 && slowest->records[at - 1].value < value)
        at--;
    if (at == slowest->most || ringlog_reader_line(reader, &line, &length) < 0)
        return;
    if (slowest->count == slowest->most)
        free(slowest->records[--slowest->count].line);
    struct slow *place = &slowest->records[at];
    memmove(place + 1, place, (slowest->count - at) * sizeof *place);
    *place = (struct slow){value, strndup(line, length)};
    slowest->count++;
}

static int read_all(ringlog_reader *reader, const char *argument, struct slowest *slowest)
{
    const struct ringlog_reader_record *record;
    const char *text;
    size_t length;
    double value;
    int kind;
    while ((kind = ringlog_reader_next(reader, &record)) > 0) {
        if (kind == RINGLOG_READER_RECORD && find_argument(reader, argument, &value))
            take(slowest, value, reader);
        else if (kind == RINGLOG_READER_GAP && ringlog_reader_message(reader, &text, &length) == 0)
            fprintf(stderr, "%.*s\n", (int)length, text);
    }
    return kind;
}

int main(int argc, char **argv)
{
    static struct slowest slowest = {.most = 10};
    if (argc == 4)
        slowest.most = strtoul(argv[3], NULL, 10);
    if (argc < 3 || argc > 4 || slowest.most == 0 || slowest.most >= MOST) {
        fprintf(stderr, "usage: slowest FILE ARGUMENT [COUNT]\n");
        return 2;
    }
    ringlog_reader *reader;
    int result = ringlog_reader_open(&reader, argv[1]);
    if (result == 0) {
        result = read_all(reader, argv[2], &slowest);
        ringlog_reader_close(reader);
    }
    if (result < 0)
        fprintf(stderr, "slowest: %s\n", ringlog_last_error());
    for (size_t i = 0; i < slowest.count; i++) {
        printf("%12g  %s\n", slowest.records[i].value, slowest.records[i].line);
        free(slowest.records[i].line);
    }
    return result < 0;
}
