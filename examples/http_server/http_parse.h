/* The head of an HTTP/1.1 request (RFC 9112), from bytes that arrive in any pieces. */
#ifndef HTTP_PARSE_H
#define HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_MAX_HEAD_BYTES = 8 * 1024, /* request line and header fields; more is 431 */
    HTTP_MAX_BODY_BYTES = 64 * 1024 /* more is 413 */
};

struct http_request {
    const char *method;
    const char *target;  /* as it came: path and query */
    size_t path_length;  /* of the target, up to the '?' */
    const char *query;   /* behind the '?', "" without one */
    size_t head_bytes;   /* up to where the body begins */
    uint64_t body_bytes; /* that follow the head */
    bool keep_alive;
};

/* Reads a head at the start of `bytes`, which must have room for one byte more. Returns 200 when
 * it is complete, 0 when more bytes are needed, and otherwise the status to refuse it with. The
 * request's strings lie in `bytes`, which is cut into pieces: parse a complete head only once.
 * `scanned` remembers between calls how far the search for the end has come; 0 at first. */
int http_parse_head(char *bytes, size_t length, size_t *scanned, struct http_request *request);

/* Resolves %XX in place. False for a broken one, and for what no text should hold (%00). */
bool http_percent_decode(char *text);

#endif
