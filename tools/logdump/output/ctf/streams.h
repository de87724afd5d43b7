/* The files of events.
 *
 * In a stream time never goes back, and readers of traces merge streams by time. In a log it does:
 * threads write one behind the other, and clocks are set. So an event goes to the stream whose
 * latest event is the closest before it, and if there is none, to a new one: which makes as many as
 * there are events that each come before the one in front of them, and no more. */
#ifndef LOGDUMP_OUTPUT_CTF_STREAMS_H
#define LOGDUMP_OUTPUT_CTF_STREAMS_H

#include "output/buffer.h"

#include <stddef.h>
#include <stdint.h>

#define CTF_UUID_BYTES 16

struct ctf_streams {
    const char *directory; /* for messages */
    int directory_fd;
    unsigned char uuid[CTF_UUID_BYTES];
    struct ctf_stream *list;
    size_t count;
};

/* An event that is encoded already. Time is in nanoseconds since the epoch. */
void ctf_streams_add(struct ctf_streams *streams, uint64_t time_ns, const struct buffer *event);

/* The same; it tells that so many others were lost between those times. */
void ctf_streams_add_loss(struct ctf_streams *streams, uint64_t since_ns, uint64_t time_ns,
                          uint64_t lost, const struct buffer *event);

/* Writes what is left. */
void ctf_streams_flush(struct ctf_streams *streams);

/* Writes into an open file of the directory, or says why not and ends the program. */
void ctf_write(const struct ctf_streams *streams, const char *file, int fd, const void *bytes,
               size_t length);

void ctf_streams_free(struct ctf_streams *streams);

#endif
