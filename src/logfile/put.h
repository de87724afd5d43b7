/* Writing the groups of a column of numbers (logfile/numbers.h), in plain C and with what some
 * processors have for it. Whatever writes them, they are the same bytes. */
#ifndef RL_LOGFILE_PUT_H
#define RL_LOGFILE_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_PUT_GROUP 64 /* numbers; the last group of a column has fewer */
#define RL_PUT_SLACK 64 /* bytes behind a column that may be stored to */

/* Each returns the end of a group of 1 to RL_PUT_GROUP numbers. */
struct rl_put {
    /* As those of NEAR. */
    unsigned char *(*near)(unsigned char *to, const uint64_t *values, size_t count);
    /* What each is more than the one before it, the first than the one before `values`. */
    unsigned char *(*steps)(unsigned char *to, const uint64_t *values, size_t count);
    /* As those of BYTES and ZIGZAG, with lengths of `width` bits: 2 or 3. NULL: there is a number
     * that does not fit in them. */
    unsigned char *(*bytes)(unsigned char *to, const uint64_t *values, size_t count, unsigned width,
                            bool is_signed);
};

extern const struct rl_put rl_put_plain;

/* NULL: not on this processor. */
const struct rl_put *rl_put_avx512(void);

/* The fastest there is. */
static inline const struct rl_put *rl_put_best(void)
{
    const struct rl_put *put = rl_put_avx512();
    return put != NULL ? put : &rl_put_plain;
}

#endif
