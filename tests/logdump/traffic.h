/* Logs that figures can be made of. */
#ifndef TESTS_LOGDUMP_TRAFFIC_H
#define TESTS_LOGDUMP_TRAFFIC_H

#include "log_builder.h"

/* A server's day: loggers, threads, call sites, fields with latencies, an incident with errors and
 * losses, and now and then a time that goes back. */
void make_traffic(struct builder *builder, long count, void (*write_out)(struct builder *));

/* Each record by a thread of its own, from one of 10000 call sites. */
void make_sites(struct builder *builder, long count, void (*write_out)(struct builder *));

/* Numbers at the edges of their types, and what is none. */
void make_numbers(struct builder *builder);

/* Names, formats and texts that try to be HTML, JavaScript, the end of a script. */
void make_web_hostile(struct builder *builder);

#endif
