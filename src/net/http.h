/* An HTTP handler, as the file that makes it and the file that runs it see it. */
#ifndef RL_NET_HTTP_H
#define RL_NET_HTTP_H

#include "net/courier.h"
#include "net/secret.h"

/* Whose errors they are. */
#define RL_HTTP "http handler"

struct rl_http {
    struct rl_courier courier;
    struct rl_transport_options transport;
    char *url;
    struct curl_slist *headers;
    struct rl_secret bearer;
    size_t batch_bytes;
    int64_t batch_ns;

    /* The writer's. */
    size_t last_tally;

    /* The handler's thread's: the body that is being collected. */
    struct rl_buffer next;
    uint64_t next_records;
    int64_t first_ns; /* when it got its first line, monotonic */
};

extern const struct rl_handler_ops rl_http_handler_ops;
extern const struct rl_courier_ops rl_http_courier_ops;

/* Frees what it holds, not itself. */
void rl_http_destroy(struct rl_http *http);

#endif
