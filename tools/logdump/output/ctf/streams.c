#include "output/ctf/streams.h"

#include "exit.h"
#include "output/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAGIC UINT32_C(0xc1fc1fc1)
/* Whoever looks for a time reads a packet at least. */
#define PACKET_BYTES (64 * 1024)
/* Readers open all of them at once, of usually 1024 files at most. */
#define MOST_STREAMS 1000

struct ctf_stream {
    struct buffer packet; /* in the making: room for its head, and events; empty: there is none */
    uint64_t first_ns;    /* of the packet */
    uint64_t last_ns;     /* of the stream */
    uint64_t packets;     /* written */
    uint64_t discarded;   /* events, from the beginning */
};

/* ctf/metadata.c declares it. */
struct __attribute__((packed)) head {
    uint32_t magic;
    unsigned char uuid[CTF_UUID_BYTES];
    uint32_t stream_id;
    uint64_t timestamp_begin, timestamp_end;
    uint64_t content_bits, packet_bits;
    uint64_t packet_seq_num;
    uint64_t events_discarded;
};

/* ---- files ---- */

static void fail(const struct ctf_streams *streams, const char *file)
{
    complain("%s/%s: %s", streams->directory, file, strerror(errno));
    exit(EXIT_UNREADABLE);
}

void ctf_write(const struct ctf_streams *streams, const char *file, int fd, const void *bytes,
               size_t length)
{
    for (const char *at = bytes; length != 0;) {
        const ssize_t written = write(fd, at, length);
        if (written < 0 && errno != EINTR)
            fail(streams, file);
        at += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
}

static void begin_packet(struct ctf_stream *stream, uint64_t time_ns)
{
    buffer_reserve(&stream->packet, sizeof(struct head));
    stream->packet.length = sizeof(struct head);
    stream->first_ns = time_ns;
}

/* In one piece, as readers may be there. Open only for so long: there may be many streams. */
static void write_packet(const struct ctf_streams *streams, struct ctf_stream *stream)
{
    const uint64_t bits = stream->packet.length * 8;
    struct head head = {
        .magic = MAGIC,
        .timestamp_begin = stream->first_ns,
        .timestamp_end = stream->last_ns,
        .content_bits = bits,
        .packet_bits = bits,
        .packet_seq_num = stream->packets++,
        .events_discarded = stream->discarded,
    };
    memcpy(head.uuid, streams->uuid, CTF_UUID_BYTES);
    memcpy(stream->packet.data, &head, sizeof head);
    char file[32];
    snprintf(file, sizeof file, "stream_%zu", (size_t)(stream - streams->list));
    const int fd =
        openat(streams->directory_fd, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        fail(streams, file);
    ctf_write(streams, file, fd, stream->packet.data, stream->packet.length);
    if (close(fd) < 0)
        fail(streams, file);
    stream->packet.length = 0;
}

static void finish_packet(const struct ctf_streams *streams, struct ctf_stream *stream)
{
    if (stream->packet.length != 0)
        write_packet(streams, stream);
}

/* ---- events ---- */

static struct ctf_stream *new_stream(struct ctf_streams *streams)
{
    if (streams->count == MOST_STREAMS) {
        complain("--ctf: time goes back and forth more than %d times at once in this log",
                 MOST_STREAMS);
        exit(EXIT_UNREADABLE);
    }
    streams->list =
        must_have(reallocarray(streams->list, streams->count + 1, sizeof *streams->list));
    struct ctf_stream *made = &streams->list[streams->count++];
    *made = (struct ctf_stream){0};
    return made;
}

static struct ctf_stream *stream_for(struct ctf_streams *streams, uint64_t time_ns)
{
    struct ctf_stream *closest = NULL;
    for (size_t i = 0; i < streams->count; i++) {
        struct ctf_stream *stream = &streams->list[i];
        if (stream->last_ns <= time_ns && (closest == NULL || stream->last_ns > closest->last_ns))
            closest = stream;
    }
    return closest != NULL ? closest : new_stream(streams);
}

static void append(struct ctf_stream *stream, uint64_t time_ns, const struct buffer *event)
{
    if (stream->packet.length == 0)
        begin_packet(stream, time_ns);
    stream->last_ns = time_ns;
    buffer_append(&stream->packet, event->data, event->length);
}

void ctf_streams_add(struct ctf_streams *streams, uint64_t time_ns, const struct buffer *event)
{
    struct ctf_stream *stream = stream_for(streams, time_ns);
    append(stream, time_ns, event);
    if (stream->packet.length >= PACKET_BYTES)
        write_packet(streams, stream);
}

/* Readers take what a packet counts more than the one before it for lost between the ends of both:
 * so there is an empty packet that ends where the loss begins, and one that ends with it. */
void ctf_streams_add_loss(struct ctf_streams *streams, uint64_t since_ns, uint64_t time_ns,
                          uint64_t lost, const struct buffer *event)
{
    if (since_ns > time_ns)
        since_ns = time_ns;
    struct ctf_stream *stream = stream_for(streams, since_ns);
    finish_packet(streams, stream);
    begin_packet(stream, since_ns);
    stream->last_ns = since_ns;
    write_packet(streams, stream);
    append(stream, time_ns, event);
    stream->discarded += lost;
    write_packet(streams, stream);
}

void ctf_streams_flush(struct ctf_streams *streams)
{
    for (size_t i = 0; i < streams->count; i++)
        finish_packet(streams, &streams->list[i]);
}

void ctf_streams_free(struct ctf_streams *streams)
{
    for (size_t i = 0; i < streams->count; i++)
        buffer_free(&streams->list[i].packet);
    free(streams->list);
}
