/* The six messages of the NanoLog paper, as functions that log one each. */
#ifndef BENCH_MICRO_MESSAGES_H
#define BENCH_MICRO_MESSAGES_H

#include "../messages.h"

#include <ringlog/ringlog.h>

/* A value of which the compiler knows nothing. */
template <typename Value> inline Value opaque(Value value)
{
    asm volatile("" : "+m"(value));
    return value;
}

inline void log_static(ringlog_logger *logger)
{
    ringlog_info(logger, STATIC_TEXT);
}

inline void log_string(ringlog_logger *logger)
{
    ringlog_info(logger, STRING_TEXT, opaque(STRING_VALUE));
}

inline void log_int(ringlog_logger *logger)
{
    ringlog_info(logger, INT_TEXT, opaque(INT_VALUE));
}

inline void log_two_ints(ringlog_logger *logger)
{
    ringlog_info(logger, TWO_INTS_TEXT, opaque(TWO_INTS_VALUE_1), opaque(TWO_INTS_VALUE_2));
}

inline void log_double(ringlog_logger *logger)
{
    ringlog_info(logger, DOUBLE_TEXT, opaque(DOUBLE_VALUE));
}

inline void log_complex(ringlog_logger *logger)
{
    ringlog_info(logger, COMPLEX_TEXT, opaque(COMPLEX_VALUE_1), opaque(COMPLEX_VALUE_2),
                 opaque(COMPLEX_VALUE_3), opaque(COMPLEX_VALUE_4), opaque(COMPLEX_VALUE_5));
}

#endif
