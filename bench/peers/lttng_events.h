/* The messages as LTTng's tracepoints: a name and typed fields; the text is not part of them. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER bench

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "./lttng_events.h"

#if !defined(BENCH_PEERS_LTTNG_EVENTS_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#    define BENCH_PEERS_LTTNG_EVENTS_H

#    include <lttng/tracepoint.h>

/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT(bench, static_text, LTTNG_UST_TP_ARGS(), LTTNG_UST_TP_FIELDS())

LTTNG_UST_TRACEPOINT_EVENT(bench, string,
    LTTNG_UST_TP_ARGS(const char *, coordinator),
    LTTNG_UST_TP_FIELDS(lttng_ust_field_string(coordinator, coordinator)))

LTTNG_UST_TRACEPOINT_EVENT(bench, one_int,
    LTTNG_UST_TP_ARGS(int, speed),
    LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(int, speed, speed)))

LTTNG_UST_TRACEPOINT_EVENT(bench, two_ints,
    LTTNG_UST_TP_ARGS(unsigned, extra, unsigned, allocation),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(unsigned, extra, extra)
        lttng_ust_field_integer(unsigned, allocation, allocation)))

LTTNG_UST_TRACEPOINT_EVENT(bench, one_double,
    LTTNG_UST_TP_ARGS(double, ratio),
    LTTNG_UST_TP_FIELDS(lttng_ust_field_float(double, ratio, ratio)))

LTTNG_UST_TRACEPOINT_EVENT(bench, complex,
    LTTNG_UST_TP_ARGS(unsigned long, receive, unsigned, receive_mb, unsigned, transmit,
                      unsigned, transmit_mb, double, ms),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(unsigned long, receive, receive)
        lttng_ust_field_integer(unsigned, receive_mb, receive_mb)
        lttng_ust_field_integer(unsigned, transmit, transmit)
        lttng_ust_field_integer(unsigned, transmit_mb, transmit_mb)
        lttng_ust_field_float(double, ms, ms)))

LTTNG_UST_TRACEPOINT_EVENT(bench, iid,
    LTTNG_UST_TP_ARGS(unsigned long, a, unsigned long, b, double, c),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(unsigned long, a, a)
        lttng_ust_field_integer(unsigned long, b, b)
        lttng_ust_field_float(double, c, c)))

LTTNG_UST_TRACEPOINT_EVENT(bench, siid,
    LTTNG_UST_TP_ARGS(const char *, text, unsigned long, a, unsigned long, b, double, c),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_string(text, text)
        lttng_ust_field_integer(unsigned long, a, a)
        lttng_ust_field_integer(unsigned long, b, b)
        lttng_ust_field_float(double, c, c)))
/* clang-format on */

#endif

#include <lttng/tracepoint-event.h>
