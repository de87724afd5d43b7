/* Points at what is wrong in an argument of the command line. */
#ifndef LOGDUMP_SELECT_CARET_H
#define LOGDUMP_SELECT_CARET_H

#include <stddef.h>

/* Says what is wrong at byte `at` of the text:
 *
 *     logdump: --where, column 10: unknown level "LOUD"
 *       level >= LOUD
 *                ^                                                    */
void complain_at(const char *option, const char *text, size_t at, const char *what);

#endif
