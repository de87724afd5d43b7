/* --verify: whether all that was logged is there, thread by thread. */
#ifndef LOGDUMP_INSIGHT_VERIFY_H
#define LOGDUMP_INSIGHT_VERIFY_H

#include "sink.h"

struct sink *verify_sink_new(void);

#endif
