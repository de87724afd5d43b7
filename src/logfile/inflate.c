#include "logfile/inflate.h"

#include "base/endian.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define INPUT_BYTES ((size_t)64 * 1024)
/* zlib(3): a window of 15 bits, and 16 for the header of gzip. */
#define GZIP_WINDOW_BITS (15 + 16)
/* The greatest window of a frame that is read: what zstd(1) takes without being told to. */
#define ZSTD_WINDOW_BITS 27

#define DAMAGED        "the compressed input is damaged"
#define TOO_FAR_BACK   "the compressed input needs a window of more than 128 MiB"
#define NOT_COMPRESSED "what follows the compressed input is not compressed"

enum place { BETWEEN, IN_GZIP, IN_ZSTD, LOST };

struct rl_inflate {
    enum place place;
    bool full;  /* the last call filled all the room it had: there may be more to come out */
    bool zeros; /* behind a gzip member: tapes and disks pad with them, and gzip(1) passes over them
                 */
    const char *why; /* LOST */
    z_stream gzip;
    bool gzip_made;
    ZSTD_DCtx *zstd;
    size_t zstd_wants; /* bytes that take it to the end of a block, or of what else it reads */
    uint64_t added;
    size_t at, end; /* of the input: not decompressed yet */
    unsigned char input[INPUT_BYTES];
};

/* ---- what begins here ------------------------------------------------------------------------ */

static bool begins_gzip(const unsigned char *magic)
{
    return magic[0] == 0x1f && magic[1] == 0x8b;
}

