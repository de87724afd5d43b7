#include "logfile/block.h"

#include "base/crc32c.h"
#include "base/endian.h"

#include <string.h>

size_t rl_block_begin(struct rl_buffer *out)
{
    static const char empty[RL_BLOCK_HEADER];
    const size_t begin = out->length;
    rl_buffer_append(out, empty, sizeof empty);
    return begin;
}

static void put_header(unsigned char *to, const struct rl_block *header)
{
    memcpy(to, RL_BLOCK_MAGIC, RL_BLOCK_MAGIC_BYTES);
    rl_store_le16(to + 16, header->kind);
    to[18] = header->version;
    to[19] = header->mask;
    rl_store_le32(to + 20, header->payload_bytes);
    rl_store_le32(to + 24, header->definitions_bytes);
    rl_store_le32(to + 28, header->records);
    rl_store_le32(to + 32, header->stream);
    rl_store_le32(to + 36, header->number);
    rl_store_le64(to + 40, header->first_sequence);
    rl_store_le64(to + 48, (uint64_t)header->least_time_ns);
    rl_store_le64(to + 56, (uint64_t)header->greatest_time_ns);
    rl_store_le32(to + 64, header->level_mask);
    rl_store_le32(to + 68, header->logger_mask);
    rl_store_le32(to + 72, header->incompatible);
    rl_store_le32(to + 76, header->plain_bytes);
}

bool rl_block_parse(const unsigned char *bytes, struct rl_block *header)
{
    if (memcmp(bytes, RL_BLOCK_MAGIC, RL_BLOCK_MAGIC_BYTES) != 0)
        return false;
    *header = (struct rl_block){
        .head_crc = rl_load_le32(bytes + 8),
        .body_crc = rl_load_le32(bytes + 12),
        .kind = rl_load_le16(bytes + 16),
        .version = bytes[18],
        .mask = bytes[19],
        .payload_bytes = rl_load_le32(bytes + 20),
        .definitions_bytes = rl_load_le32(bytes + 24),
        .records = rl_load_le32(bytes + 28),
        .stream = rl_load_le32(bytes + 32),
        .number = rl_load_le32(bytes + 36),
        .first_sequence = rl_load_le64(bytes + 40),
        .least_time_ns = (int64_t)rl_load_le64(bytes + 48),
        .greatest_time_ns = (int64_t)rl_load_le64(bytes + 56),
        .level_mask = rl_load_le32(bytes + 64),
        .logger_mask = rl_load_le32(bytes + 68),
        .incompatible = rl_load_le32(bytes + 72),
        .plain_bytes = rl_load_le32(bytes + 76),
    };
    return header->payload_bytes <= RL_BLOCK_MOST &&
           header->definitions_bytes <= header->payload_bytes &&
           header->records <= RL_BLOCK_RECORDS_MOST;
}

static uint32_t head_checksum(const unsigned char *bytes, const struct rl_block *header)
{
    return rl_crc32c(0, bytes + RL_BLOCK_CHECKED_AT, rl_block_head(header) - RL_BLOCK_CHECKED_AT);
}

static uint32_t body_checksum(const unsigned char *bytes, const struct rl_block *header)
{
    const size_t head = rl_block_head(header);
    return rl_crc32c(0, bytes + head, (size_t)rl_block_bytes(header->payload_bytes) - head);
}

void rl_block_put_checksums(unsigned char *bytes, const struct rl_block *header)
{
    rl_store_le32(bytes + 8, head_checksum(bytes, header));
    rl_store_le32(bytes + 12, body_checksum(bytes, header));
}

bool rl_block_head_sound(const unsigned char *bytes, const struct rl_block *header)
{
    return head_checksum(bytes, header) == header->head_crc;
}

bool rl_block_body_sound(const unsigned char *bytes, const struct rl_block *header)
{
    return body_checksum(bytes, header) == header->body_crc;
}

bool rl_block_understood(const struct rl_block *header)
{
    const uint32_t known = header->kind == RL_BLOCK_RECORDS ? RL_FEATURE_ZSTD : 0;
    return header->version == RL_LOGFILE_VERSION && (header->incompatible & ~known) == 0;
}

/* Places that are looked at together. */
#define STRIDE 256

/* Whether the first two bytes of the pattern are at one of STRIDE places. A loop that compilers
 * make vectors of. */
