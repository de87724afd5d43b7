/* https://diamon.org/ctf/v1.8.3/ */
#include "output/ctf/trace.h"

#include "exit.h"
#include "output/ctf/classes.h"
#include "output/ctf/metadata.h"
#include "output/ctf/streams.h"
#include "output/escape.h"
#include "output/out.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

struct ctf {
    struct sink sink;
    const char *directory;
    int metadata_fd;
    struct ctf_streams streams;
    struct ctf_classes classes;
    struct buffer declaration, fields, event;
};

static void fail(const struct ctf *ctf, const char *what)
{
    complain("%s: %s", ctf->directory, what);
    exit(EXIT_UNREADABLE);
}

/* ---- values ---- */

static void put_i32(struct buffer *out, int32_t value)
{
    buffer_append(out, &value, sizeof value);
}

static void put_text(struct buffer *out, const char *text, size_t length)
{
    escape_as_utf8(out, text, length);
    buffer_char(out, '\0');
}

static void put_name(struct buffer *out, const char *text)
{
    put_text(out, text, strlen(text));
}

static void put_value(struct buffer *out, const struct ringlog_value *value)
{
    const uint32_t length = (uint32_t)value->length;
    switch (value->type) {
    case RINGLOG_VALUE_INTEGER:
        buffer_append(out, &value->integer, sizeof value->integer);
        return;
    case RINGLOG_VALUE_UNSIGNED:
        buffer_append(out, &value->natural, sizeof value->natural);
        return;
    case RINGLOG_VALUE_BOOL:
        buffer_char(out, value->natural != 0);
        return;
    case RINGLOG_VALUE_REAL:
        buffer_append(out, &value->real, sizeof value->real);
        return;
    case RINGLOG_VALUE_TEXT:
        put_text(out, value->text, value->length);
        return;
    case RINGLOG_VALUE_BYTES:
        buffer_append(out, &length, sizeof length);
        buffer_append(out, value->text, length);
        return;
    }
}

/* ---- events ---- */

/* CTF has no null pointers: a record that has one is of a class without that field. */
static void add_field(struct ctf *ctf, const struct ringlog_reader_argument *argument,
                      size_t number)
{
    const struct ringlog_value *value = &argument->value;
    const bool is_text = value->type == RINGLOG_VALUE_TEXT || value->type == RINGLOG_VALUE_BYTES;
    if (is_text && value->text == NULL)
        return;
    ctf_classes_add(&ctf->classes, value->type, argument->key, argument->key_length, number);
    put_value(&ctf->fields, value);
}

static void add_text(struct ctf *ctf, const char *key, const char *text, size_t length)
{
    const struct ringlog_reader_argument argument = {
        .key = key,
        .key_length = strlen(key),
        .value = {.type = RINGLOG_VALUE_TEXT, .text = text, .length = length},
    };
    add_field(ctf, &argument, 0);
}

static void add_loss(struct ctf *ctf, const struct ringlog_reader_record *loss)
{
    const struct ringlog_reader_argument lost = {
        .key = "lost",
        .key_length = 4,
        .value = {.type = RINGLOG_VALUE_UNSIGNED, .natural = loss->lost},
    };
    add_field(ctf, &lost, 0);
    add_text(ctf, "reason", loss->reason, strlen(loss->reason));
}

static void encode_fields(struct ctf *ctf, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    struct ringlog_reader_argument argument;
    ctf->fields.length = 0;
    if (record->kind == RINGLOG_READER_LOSS)
        add_loss(ctf, record);
    for (size_t at = 0; ringlog_reader_next_argument(item->reader, &at, &argument);)
        add_field(ctf, &argument, at);
    add_text(ctf, "exception", record->exception_text, record->exception_length);
    add_text(ctf, "stack", record->stack_text, record->stack_length);
}

static void encode_context(struct buffer *out, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    const char *message;
    size_t length;
    if (ringlog_reader_message(item->reader, &message, &length) < 0)
        length = strlen(message = "");
    put_name(out, record->level_name);
    put_i32(out, record->level);
    put_name(out, record->kind == RINGLOG_READER_LOSS ? "ringlog" : record->logger);
    put_text(out, message, length);
    put_name(out, record->host);
    put_name(out, record->process_name);
    put_i32(out, (int32_t)record->process);
    put_name(out, record->thread_name);
    put_i32(out, (int32_t)record->thread);
    put_name(out, record->file);
    put_i32(out, (int32_t)record->line);
    put_name(out, record->function);
}

