/* Numbers as people read and write them. */
#ifndef TUNE_OUTPUT_QUANTITY_H
#define TUNE_OUTPUT_QUANTITY_H

#include <stdbool.h>

/* "20000", "20k", "1.5M"; with `binary` K, M and G are powers of 1024. False: it is no such number,
 * or none that is finite and not negative. */
bool quantity_parse(const char *text, bool binary, double *value);

/* Each into a text of its own, so that a call of printf can show several. */
struct quantity {
    char text[24];
};

struct quantity as_count(double count); /* 20000, 2.94 M */
struct quantity as_bytes(double bytes); /* 48 bytes, 1 MiB, 720 KiB */
struct quantity as_time(double us);     /* 14 ns, 58 us, 1.3 ms, 2 s */
struct quantity as_part(double part);   /* 12 %, 0.3 % */

#endif