static bool holds_pair(const unsigned char *bytes, const unsigned char *pattern)
{
    unsigned char any = 0;
    for (unsigned i = 0; i < STRIDE; i++)
        any |= (unsigned char)((bytes[i] == pattern[0]) & (bytes[i + 1] == pattern[1]));
    return any != 0;
}

/* Where the eight bytes next begin, or `length`. */
static size_t search(const unsigned char *bytes, size_t length, const unsigned char *pattern)
{
    const size_t end = length < RL_BLOCK_MAGIC_BYTES ? 0 : length - RL_BLOCK_MAGIC_BYTES + 1;
    size_t at = 0;
    while (at < end) {
        /* Many at once, if the first two of them are nowhere in it. */
        while (end - at >= STRIDE && !holds_pair(bytes + at, pattern))
            at += STRIDE;
        const size_t until = end - at < STRIDE ? end : at + STRIDE;
        for (; at < until; at++)
            if (memcmp(bytes + at, pattern, RL_BLOCK_MAGIC_BYTES) == 0)
                return at;
    }
    return length;
}

size_t rl_block_search(const unsigned char *bytes, size_t length)
{
    return search(bytes, length, (const unsigned char *)RL_BLOCK_MAGIC);
}

void rl_block_unmask(unsigned char *to, const unsigned char *from, size_t length, uint8_t mask)
{
    for (size_t i = 0; i < length; i++)
        to[i] = from[i] ^ mask;
}

static bool holds_magic_under(const unsigned char *payload, size_t length, uint8_t mask)
{
    unsigned char masked[RL_BLOCK_MAGIC_BYTES];
    rl_block_unmask(masked, (const unsigned char *)RL_BLOCK_MAGIC, sizeof masked, mask);
    return search(payload, length, masked) != length;
}

/* The least mask under which the payload does not hold the magic. There is one: 255 masks besides
 * 0 would need 255 different patterns of eight bytes, and if someone logs them all, the worst is a
 * block that a damaged neighbour may hide. */
static uint8_t choose_mask(const unsigned char *payload, size_t length)
{
    unsigned mask = 0;
    while (mask < UINT8_MAX && holds_magic_under(payload, length, (uint8_t)mask))
        mask++;
    return (uint8_t)mask;
}

static void pad(struct rl_buffer *out, size_t begin)
{
    static const char zeros[RL_BLOCK_ALIGNMENT];
    const size_t over = (out->length - begin) % RL_BLOCK_ALIGNMENT;
    if (over != 0)
        rl_buffer_append(out, zeros, RL_BLOCK_ALIGNMENT - over);
}

bool rl_block_finish(struct rl_buffer *out, size_t begin, struct rl_block *header)
{
    if (out->failed || out->length - begin - RL_BLOCK_HEADER > RL_BLOCK_MOST) {
        out->length = begin;
        return false;
    }
    const size_t length = out->length - begin - RL_BLOCK_HEADER;
    pad(out, begin);
    if (out->failed) {
        out->length = begin;
        return false;
    }
    unsigned char *bytes = (unsigned char *)out->data + begin;
    unsigned char *payload = bytes + RL_BLOCK_HEADER;
    header->version = RL_LOGFILE_VERSION;
    header->payload_bytes = (uint32_t)length;
    header->mask = choose_mask(payload, length);
    if (header->mask != 0)
        rl_block_unmask(payload, payload, length, header->mask);
    put_header(bytes, header);
    rl_block_put_checksums(bytes, header);
    return true;
}

const char *rl_lost_reason(uint32_t reason)
{
    static const char *const reasons[] = {
        [RL_LOST_FULL] = "ring full",
        [RL_LOST_EARLY] = "ring full before init",
        [RL_LOST_LATE] = "after shutdown",
        [RL_LOST_NESTED] = "in a signal handler",
        [RL_LOST_LIBRARY] = "logged by a handler",
        [RL_LOST_MEMORY] = "no memory for a ring",
        [RL_LOST_QUEUE] = "the handler's queue was full",
        [RL_LOST_SIZE] = "too large for a block",
    };
    const bool known = reason < sizeof reasons / sizeof *reasons && reasons[reason] != NULL;
    return known ? reasons[reason] : "unknown reason";
}
