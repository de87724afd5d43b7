/* A mail handler, as the file that makes it and the file that runs it see it. */
#ifndef RL_NET_SMTP_H
#define RL_NET_SMTP_H

#include "net/budget.h"
#include "net/courier.h"
#include "net/secret.h"
#include "net/spool.h"

/* Whose errors they are. */
#define RL_SMTP "smtp handler"

struct rl_smtp {
    struct rl_courier courier;
    struct rl_transport_options transport;
    char *url;
    char *from;
    char **to;
    size_t to_count;
    char *subject;
    char *user;
    struct rl_secret password;
    struct curl_slist *recipients;
    bool starttls;
    bool each; /* one mail for each record */

    /* The writer's. */
    size_t last_tally;

    /* The handler's thread's. */
    struct rl_spool spool;
    struct rl_budget budget;
    int64_t first_ns; /* when the spool got its first record, monotonic */
    uint64_t mails;
};

extern const struct rl_handler_ops rl_smtp_handler_ops;
extern const struct rl_courier_ops rl_smtp_courier_ops;

/* struct rl_transport's on_all_sent. */
void rl_smtp_spend(void *smtp);

/* Frees what it holds, not itself. */
void rl_smtp_destroy(struct rl_smtp *smtp);

#endif
