/* --count: how many. */
#ifndef LOGDUMP_INSIGHT_COUNT_H
#define LOGDUMP_INSIGHT_COUNT_H

#include "sink.h"

struct sink *count_sink_new(void);

#endif
