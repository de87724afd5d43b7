/* --stats: how many records, how often, from where. */
#ifndef LOGDUMP_INSIGHT_STATS_H
#define LOGDUMP_INSIGHT_STATS_H

#include "options/options.h"
#include "sink.h"

/* The options have to stay. */
struct sink *stats_sink_new(const struct options *options);

#endif
