/* From bytes to sound blocks: finds the next block, and where there is none says what lies between.
 *
 *     while (rl_scan_find(&scan, &block) > 0) {
 *         ... rl_scan_definitions()
 *         if (its records are wanted) {
 *             const char *why = rl_scan_check(&scan, &block);
 *             if (why != NULL) {
 *                 rl_scan_reject(&scan, why);
 *                 continue;
 *             }
 *             ... rl_scan_body()
 *         }
 *         rl_scan_pass(&scan, &block);
 *     }
 *
 * After damage the search goes on at the next magic. The magic occurs in no payload, so a candidate
 * that has another magic inside is none, and no byte is searched or summed more than a few times
 * however hostile the file. */
#ifndef RL_LOGFILE_SCAN_H
#define RL_LOGFILE_SCAN_H

#include "base/buffer.h"
#include "logfile/block.h"
#include "logfile/input.h"
#include "logfile/pack.h"
#include "logfile/zstd.h"

struct rl_scan {
    struct rl_input input;
    bool lost; /* bytes since lost_from are no block */
    uint64_t lost_from;
    const char *why; /* what is wrong there */
    bool found_any;  /* a block was passed */
    bool damaged;    /* something was lost before: magics inside blocks are looked for */
    struct rl_buffer unmasked;
    struct rl_zstd_reader zstd;
};

void rl_scan_init(struct rl_scan *scan, int fd);
void rl_scan_free(struct rl_scan *scan);

/* Looks for the next block with a sound head, at or after the present position: 1, and the position
 * is at its first byte; 0 at the end of the input; -errno of a failed read; -EBADMSG when what has
 * been seen so far is no log. `lost` then tells of the bytes before. */
int rl_scan_find(struct rl_scan *scan, struct rl_block *block);

/* Whether all of the block just found is there and sound: NULL, or what is wrong with it. After
 * damage every block must be looked at so, wanted or not: it might begin inside of another. */
const char *rl_scan_check(struct rl_scan *scan, const struct rl_block *block);

/* The block just found is none: goes on behind its first byte. */
void rl_scan_reject(struct rl_scan *scan, const char *why);

/* Definitions and body of the block just found, which is understood, of the latter only after it
 * was checked; valid until the next call. false: no memory. 0; -ENOMEM; -EBADMSG: its compressed
 * body makes no sense. */
bool rl_scan_definitions(struct rl_scan *scan, const struct rl_block *block,
                         struct rl_cursor *definitions);
int rl_scan_body(struct rl_scan *scan, const struct rl_block *block, struct rl_cursor *body);

/* Goes behind the block just found, without reading what has not been read of it. */
void rl_scan_pass(struct rl_scan *scan, const struct rl_block *block);

#endif
