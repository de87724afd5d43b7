/* A password or a token: where it comes from, and as briefly as possible its bytes. */
#ifndef RL_NET_SECRET_H
#define RL_NET_SECRET_H

#include "ringlog/net.h"

#define RL_SECRET_BYTES 4096

/* At most one of text, file and callback. */
struct rl_secret {
    char *text; /* on pages of its own that core dumps leave out */
    char *file;
    ringlog_secret_callback callback;
    void *context;
};

/* Keeps copies. `what` names it in errors: "smtp handler: password". 0; -EINVAL for more than one
 * source, or one that is too long or has control characters; what rl_secret_get() says of a file.
 */
int rl_secret_init(struct rl_secret *secret, const char *what, const char *text, const char *file,
                   ringlog_secret_callback callback, void *context);

bool rl_secret_is_set(const struct rl_secret *secret);

/* The secret with a terminator. Whoever got it wipes it: rl_secret_wipe(). 0 or a negative errno
 * with its error told. */
int rl_secret_get(const struct rl_secret *secret, const char *what, char to[RL_SECRET_BYTES]);
void rl_secret_wipe(char secret[RL_SECRET_BYTES]);

void rl_secret_destroy(struct rl_secret *secret);

#endif
