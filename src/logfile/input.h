/* The bytes of a file or a pipe, through a window that slides forward. Read with read(2): a mapping
 * would raise SIGBUS when the file shrinks. Of what is compressed with gzip or zstd, which the
 * first bytes tell, the window shows what it decompresses to. */
#ifndef RL_LOGFILE_INPUT_H
#define RL_LOGFILE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rl_inflate;

struct rl_input {
    int fd;
    int error; /* errno of a read that failed; nothing is read after it */
    bool ended;
    bool jumps; /* what comes next may be passed over: it is not worth reading much of it */
    unsigned char *data; /* the window; RL_PACK_SLACK bytes more than `capacity` */
    size_t capacity;
    size_t at, end;  /* what is not yet consumed: at <= end <= capacity */
    uint64_t offset; /* of data[at] from where reading began */

    bool examined;              /* it is known whether it is compressed */
    struct rl_inflate *inflate; /* NULL: it is not */
    const char *broken; /* at the end: why that is no good end of what is compressed, or NULL */
    bool told;          /* of that the owner has told */
};

void rl_input_init(struct rl_input *input, int fd);
void rl_input_free(struct rl_input *input);

/* Tries to have `bytes` in the window, and tells how many are there: fewer only at the end of the
 * input, after an error, or without memory (error is then ENOMEM). What is there stays where it is
 * until the next call. */
size_t rl_input_want(struct rl_input *input, size_t bytes);

/* Whether what is read is compressed. Reads the first bytes to know. */
bool rl_input_is_compressed(struct rl_input *input);

/* Bytes of the file that were read and used, or are in the window decompressed. */
uint64_t rl_input_position(const struct rl_input *input);

static inline const unsigned char *rl_input_bytes(const struct rl_input *input)
{
    return input->data + input->at;
}

static inline size_t rl_input_there(const struct rl_input *input)
{
    return input->end - input->at;
}

/* Goes on behind the next `bytes` bytes, be they in the window or not; what need not be read is
 * not, and after a jump less is read at a time. May go beyond the end of a file. */
void rl_input_pass(struct rl_input *input, uint64_t bytes);

/* Consumes bytes that are there. */
static inline void rl_input_skip(struct rl_input *input, size_t bytes)
{
    input->at += bytes;
    input->offset += bytes;
}

#endif
