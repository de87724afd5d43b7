/* Lines as the reader renders them: by a pattern, JSON, logfmt. */
#ifndef LOGDUMP_OUTPUT_TEXT_H
#define LOGDUMP_OUTPUT_TEXT_H

#include "output/lines.h"

/* In the colours of the levels, if wanted. */
struct line_maker *text_maker_new(bool colour);

#endif
