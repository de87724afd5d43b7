/* What a report shows, as JSON. */
#ifndef LOGDUMP_INSIGHT_REPORT_DATA_H
#define LOGDUMP_INSIGHT_REPORT_DATA_H

#include "insight/arguments.h"
#include "insight/figures.h"
#include "insight/grid.h"
#include "insight/shown.h"

/* Each is a member, or several, without a comma at its end. */
void data_add_figures(struct buffer *json, const struct figures *figures);
void data_add_timeline(struct buffer *json, const struct grid *timeline);
void data_add_arguments(struct buffer *json, const struct arguments *arguments,
                        const struct figures *figures);

/* Milliseconds since the epoch, with those of a nanosecond. */
void data_add_time(struct buffer *json, int64_t time_ns);

#endif
