/* What goes wrong, on standard error. */
#ifndef TUNE_OUTPUT_COMPLAIN_H
#define TUNE_OUTPUT_COMPLAIN_H

void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
