/* logdump: binary logs to text.
 *
 * main.c goes from file to file, options.c reads the command line, when.c times, dump.c prints one
 * file, output.c gets text out fast, progress.c tells how far it is. */
#ifndef LOGDUMP_H
#define LOGDUMP_H

#include <ringlog/reader.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the shell sees; the worst of all files counts. */
enum exit_code {
    EXIT_FOUND = 0,
    EXIT_NOTHING = 1,    /* no record matched */
    EXIT_USAGE = 2,      /* the command line makes no sense */
    EXIT_DAMAGED = 3,    /* something is missing; the rest was printed */
    EXIT_UNREADABLE = 4, /* a file could not be read at all */
};

struct options {
    struct ringlog_reader_selection selection;
    struct ringlog_formatter_options format;
    bool colour;
    char **files; /* NULL-terminated */
};

/* Takes the command line apart. False: it has said what is wrong, or has answered --help; *code is
 * the exit code. */
bool options_parse(struct options *options, int argc, char **argv, int *code);

void help_print(void);

/* A point in time: 2026-01-02T03:04:05.678 in local time, with Z or +hh:mm elsewhere; a date alone;
 * HH:MM[:SS] today; @seconds since the epoch. False: none of these. */
bool when_parse(const char *text, int64_t *time_ns);

/* ---- output ---------------------------------------------------------------------------------- */

/* Text for standard output, gathered and written in large pieces. */
void output_text(const char *text, size_t length);

/* Writes what is gathered. Does not return when nobody reads any more (EPIPE) or the disk is full.
 */
void output_flush(void);

/* ---- one file -------------------------------------------------------------------------------- */

/* What came of a file. */
struct outcome {
    bool matched, damaged, unreadable;
};

/* Prints a file; "-" is standard input. */
struct outcome dump_file(const char *path, const struct options *options);

/* Says something about a file on standard error, below a progress bar if there is one. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- progress -------------------------------------------------------------------------------- */

void progress_begin(const ringlog_reader *reader, const char *name);
/* Cheap enough to be called for every record. */
void progress_tick(const ringlog_reader *reader);
/* Takes the bar away, until the next tick. */
void progress_hide(void);

#endif
