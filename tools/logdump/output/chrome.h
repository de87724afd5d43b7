/* --chrome: the Trace Event Format, which Chrome's tracing and Perfetto show. */
#ifndef LOGDUMP_OUTPUT_CHROME_H
#define LOGDUMP_OUTPUT_CHROME_H

#include "sink.h"

/* Readers have to make lines in RINGLOG_STYLE_JSON: those are the arguments of events. `duration`
 * is what --duration has, which duration_parse() has found good; NULL: none. */
struct sink *chrome_sink_new(const char *duration);

#endif
