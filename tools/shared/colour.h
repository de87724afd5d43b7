/* Whether standard output is a terminal that shows colours, and nobody minds (no-color.org). */
#ifndef TOOLS_SHARED_COLOUR_H
#define TOOLS_SHARED_COLOUR_H

#include <stdbool.h>

bool out_is_coloured(void);

#endif
