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

static void read_some(struct rl_input *input)
{
    const ssize_t got = read(input->fd, input->data + input->end, input->capacity - input->end);
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
        read_some(input);
    return rl_input_there(input);
}
