#include "logfile/zstd.h"

#include "base/endian.h"
#include "logfile/layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

/* What is shorter cannot become shorter still: a frame has ten bytes around its content. */
#define WORTH_IT 64

/* ---- writing --------------------------------------------------------------------------------- */

struct rl_zstd_writer {
    ZSTD_CCtx *context;
    struct rl_buffer frame;
};

int rl_zstd_level_least(void)
{
    return ZSTD_minCLevel();
}

/* libzstd allocates its tables with the first frame, by its size: one as large as a block gets.
 * That the fastest levels do not make it smaller is all right. */
static bool warm_up(struct rl_zstd_writer *writer)
{
    void *zeros = calloc(1, RL_BLOCK_TARGET);
    char *to = rl_buffer_reserve(&writer->frame, RL_BLOCK_TARGET);
    const bool room = zeros != NULL && to != NULL;
    const size_t made =
        room ? ZSTD_compress2(writer->context, to, RL_BLOCK_TARGET, zeros, RL_BLOCK_TARGET) : 0;
    free(zeros);
    return room && ZSTD_getErrorCode(made) != ZSTD_error_memory_allocation;
}

struct rl_zstd_writer *rl_zstd_writer_new(int level)
{
    struct rl_zstd_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return NULL;
    writer->context = ZSTD_createCCtx();
    if (writer->context != NULL &&
        !ZSTD_isError(ZSTD_CCtx_setParameter(writer->context, ZSTD_c_compressionLevel, level)) &&
        warm_up(writer))
        return writer;
    rl_zstd_writer_free(writer);
    return NULL;
}

void rl_zstd_writer_free(struct rl_zstd_writer *writer)
{
    if (writer == NULL)
        return;
    ZSTD_freeCCtx(writer->context);
    rl_buffer_free(&writer->frame);
    free(writer);
}

bool rl_zstd_replace(struct rl_zstd_writer *writer, struct rl_buffer *out, size_t begin)
{
    if (out->failed || out->length - begin < WORTH_IT)
        return false;
    const size_t length = out->length - begin;
    char *to = rl_buffer_reserve(&writer->frame, length);
    if (to == NULL) {
        writer->frame.failed = false;
        return false;
    }
    /* Into less room than there was: what grows fails. */
    const size_t made = ZSTD_compress2(writer->context, to, length - 1, out->data + begin, length);
    if (ZSTD_isError(made))
        return false;
    memcpy(out->data + begin, to, made);
    out->length = begin + made;
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

void rl_zstd_reader_free(struct rl_zstd_reader *reader)
{
    ZSTD_freeDCtx(reader->context);
    rl_buffer_free(&reader->body);
    *reader = (struct rl_zstd_reader){0};
}

/* libzstd would also take several frames, those of its first versions, and such to be skipped. */
static bool is_one_frame(const unsigned char *bytes, size_t length)
{
    return length >= 4 && rl_load_le32(bytes) == ZSTD_MAGICNUMBER &&
           ZSTD_findFrameCompressedSize(bytes, length) == length;
}

int rl_zstd_read(struct rl_zstd_reader *reader, struct rl_cursor *body, size_t bytes)
{
    const size_t length = rl_cursor_left(body);
    if (!is_one_frame(body->at, length))
        return -EBADMSG;
    if (reader->context == NULL)
        reader->context = ZSTD_createDCtx();
    reader->body.length = 0;
    unsigned char *to = (unsigned char *)rl_buffer_reserve(&reader->body, bytes + RL_PACK_SLACK);
    if (reader->context == NULL || to == NULL) {
        reader->body.failed = false;
        return -ENOMEM;
    }
    const size_t made = ZSTD_decompressDCtx(reader->context, to, bytes, body->at, length);
    if (made != bytes) /* or an error, which is beyond any size */
        return ZSTD_getErrorCode(made) == ZSTD_error_memory_allocation ? -ENOMEM : -EBADMSG;
    memset(to + bytes, 0, RL_PACK_SLACK);
    *body = (struct rl_cursor){.at = to, .end = to + bytes};
    return 0;
}
