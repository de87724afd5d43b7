/* Writes a log of a named kind to standard output, for tests of logdump.
 *
 *     make_log plain        six records of several levels and loggers, a told loss, an end
 *     make_log hostile      formats, names and texts that try to drive a terminal
 *     make_log many COUNT   records with an int and a string */
#include "log_builder.h"

#include "ringlog/detail/field.h"
#include "ringlog/detail/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
/* 2026-01-02T03:04:05 UTC */
#define BASE_NS (INT64_C(1767323045) * SECOND_NS)

static void write_out(struct builder *builder)
{
    size_t at = 0;
    while (at < builder->out.length) {
        const ssize_t written = write(1, builder->out.data + at, builder->out.length - at);
        if (written <= 0)
            exit(1);
        at += (size_t)written;
    }
    builder->out.length = 0;
}

static void plain(struct builder *builder)
{
    static const struct {
        int level;
        const char *logger;
    } records[] = {
        {10, "server.http"}, {20, "server.http.tls"}, {30, "server.httpd"},
        {40, "root"},        {50, "server"},          {25, "server.http"},
    };
    char format[32];
    for (int i = 0; i < 6; i++) {
        snprintf(format, sizeof format, "record %d: %%s is %%d", i);
        const uint32_t site = builder_site(builder, records[i].level, 0, format, "\x08\x01");
        builder->logger = records[i].logger;
        builder->logger_id = (uint16_t)i;
        builder->time_ns = BASE_NS + i * SECOND_NS + 678 * 1000000;
        put_text(&builder->fields, "answer", 6, false);
        put_i32(&builder->fields, 40 + i);
        if (builder_add(builder, site, records[i].level) != 0)
            exit(1);
        builder_flush(builder);
    }
    rl_logfile_writer_loss(&builder->writer, &builder->thread, 17, BASE_NS, BASE_NS + SECOND_NS,
                           RL_LOST_FULL, &builder->out);
}

static void hostile(struct builder *builder)
{
    const uint32_t sites[3] = {builder_site(builder, 20, 0, "\x1b[2Jformat\n%s %s", "\x08\x08"),
                               builder_site(builder, 20, 0, "%n\x1b[2J %s", "\x08\x08"),
                               builder_site(builder, 20, RL_SITE_EVENT, "%s", "\x08\x03\x08\x08")};
    strcpy(builder->thread.name, "\x1b]0;t\a");
    builder->logger = "evil\nlogger";
    for (int i = 0; i < 2; i++) {
        put_text(&builder->fields, "a\nb\x1b[31m", 8, false);
        put_text(&builder->fields, NULL, 0, false);
        builder_add(builder, sites[i], 20);
    }
    put_text(&builder->fields, "event", 5, true);
    put_i64(&builder->fields, 0);
    put_text(&builder->fields, "Trace\n  \x1b[1mline", 16, false);
    put_text(&builder->fields, NULL, 0, false);
    builder_add(builder, sites[2], 20);
}

static void many(struct builder *builder, long count)
{
    const uint32_t site = builder_site(builder, 20, 0, "request %d from %s", "\x01\x08");
    for (long i = 0; i < count; i++) {
        put_i32(&builder->fields, (int32_t)i);
        put_text(&builder->fields, "192.0.2.17", 10, false);
        builder_add(builder, site, 20);
        if (builder->out.length > 1 << 20)
            write_out(builder);
    }
}

int main(int argc, char **argv)
{
    struct builder *builder = builder_new(1);
    if (argc == 2 && strcmp(argv[1], "plain") == 0)
        plain(builder);
    else if (argc == 2 && strcmp(argv[1], "hostile") == 0)
        hostile(builder);
    else if (argc == 3 && strcmp(argv[1], "many") == 0)
        many(builder, atol(argv[2]));
    else
        return 2;
    rl_logfile_writer_end(&builder->writer, &builder->out);
    write_out(builder);
    builder_free(builder);
    return 0;
}
