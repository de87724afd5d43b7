/* A mail's text: RFC 5322 headers and a body in MIME, ready for libcurl, which stuffs the dots. */
#ifndef RL_NET_MAIL_H
#define RL_NET_MAIL_H

#include "base/buffer.h"

#include <stddef.h>
#include <stdint.h>

/* Checked by net/address.h. */
struct rl_mail_heading {
    const char *from;
    char *const *to;
    size_t to_count;
    const char *subject;
};

/* Appends the mail: CR LF everywhere, lines of at most 998 bytes, the body as it is where it is
 * ASCII and short of line, else quoted-printable. `unique` is for the Message-ID, `time_ns` (since
 * the epoch) for the Date. */
void rl_mail_write(const struct rl_mail_heading *heading, int64_t time_ns, const char *unique,
                   const char *body, size_t length, struct rl_buffer *out);

#endif
