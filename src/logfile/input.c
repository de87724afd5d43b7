#include "logfile/input.h"

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

/* `bytes`: how many are wanted in the window. */
static void read_some(struct rl_input *input, size_t bytes)
{
    size_t most = input->capacity - input->end;
    const size_t wanted = bytes - rl_input_there(input);
    if (input->jumps && wanted + READ_AFTER_JUMP < most)
        most = wanted + READ_AFTER_JUMP;
    const ssize_t got = read(input->fd, input->data + input->end, most);
    if (got > 0) {
        input->end += (size_t)got;
    } else if (got == 0) {
        input->ended = true;
    } else if (errno == EAGAIN) {
        /* Somebody left the descriptor non-blocking. */
        poll(&(struct pollfd){.fd = input->fd, .events = POLLIN}, 1, -1);
    } else if (errno != EINTR) {
        input->error = errno;
    }
}

size_t rl_input_want(struct rl_input *input, size_t bytes)
{
    if (rl_input_there(input) >= bytes)
        return rl_input_there(input);
    if (input->capacity - input->at < bytes && !make_room(input, bytes))
        return rl_input_there(input);
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
    if (bytes > READ_AFTER_JUMP && lseek(input->fd, (off_t)bytes, SEEK_CUR) >= 0) {
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
