/* Numbers as people type them in expressions. */
#ifndef LOGDUMP_SELECT_NUMBER_H
#define LOGDUMP_SELECT_NUMBER_H

#include <ringlog/record.h>
#include <stddef.h>

/* 42, -7, 0xff, 1.5, 2e9; behind decimal ones k M G (times 1000 each) or ns us ms s min h d (to
 * nanoseconds). Without fraction and exponent it is an integer of 64 bits, signed or not, else a
 * double. The text begins with a digit, or a minus and a digit. NULL, or what is wrong; *length is
 * that of the number. */
const char *number_parse(const char *text, size_t *length, struct ringlog_value *value);

#endif
