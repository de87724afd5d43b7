#include "handlers/compress.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* What is read, compressed and written at a time; and how quickly a stop is seen. */
#define PIECE_BYTES ((size_t)128 << 10)

/* zlib(3): 15 bits of window, and 16 for the header of gzip. */
#define GZIP_WINDOW_BITS (15 + 16)
#define GZIP_MEMORY      8

/* A piece of input and one of output, and what turns the one into the other. */
struct stream {
    enum ringlog_compress how;
    z_stream gzip;
    ZSTD_CCtx *zstd;
    unsigned char *in, *out; /* PIECE_BYTES each */
    int to;
};

static int write_all(int fd, const unsigned char *bytes, size_t length)
{
    while (length != 0) {
        const ssize_t wrote = write(fd, bytes, length);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return wrote < 0 ? -errno : -EIO;
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return 0;
}

static int gzip_piece(struct stream *stream, size_t length, bool last)
{
    z_stream *gzip = &stream->gzip;
    gzip->next_in = stream->in;
    gzip->avail_in = (uInt)length;
    do {
        gzip->next_out = stream->out;
        gzip->avail_out = PIECE_BYTES;
        if (deflate(gzip, last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR)
            return -EIO;
        const int result = write_all(stream->to, stream->out, PIECE_BYTES - gzip->avail_out);
        if (result < 0)
            return result;
    } while (gzip->avail_out == 0);
    return 0;
}

static int zstd_piece(struct stream *stream, size_t length, bool last)
{
    ZSTD_inBuffer in = {stream->in, length, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {stream->out, PIECE_BYTES, 0};
        left = ZSTD_compressStream2(stream->zstd, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left))
            return -EIO;
        const int result = write_all(stream->to, stream->out, out.pos);
        if (result < 0)
            return result;
    } while (last ? left != 0 : in.pos < in.size);
    return 0;
}

static int open_stream(struct stream *stream)
{
    stream->in = malloc(PIECE_BYTES);
    stream->out = malloc(PIECE_BYTES);
    if (stream->in == NULL || stream->out == NULL)
        return -ENOMEM;
    if (stream->how == RINGLOG_COMPRESS_GZIP)
        return deflateInit2(&stream->gzip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS,
                            GZIP_MEMORY, Z_DEFAULT_STRATEGY) == Z_OK
                   ? 0
                   : -ENOMEM;
    stream->zstd = ZSTD_createCCtx();
    if (stream->zstd == NULL)
        return -ENOMEM;
    /* So that damage is seen, as gzip does by itself. */
    ZSTD_CCtx_setParameter(stream->zstd, ZSTD_c_checksumFlag, 1);
    return 0;
}

static void close_stream(struct stream *stream)
{
    if (stream->gzip.state != NULL)
        deflateEnd(&stream->gzip);
    ZSTD_freeCCtx(stream->zstd);
    free(stream->in);
    free(stream->out);
}

static ssize_t read_piece(int fd, unsigned char *to)
{
    size_t length = 0;
    while (length < PIECE_BYTES) {
        const ssize_t got = read(fd, to + length, PIECE_BYTES - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        length += (size_t)got;
    }
    return (ssize_t)length;
}

int64_t rl_compress(enum ringlog_compress how, int from, int to, const bool *stop)
{
    struct stream stream = {.how = how, .to = to};
    int64_t total = 0;
    int result = open_stream(&stream);
    for (bool last = false; result == 0 && !last;) {
        if (__atomic_load_n(stop, __ATOMIC_RELAXED)) {
            result = -ECANCELED;
            break;
        }
        const ssize_t length = read_piece(from, stream.in);
        if (length < 0) {
            result = (int)length;
            break;
        }
        last = (size_t)length < PIECE_BYTES;
        total += length;
        result = how == RINGLOG_COMPRESS_GZIP ? gzip_piece(&stream, (size_t)length, last)
                                              : zstd_piece(&stream, (size_t)length, last);
    }
    close_stream(&stream);
    return result < 0 ? result : total;
}
