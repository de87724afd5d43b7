/* --ctf: a trace in the Common Trace Format 1.8, which babeltrace2 and Trace Compass read. */
#ifndef LOGDUMP_OUTPUT_CTF_TRACE_H
#define LOGDUMP_OUTPUT_CTF_TRACE_H

#include "sink.h"

/* Into a directory that is empty or does not exist yet; else, and when something cannot be written,
 * it says so and ends the program. Readers have to give messages raw. */
struct sink *ctf_sink_new(const char *directory);

#endif
