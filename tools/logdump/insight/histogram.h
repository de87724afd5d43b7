/* --histogram: records over time, in the terminal. */
#ifndef LOGDUMP_INSIGHT_HISTOGRAM_H
#define LOGDUMP_INSIGHT_HISTOGRAM_H

#include "options/options.h"
#include "sink.h"

/* The options have to stay. */
struct sink *histogram_sink_new(const struct options *options);

#endif
