#include "logfile/input.h"

#include "logfile/inflate.h"
#include "logfile/pack.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Large enough that moving what is left of one block to the front costs nothing, small enough to
 * stay in the second-level cache. */
#define WINDOW (512 * 1024)
/* After a jump so much is read beyond what is wanted: a head, mostly. */
#define READ_AFTER_JUMP 256

void rl_input_init(struct rl_input *input, int fd)
{
    *input = (struct rl_input){.fd = fd};
}

void rl_input_free(struct rl_input *input)
{
    free(input->data);
    rl_inflate_free(input->inflate);
    *input = (struct rl_input){.fd = -1};
}

/* The window's rest goes to its front; it grows if it must. */
static bool make_room(struct rl_input *input, size_t bytes)
{
    const size_t there = rl_input_there(input);
    if (bytes > input->capacity) {
        /* Twice: so that what is moved was preceded by as much that was consumed. */
        const size_t capacity = bytes < WINDOW / 2 ? WINDOW : 2 * bytes;
        unsigned char *data = malloc(capacity + RL_PACK_SLACK);
        if (data == NULL) {
            input->error = ENOMEM;
            return false;
        }
        if (there != 0)
            memcpy(data, rl_input_bytes(input), there);
        memset(data + capacity, 0, RL_PACK_SLACK);
        free(input->data);
        input->data = data;
        input->capacity = capacity;
    } else if (there != 0) {
        memmove(input->data, rl_input_bytes(input), there);
    }
    input->at = 0;
    input->end = there;
    return true;
}

/* How many bytes came: 0 also at the end, after an error, or to be tried again. */
static size_t read_file(struct rl_input *input, unsigned char *to, size_t most)
{
    const ssize_t got = read(input->fd, to, most);
    if (got > 0)
        return (size_t)got;
    if (got == 0)
        input->ended = true;
    else if (errno == EAGAIN) /* somebody left the descriptor non-blocking */
        poll(&(struct pollfd){.fd = input->fd, .events = POLLIN}, 1, -1);
    else if (errno != EINTR)
        input->error = errno;
    return 0;
}

/* What was made of compressed bytes that are there; if that is nothing, more of them are read. */
static void read_compressed(struct rl_input *input)
{
    struct rl_inflate *inflate = input->inflate;
    const ssize_t made =
        rl_inflate_next(inflate, input->data + input->end, input->capacity - input->end);
    if (made > 0) {
        input->end += (size_t)made;
        input->told = false;
    } else if (made == 0) {
        size_t most;
        unsigned char *room = rl_inflate_room(inflate, &most);
        rl_inflate_add(inflate, read_file(input, room, most));
    } else if (made == -ENOMEM) {
        input->error = ENOMEM;
    } else {
        input->ended = true;
    }
    input->broken = input->ended ? rl_inflate_why(inflate) : NULL;
}

/* `bytes`: how many are wanted in the window. */
static void read_some(struct rl_input *input, size_t bytes)
{
    if (input->inflate != NULL) {
        read_compressed(input);
        return;
    }
    size_t most = input->capacity - input->end;
    const size_t wanted = bytes - rl_input_there(input);
    if (input->jumps && wanted + READ_AFTER_JUMP < most)
        most = wanted + READ_AFTER_JUMP;
    input->end += read_file(input, input->data + input->end, most);
}

/* What was read until now was compressed: it leaves the window for the decompressor. */
static void begin_inflating(struct rl_input *input)
{
    size_t most;
    input->inflate = rl_inflate_new();
    if (input->inflate == NULL) {
        input->error = ENOMEM;
        return;
    }
    unsigned char *room = rl_inflate_room(input->inflate, &most);
    memcpy(room, rl_input_bytes(input), rl_input_there(input));
    rl_inflate_add(input->inflate, rl_input_there(input));
    input->end = input->at;
}

/* By its first bytes, before any of them is consumed. */
static void examine(struct rl_input *input)
{
    /* So few that all of them go to the decompressor. */
    while (rl_input_there(input) < RL_INFLATE_MAGIC_BYTES && !input->ended && input->error == 0)
        input->end += read_file(input, input->data + input->end,
                                RL_INFLATE_MAGIC_BYTES - rl_input_there(input));
    if (rl_input_there(input) < RL_INFLATE_MAGIC_BYTES)
        return;
    input->examined = true;
    if (rl_inflate_begins(rl_input_bytes(input)))
        begin_inflating(input);
}

size_t rl_input_want(struct rl_input *input, size_t bytes)
{
    if (rl_input_there(input) >= bytes)
        return rl_input_there(input);
    if (input->capacity - input->at < bytes && !make_room(input, bytes))
        return rl_input_there(input);
    if (!input->examined && input->offset == 0)
        examine(input);
    while (rl_input_there(input) < bytes && !input->ended && input->error == 0)
        read_some(input, bytes);
    return rl_input_there(input);
}

void rl_input_pass(struct rl_input *input, uint64_t bytes)
{
    const size_t there = rl_input_there(input);
    if (bytes <= there) {
        rl_input_skip(input, (size_t)bytes);
        return;
    }
    rl_input_skip(input, there);
    bytes -= there;
    /* A short way is read: that is cheaper than to go. */
    if (bytes > READ_AFTER_JUMP && input->inflate == NULL &&
        lseek(input->fd, (off_t)bytes, SEEK_CUR) >= 0) {
        input->jumps = true;
        input->offset += bytes;
        return;
    }
    while (bytes != 0 && rl_input_want(input, 1) != 0) {
        const size_t next = rl_input_there(input) < bytes ? rl_input_there(input) : (size_t)bytes;
        rl_input_skip(input, next);
        bytes -= next;
    }
}

bool rl_input_is_compressed(struct rl_input *input)
{
    rl_input_want(input, RL_INFLATE_MAGIC_BYTES);
    return input->inflate != NULL;
}

uint64_t rl_input_position(const struct rl_input *input)
{
    return input->inflate != NULL ? rl_inflate_position(input->inflate) : input->offset;
}
