/* Compressed input, made plain as it comes: gzip members and zstd frames, one behind the other, of
 * either kind. Pure: who owns the file gives it what was read.
 *
 * The bytes are not trusted. What is kept is bounded whatever they say: by zlib's window of 32 KiB,
 * and for zstd by 128 MiB, of which a frame takes what it was made with. */
#ifndef RL_LOGFILE_INFLATE_H
#define RL_LOGFILE_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* So many bytes tell whether input is compressed. */
#define RL_INFLATE_MAGIC_BYTES 4

bool rl_inflate_begins(const unsigned char magic[RL_INFLATE_MAGIC_BYTES]);

struct rl_inflate;

/* NULL: no memory. */
struct rl_inflate *rl_inflate_new(void);
void rl_inflate_free(struct rl_inflate *inflate);

/* Where compressed bytes go next, and for how many there is room: some, whenever
 * rl_inflate_next() has said that it needs more. The second call says how many came. */
unsigned char *rl_inflate_room(struct rl_inflate *inflate, size_t *most);
void rl_inflate_add(struct rl_inflate *inflate, size_t bytes);

/* Decompresses: how many bytes were put at `to`; 0: more input is needed; -EBADMSG: what comes next
 * cannot be decompressed, now and ever; -ENOMEM. */
ssize_t rl_inflate_next(struct rl_inflate *inflate, unsigned char *to, size_t most);

/* What is wrong: after -EBADMSG, or if the input ends here. NULL: nothing is. */
const char *rl_inflate_why(const struct rl_inflate *inflate);

/* How many compressed bytes were added and are decompressed. */
uint64_t rl_inflate_position(const struct rl_inflate *inflate);

#endif
