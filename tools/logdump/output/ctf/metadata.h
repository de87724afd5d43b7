/* What is in the streams, in the Trace Stream Description Language of CTF 1.8. */
#ifndef LOGDUMP_OUTPUT_CTF_METADATA_H
#define LOGDUMP_OUTPUT_CTF_METADATA_H

#include "output/buffer.h"
#include "output/ctf/streams.h"

#include <stdbool.h>
#include <stdint.h>

/* A shape, as classes have it: a site, its format and its file as C strings, and fields with their
 * keys behind them. */
struct ctf_site {
    uint32_t line;
    uint16_t loglevel;
    uint16_t is_loss;
};

struct ctf_field {
    uint32_t type;       /* enum ringlog_value_type */
    uint32_t number;     /* of an argument that has no key */
    uint32_t key_length; /* 0: none */
};

/* That of LTTng, which readers of CTF know: 2 (critical) to 14 (debug). */
uint16_t ctf_loglevel(int level);

/* All but events. */
void ctf_metadata_begin(struct buffer *out, const unsigned char uuid[CTF_UUID_BYTES]);

/* An event class. */
void ctf_metadata_declare(struct buffer *out, uint32_t id, const char *shape, size_t length);

#endif
