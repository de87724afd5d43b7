#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static FILE *report;
static const char *id = "";
static unsigned count;

void report_begin(int fd, const char *scenario_id)
{
    report = fdopen(fd, "a");
    if (report == NULL)
        abort();
    id = scenario_id;
}

void report_what(const char *format, ...)
{
    count++;
    fprintf(report, "%s: ", id);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(report, format, arguments);
    va_end(arguments);
    fputc('\n', report);
}

static void put_quoted(const char *text, size_t length)
{
    fputc('"', report);
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if (byte == '\n')
            fputs("\\n", report);
        else if (byte == '"' || byte == '\\')
            fprintf(report, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f)
            fprintf(report, "\\x%02x", byte);
        else
            fputc(byte, report);
    }
    fputs("\"\n", report);
}

void report_side(const char *side, const char *text, size_t length)
{
    fprintf(report, "    %-9s ", side);
    put_quoted(text, length);
}

void report_words(const char *side, const char *words)
{
    fprintf(report, "    %-9s %s\n", side, words);
}

unsigned report_count(void)
{
    return count;
}

void report_end(void)
{
    fflush(report);
}

void trouble(const char *format, ...)
{
    FILE *to = report != NULL ? report : stderr;
    fprintf(to, "%s%scannot be run: ", id, *id != '\0' ? ": " : "");
    va_list arguments;
    va_start(arguments, format);
    vfprintf(to, format, arguments);
    va_end(arguments);
    fputc('\n', to);
    fflush(to);
    _exit(2);
}
