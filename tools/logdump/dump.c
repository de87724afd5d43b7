#include "logdump.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A file that is damaged all over is summed up after so many messages. */
#define MOST_MESSAGES 20

struct dump {
    ringlog_reader *reader;
    const char *name;
    const struct options *options;
    struct outcome outcome;
    unsigned gaps;
    uint64_t missing_records, unreadable_bytes;
};

void complain(const char *format, ...)
{
    progress_hide();
    fputs("logdump: ", stderr);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/* As the console handler has it. */
static const char *colour_of(int level)
{
    if (level >= RINGLOG_CRITICAL)
        return "\x1b[1;31m";
    if (level >= RINGLOG_ERROR)
        return "\x1b[31m";
    if (level >= RINGLOG_WARNING)
        return "\x1b[33m";
    return level >= RINGLOG_INFO ? NULL : "\x1b[2m";
}

static void print_line(struct dump *dump, const struct ringlog_reader_record *record)
{
    const char *text;
    size_t length;
    if (ringlog_reader_line(dump->reader, &text, &length) < 0) {
        complain("%s", ringlog_last_error());
        dump->outcome.damaged = true;
        return;
    }
    const char *colour = dump->options->colour ? colour_of(record->level) : NULL;
    if (colour != NULL)
        output_text(colour, strlen(colour));
    output_text(text, length);
    /* In the line: whoever cuts it off behind one leaves the terminal as it was. */
    if (colour != NULL)
        output_text("\x1b[0m", 4);
    output_text("\n", 1);
}

static void note_gap(struct dump *dump, const struct ringlog_reader_record *gap)
{
    const char *text;
    size_t length;
    dump->outcome.damaged = true;
    dump->missing_records += gap->missing_records;
    dump->unreadable_bytes += gap->end - gap->offset;
    if (dump->gaps++ >= MOST_MESSAGES || ringlog_reader_message(dump->reader, &text, &length) < 0)
        return;
    /* In the order of the text, when both go to one terminal. */
    output_flush();
    complain("%s: %.*s", dump->name, (int)length, text);
}

static void sum_up(const struct dump *dump)
{
    if (dump->gaps > MOST_MESSAGES)
        complain("%s: and %u more places like these: in all %" PRIu64
                 " bytes could not be read, %" PRIu64 " records are missing",
                 dump->name, dump->gaps - MOST_MESSAGES, dump->unreadable_bytes,
                 dump->missing_records);
}

/* Reads on; what has been printed so far is on its way before it waits for more. */
static int next(struct dump *dump, const struct ringlog_reader_record **record)
{
    if (!ringlog_reader_buffered(dump->reader))
        output_flush();
    progress_tick(dump->reader);
    return ringlog_reader_next(dump->reader, record);
}

static void print_all(struct dump *dump)
{
    const struct ringlog_reader_record *record;
    int kind;
    while ((kind = next(dump, &record)) > 0) {
        if (kind == RINGLOG_READER_RECORD) {
            dump->outcome.matched = true;
            print_line(dump, record);
        } else if (kind == RINGLOG_READER_LOSS) {
            print_line(dump, record);
        } else if (kind == RINGLOG_READER_GAP) {
            note_gap(dump, record);
        }
    }
    output_flush();
    sum_up(dump);
    if (kind < 0) {
        complain("%s", ringlog_last_error());
        dump->outcome.unreadable = true;
    }
}

static int open_reader(ringlog_reader **reader, const char *path)
{
    return strcmp(path, "-") == 0 ? ringlog_reader_open_fd(reader, STDIN_FILENO, "standard input")
                                  : ringlog_reader_open(reader, path);
}

struct outcome dump_file(const char *path, const struct options *options)
{
    struct dump dump = {.name = strcmp(path, "-") == 0 ? "standard input" : path,
                        .options = options};
    if (open_reader(&dump.reader, path) < 0 ||
        ringlog_reader_set_format(dump.reader, &options->format) < 0 ||
        ringlog_reader_select(dump.reader, &options->selection) < 0) {
        complain("%s", ringlog_last_error());
        dump.outcome.unreadable = true;
    } else {
        progress_begin(dump.reader, dump.name);
        print_all(&dump);
        progress_hide();
    }
    ringlog_reader_close(dump.reader);
    return dump.outcome;
}
