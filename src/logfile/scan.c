#include "logfile/scan.h"

#include <errno.h>

/* Searched for a first block before the input is called foreign: a pipe may never end. */
#define FOREIGN_AFTER (UINT64_C(64) * 1024 * 1024)
/* Searched at a time. */
#define SEARCH_BYTES (64 * 1024)

void rl_scan_init(struct rl_scan *scan, int fd)
{
    *scan = (struct rl_scan){0};
    rl_input_init(&scan->input, fd);
}

void rl_scan_free(struct rl_scan *scan)
{
    rl_input_free(&scan->input);
    rl_buffer_free(&scan->unmasked);
    rl_zstd_reader_free(&scan->zstd);
}

/* Whether a sound head lies at the position; if not, why. */
static const char *examine(struct rl_scan *scan, struct rl_block *block)
{
    struct rl_input *input = &scan->input;
    if (rl_input_want(input, RL_BLOCK_HEADER) < RL_BLOCK_HEADER)
        return "the file ends in the middle of a block";
    if (!rl_block_parse(rl_input_bytes(input), block))
        return "no block begins here";
    const size_t head = rl_block_head(block);
    if (rl_input_want(input, head) < head)
        return "the file ends in the middle of a block";
    return rl_block_head_sound(rl_input_bytes(input), block) ? NULL : "a block fails its checksum";
}

const char *rl_scan_check(struct rl_scan *scan, const struct rl_block *block)
{
    struct rl_input *input = &scan->input;
    const size_t bytes = (size_t)rl_block_bytes(block->payload_bytes);
    const size_t wanted = rl_input_want(input, bytes);
    const size_t there = wanted < bytes ? wanted : bytes;
    if (scan->damaged &&
        rl_block_search(rl_input_bytes(input) + RL_BLOCK_MAGIC_BYTES,
                        there - RL_BLOCK_MAGIC_BYTES) < there - RL_BLOCK_MAGIC_BYTES)
        return "a block begins inside another";
    if (there < bytes)
        return "the file ends in the middle of a block";
    return rl_block_body_sound(rl_input_bytes(input), block) ? NULL : "a block fails its checksum";
}

/* Goes to the next magic, or to the end. */
static void search(struct rl_input *input)
{
    for (;;) {
        const size_t there = rl_input_want(input, SEARCH_BYTES);
        const size_t at = rl_block_search(rl_input_bytes(input), there);
        if (at < there) {
            rl_input_skip(input, at);
            return;
        }
        if (there < SEARCH_BYTES) {
            rl_input_skip(input, there);
            return;
        }
        rl_input_skip(input, there - (RL_BLOCK_MAGIC_BYTES - 1));
    }
}

void rl_scan_reject(struct rl_scan *scan, const char *why)
{
    if (!scan->lost) {
        scan->lost = scan->damaged = true;
        scan->lost_from = scan->input.offset;
        scan->why = why;
    }
    rl_input_skip(&scan->input, 1);
    search(&scan->input);
}

int rl_scan_find(struct rl_scan *scan, struct rl_block *block)
{
    struct rl_input *input = &scan->input;
    input->ended = false; /* the file may have grown */
    while (rl_input_want(input, 1) != 0) {
        const char *why = examine(scan, block);
        if (why == NULL)
            return 1;
        if (input->error != 0)
            break;
        if (!scan->found_any && input->offset > FOREIGN_AFTER)
            return -EBADMSG;
        rl_scan_reject(scan, why);
    }
    return -input->error;
}

static bool unmask(struct rl_scan *scan, const struct rl_block *block, size_t from, size_t bytes,
                   struct rl_cursor *part)
{
    const unsigned char *stored = rl_input_bytes(&scan->input) + from;
    if (block->mask != 0) {
        scan->unmasked.length = 0;
        char *to = rl_buffer_reserve(&scan->unmasked, bytes + RL_PACK_SLACK);
        if (to == NULL)
            return false;
        rl_block_unmask((unsigned char *)to, stored, bytes, block->mask);
        memset(to + bytes, 0, RL_PACK_SLACK);
        stored = (const unsigned char *)to;
    }
    *part = (struct rl_cursor){.at = stored, .end = stored + bytes};
    return true;
}

bool rl_scan_definitions(struct rl_scan *scan, const struct rl_block *block,
                         struct rl_cursor *definitions)
{
    return unmask(scan, block, RL_BLOCK_HEADER, block->definitions_bytes, definitions);
}

int rl_scan_body(struct rl_scan *scan, const struct rl_block *block, struct rl_cursor *body)
{
    if (!unmask(scan, block, rl_block_head(block), block->payload_bytes - block->definitions_bytes,
                body))
        return -ENOMEM;
    if (!(block->incompatible & RL_FEATURE_ZSTD))
        return 0;
    /* Before anything is allocated by it. */
    if (block->plain_bytes > RL_BLOCK_MOST - block->definitions_bytes)
        return -EBADMSG;
    return rl_zstd_read(&scan->zstd, body, block->plain_bytes);
}

void rl_scan_pass(struct rl_scan *scan, const struct rl_block *block)
{
    scan->found_any = true;
    rl_input_pass(&scan->input, rl_block_bytes(block->payload_bytes));
}
