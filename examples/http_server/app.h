/* What the server serves: requests in, responses out, no sockets. */
#ifndef APP_H
#define APP_H

#include "http_parse.h"

enum { APP_MAX_BODY_BYTES = 12 * 1024 };

struct app_response {
    int status;
    const char *content_type;
    const char *allow; /* with 405: what would have been allowed; NULL otherwise */
    unsigned delay_ms; /* to be sent this much later: work that takes its time */
    size_t length;     /* of the body */
    char body[APP_MAX_BODY_BYTES];
};

void app_handle(const struct http_request *request, struct app_response *response);

/* A response of this status with its own words as body. */
void app_refuse(int status, struct app_response *response);

const char *app_reason(int status);

#endif