/* At once, before there are events of it: a trace that was broken off can be read. */
static void declare(struct ctf *ctf)
{
    ctf_write(&ctf->streams, "metadata", ctf->metadata_fd, ctf->declaration.data,
              ctf->declaration.length);
}

/* Clocks of CTF begin at 0; so do times of logs whose machine's clock stood before 1970. */
static uint64_t time_of(int64_t time_ns)
{
    return time_ns < 0 ? 0 : (uint64_t)time_ns;
}

static void take(struct sink *sink, const struct item *item)
{
    struct ctf *ctf = (struct ctf *)sink;
    const struct ringlog_reader_record *record = item->record;
    const uint64_t time_ns = time_of(record->time_ns);
    ctf_classes_begin(&ctf->classes, record);
    encode_fields(ctf, item);
    const uint32_t id = ctf_classes_find(&ctf->classes, &ctf->declaration);
    declare(ctf);
    ctf->event.length = 0;
    buffer_append(&ctf->event, &id, sizeof id);
    buffer_append(&ctf->event, &time_ns, sizeof time_ns);
    encode_context(&ctf->event, item);
    buffer_append(&ctf->event, ctf->fields.data, ctf->fields.length);
    if (record->kind == RINGLOG_READER_LOSS)
        ctf_streams_add_loss(&ctf->streams, time_of(record->lost_since_ns), time_ns, record->lost,
                             &ctf->event);
    else
        ctf_streams_add(&ctf->streams, time_ns, &ctf->event);
}

/* ---- beginning and end ---- */

static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    int entries = 0;
    if (folder == NULL)
        return false;
    while (readdir(folder) != NULL)
        entries++;
    closedir(folder);
    return entries == 2; /* . and .. */
}

static void open_directory(struct ctf *ctf)
{
    if (mkdir(ctf->directory, 0777) < 0 && errno != EEXIST)
        fail(ctf, strerror(errno));
    const int fd = open(ctf->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        fail(ctf, strerror(errno));
    if (!is_empty(ctf->directory))
        fail(ctf, "is not empty; a trace needs a directory of its own");
    ctf->streams.directory = ctf->directory;
    ctf->streams.directory_fd = fd;
}

static void open_metadata(struct ctf *ctf)
{
    ctf->metadata_fd = openat(ctf->streams.directory_fd, "metadata",
                              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (ctf->metadata_fd < 0)
        fail(ctf, strerror(errno));
}

/* A random one (RFC 4122, version 4). */
static void make_uuid(struct ctf *ctf)
{
    unsigned char *uuid = ctf->streams.uuid;
    if (getrandom(uuid, CTF_UUID_BYTES, 0) != CTF_UUID_BYTES)
        fail(ctf, "no random numbers");
    uuid[6] = (uuid[6] & 0x0f) | 0x40;
    uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

/* With --follow, the trace is whole whenever there is nothing to do. */
static void pause_trace(struct sink *sink)
{
    ctf_streams_flush(&((struct ctf *)sink)->streams);
}

static int end(struct sink *sink)
{
    struct ctf *ctf = (struct ctf *)sink;
    ctf_streams_flush(&ctf->streams);
    if (close(ctf->metadata_fd) < 0)
        fail(ctf, strerror(errno));
    close(ctf->streams.directory_fd);
    ctf_streams_free(&ctf->streams);
    ctf_classes_free(&ctf->classes);
    buffer_free(&ctf->declaration);
    buffer_free(&ctf->fields);
    buffer_free(&ctf->event);
    free(ctf);
    return EXIT_FOUND;
}

struct sink *ctf_sink_new(const char *directory)
{
    struct ctf *ctf = must_have(calloc(1, sizeof *ctf));
    ctf->sink = (struct sink){.take = take, .pause = pause_trace, .end = end, .ends_well = true};
    ctf->directory = directory;
    open_directory(ctf);
    open_metadata(ctf);
    make_uuid(ctf);
    ctf_metadata_begin(&ctf->declaration, ctf->streams.uuid);
    declare(ctf);
    return &ctf->sink;
}