static bool begins_zstd(const unsigned char *magic)
{
    const uint32_t number = rl_load_le32(magic);
    return number == ZSTD_MAGICNUMBER ||
           (number & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

bool rl_inflate_begins(const unsigned char magic[RL_INFLATE_MAGIC_BYTES])
{
    return begins_gzip(magic) || begins_zstd(magic);
}

/* ---- life ------------------------------------------------------------------------------------ */

struct rl_inflate *rl_inflate_new(void)
{
    struct rl_inflate *stream = malloc(sizeof *stream);
    if (stream != NULL)
        memset(stream, 0, offsetof(struct rl_inflate, input));
    return stream;
}

void rl_inflate_free(struct rl_inflate *stream)
{
    if (stream == NULL)
        return;
    if (stream->gzip_made)
        inflateEnd(&stream->gzip);
    ZSTD_freeDCtx(stream->zstd);
    free(stream);
}

unsigned char *rl_inflate_room(struct rl_inflate *stream, size_t *most)
{
    memmove(stream->input, stream->input + stream->at, stream->end - stream->at);
    stream->end -= stream->at;
    stream->at = 0;
    *most = INPUT_BYTES - stream->end;
    return stream->input + stream->end;
}

void rl_inflate_add(struct rl_inflate *stream, size_t bytes)
{
    stream->end += bytes;
    stream->added += bytes;
}

uint64_t rl_inflate_position(const struct rl_inflate *stream)
{
    return stream->added - (stream->end - stream->at);
}

const char *rl_inflate_why(const struct rl_inflate *stream)
{
    if (stream->place == LOST)
        return stream->why;
    if (stream->place != BETWEEN)
        return "the compressed input ends too early";
    return stream->at == stream->end ? NULL : NOT_COMPRESSED;
}

/* ---- decompressing --------------------------------------------------------------------------- */

static ssize_t lose(struct rl_inflate *stream, const char *why)
{
    stream->place = LOST;
    stream->why = why;
    return -EBADMSG;
}

static bool begin_gzip(struct rl_inflate *stream)
{
    stream->place = IN_GZIP;
    if (stream->gzip_made)
        return inflateReset(&stream->gzip) == Z_OK;
    stream->gzip_made = inflateInit2(&stream->gzip, GZIP_WINDOW_BITS) == Z_OK;
    return stream->gzip_made;
}

static bool begin_zstd(struct rl_inflate *stream)
{
    stream->place = IN_ZSTD;
    if (stream->zstd == NULL) {
        stream->zstd = ZSTD_createDCtx();
        if (stream->zstd == NULL)
            return false;
        ZSTD_DCtx_setParameter(stream->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_BITS);
    }
    ZSTD_DCtx_reset(stream->zstd, ZSTD_reset_session_only);
    stream->zstd_wants = RL_INFLATE_MAGIC_BYTES;
    return true;
}

/* At the next member or frame: 1; 0: that takes more input to know; -EBADMSG, -ENOMEM. */
static ssize_t begin(struct rl_inflate *stream)
{
    while (stream->zeros && stream->at < stream->end && stream->input[stream->at] == 0)
        stream->at++;
    if (stream->end - stream->at < RL_INFLATE_MAGIC_BYTES)
        return 0;
    const unsigned char *magic = stream->input + stream->at;
    if (!rl_inflate_begins(magic))
        return lose(stream, NOT_COMPRESSED);
    return (begins_gzip(magic) ? begin_gzip(stream) : begin_zstd(stream)) ? 1 : -ENOMEM;
}

static ssize_t next_of_gzip(struct rl_inflate *stream, unsigned char *to, size_t most)
{
    z_stream *gzip = &stream->gzip;
    gzip->next_in = stream->input + stream->at;
    gzip->avail_in = (uInt)(stream->end - stream->at);
    gzip->next_out = to;
    gzip->avail_out = (uInt)most;
    const int result = inflate(gzip, Z_NO_FLUSH);
    stream->at = stream->end - gzip->avail_in;
    if (result == Z_STREAM_END) {
        stream->place = BETWEEN;
        stream->zeros = true;
    } else if (result == Z_MEM_ERROR) {
        return -ENOMEM;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        lose(stream, DAMAGED);
    }
    return (ssize_t)(most - gzip->avail_out);
}

static ssize_t next_of_zstd(struct rl_inflate *stream, unsigned char *to, size_t most)
{
    /* Block by block: a call that finds damage gives out nothing, also of what came before that. */
    const size_t there = stream->end - stream->at;
    const size_t end = stream->at + (there < stream->zstd_wants ? there : stream->zstd_wants);
    ZSTD_inBuffer in = {stream->input, end, stream->at};
    ZSTD_outBuffer out = {to, most, 0};
    const size_t result = ZSTD_decompressStream(stream->zstd, &out, &in);
    stream->at = in.pos;
    const ZSTD_ErrorCode error = ZSTD_getErrorCode(result);
    if (error == ZSTD_error_memory_allocation)
        return -ENOMEM;
    if (error != ZSTD_error_no_error) {
        lose(stream, error == ZSTD_error_frameParameter_windowTooLarge ? TOO_FAR_BACK : DAMAGED);
    } else if (result == 0) {
        stream->place = BETWEEN;
        stream->zeros = false;
    }
    stream->zstd_wants = result;
    return (ssize_t)out.pos;
}

/* A piece of the member or frame that was begun. */
static ssize_t go_on(struct rl_inflate *stream, unsigned char *to, size_t most)
{
    /* Not asked for nothing: libzstd takes that for an error when it happens too often. */
    if (stream->at == stream->end && !stream->full)
        return 0;
    const ssize_t made =
        stream->place == IN_GZIP ? next_of_gzip(stream, to, most) : next_of_zstd(stream, to, most);
    stream->full = made > 0 && (size_t)made == most;
    return made;
}

ssize_t rl_inflate_next(struct rl_inflate *stream, unsigned char *to, size_t most)
{
    for (;;) {
        const enum place place = stream->place;
        const size_t at = stream->at;
        if (place == LOST)
            return -EBADMSG;
        const ssize_t result = place == BETWEEN ? begin(stream) : go_on(stream, to, most);
        if (result < 0 || (result > 0 && place != BETWEEN))
            return result;
        /* Nothing came out, nothing went in, and nothing has begun or ended. */
        if (stream->place == place && stream->at == at)
            return 0;
    }
}
