/* --report: a page that shows it all, in a browser, without a network. */
#ifndef LOGDUMP_INSIGHT_REPORT_H
#define LOGDUMP_INSIGHT_REPORT_H

#include "options/options.h"
#include "sink.h"

/* The options have to stay. Ends the program when the page cannot be written. */
struct sink *report_sink_new(const struct options *options);

#endif
