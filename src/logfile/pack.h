/* Numbers and texts in payloads.
 *
 * A varint tells its length in its first byte: n - 1 zero bits, a one, then 7 n bits of the value,
 * least significant first; a first byte of zero means eight whole bytes. So up to 127 takes one
 * byte, up to 16383 two, and both directions are a bit scan, a shift and one load or store of eight
 * bytes instead of a loop.
 *
 * Signed numbers are zigzagged: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
 *
 * Writers store and readers load eight bytes at a time: there are RL_PACK_SLACK bytes of memory
 * behind what they may use. */
#ifndef RL_LOGFILE_PACK_H
#define RL_LOGFILE_PACK_H

#include "base/buffer.h"
#include "base/endian.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_PACK_SLACK 16
#define RL_PACK_MOST  9 /* bytes of the longest varint */

static inline uint64_t rl_zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static inline uint64_t rl_zigzag_if(bool is_signed, uint64_t value)
{
    return is_signed ? rl_zigzag((int64_t)value) : value;
}

static inline int64_t rl_unzigzag(uint64_t value)
{
    return (int64_t)((value >> 1) ^ (value & 1 ? UINT64_MAX : 0));
}

static inline unsigned char *rl_put_varint(unsigned char *to, uint64_t value)
{
    if (__builtin_expect(value < 128, 1)) {
        *to = (unsigned char)(value << 1 | 1);
        return to + 1;
    }
    const unsigned bits = 64 - (unsigned)__builtin_clzll(value);
    if (__builtin_expect(bits > 56, 0)) {
        *to = 0;
        rl_store_le64(to + 1, value);
        return to + 9;
    }
    const unsigned bytes = (bits + 6) / 7;
    rl_store_le64(to, value << bytes | UINT64_C(1) << (bytes - 1));
    return to + bytes;
}

static inline void rl_append_varint(struct rl_buffer *out, uint64_t value)
{
    char *to = rl_buffer_reserve(out, RL_PACK_MOST + RL_PACK_SLACK);
    if (to != NULL)
        out->length += (size_t)((char *)rl_put_varint((unsigned char *)to, value) - to);
}

static inline void rl_append_le64(struct rl_buffer *out, uint64_t value)
{
    unsigned char bytes[8];
    rl_store_le64(bytes, value);
    rl_buffer_append(out, bytes, sizeof bytes);
}

static inline void rl_append_text(struct rl_buffer *out, const char *text, size_t length)
{
    rl_append_varint(out, length);
    rl_buffer_append(out, text, length);
}

/* What is left to read. The bytes are not trusted: a take that does not fit latches `failed`,
 * takes nothing and returns 0, NULL or nothing; the reader tests it where a decision hangs on it,
 * at the latest at the end. */
struct rl_cursor {
    const unsigned char *at;
    const unsigned char *end; /* at <= end; RL_PACK_SLACK readable bytes follow */
    bool failed;
};

static inline size_t rl_cursor_left(const struct rl_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

/* The next `bytes` bytes, or NULL. */
static inline const unsigned char *rl_take(struct rl_cursor *cursor, size_t bytes)
{
    if (bytes > rl_cursor_left(cursor)) {
        cursor->failed = true;
        cursor->at = cursor->end;
        return NULL;
    }
    const unsigned char *taken = cursor->at;
    cursor->at += bytes;
    return taken;
}

static inline uint64_t rl_take_varint(struct rl_cursor *cursor)
{
    const unsigned char *at = cursor->at;
    const uint64_t word = rl_load_le64(at);
    const unsigned bytes = *at == 0 ? 9 : (unsigned)__builtin_ctz(*at) + 1;
    if (__builtin_expect(rl_take(cursor, bytes) == NULL, 0))
        return 0;
    if (__builtin_expect(bytes == 9, 0))
        return rl_load_le64(at + 1);
    return word << (64 - 8 * bytes) >> (64 - 7 * bytes);
}

static inline uint8_t rl_take_byte(struct rl_cursor *cursor)
{
    const unsigned char *taken = rl_take(cursor, 1);
    return taken == NULL ? 0 : *taken;
}

static inline uint64_t rl_take_le64(struct rl_cursor *cursor)
{
    const unsigned char *taken = rl_take(cursor, 8);
    return taken == NULL ? 0 : rl_load_le64(taken);
}

static inline const char *rl_take_text(struct rl_cursor *cursor, size_t *length)
{
    const uint64_t bytes = rl_take_varint(cursor);
    const unsigned char *taken =
        bytes <= SIZE_MAX && !cursor->failed ? rl_take(cursor, (size_t)bytes) : NULL;
    if (taken == NULL)
        cursor->failed = true;
    *length = taken == NULL ? 0 : (size_t)bytes;
    return (const char *)taken;
}

#endif
