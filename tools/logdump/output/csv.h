/* --csv: comma-separated values (RFC 4180), with a header line. */
#ifndef LOGDUMP_OUTPUT_CSV_H
#define LOGDUMP_OUTPUT_CSV_H

#include "output/lines.h"

#include <stdbool.h>

/* Whether it is a list of columns; else it has said what is wrong. */
bool csv_check_columns(const char *columns);

/* Prints the header. `columns` is as --columns has it; NULL: the usual ones. Texts are escaped for
 * terminals, but for newlines and tabs, unless `raw`; readers have to give messages raw. */
struct line_maker *csv_maker_new(const char *columns, bool raw);

#endif
