/* Standard output and standard error. */
#ifndef LOGDUMP_OUTPUT_OUT_H
#define LOGDUMP_OUTPUT_OUT_H

#include <stddef.h>

/* Text for standard output, gathered and written in large pieces. */
void out_text(const char *text, size_t length);
void out_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes what is gathered. Does not return when nobody reads any more (EPIPE) or the disk is full.
 */
void out_flush(void);

/* Says something on standard error, below a progress bar if there is one. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Memory is all there is to do with: says so and ends the program when there is none. */
void *must_have(void *memory);

#endif
