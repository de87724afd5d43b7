/* How many bytes a record takes in a ring. */
#ifndef TUNE_RECORD_H
#define TUNE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two words in front of the arguments: site, logger and size; time. */
#define RECORD_PREFIX_BYTES 16
/* The longest string of a call is 16 KiB unless string_bytes says otherwise. */
#define RECORD_MOST_ARGUMENT_BYTES (16 * 1024)

uint64_t record_bytes(uint64_t argument_bytes);

/* Bytes of the arguments of a call with this format of printf(3). `examples` are what its %s show,
 * one after the other; those beyond `count` are counted in *guessed, and taken for
 * RECORD_GUESSED_STRING bytes each. False: *why tells what no log call takes. */
#define RECORD_GUESSED_STRING 16
bool record_argument_bytes(const char *format, char *const *examples, size_t count, uint64_t *bytes,
                           unsigned *guessed, const char **why);

#endif
