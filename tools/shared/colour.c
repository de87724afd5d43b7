#include "shared/colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool out_is_coloured(void)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}
