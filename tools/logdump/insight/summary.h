/* --summary: how the numbers that calls passed are distributed. */
#ifndef LOGDUMP_INSIGHT_SUMMARY_H
#define LOGDUMP_INSIGHT_SUMMARY_H

#include "options/options.h"
#include "sink.h"

/* The options have to stay. */
struct sink *summary_sink_new(const struct options *options);

#endif
