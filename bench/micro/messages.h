/* The six messages of the NanoLog paper (Yang, Park, Ousterhout: "NanoLog: A Nanosecond Scale
 * Logging System", USENIX ATC 2018), as functions that log one each. */
#ifndef BENCH_MICRO_MESSAGES_H
#define BENCH_MICRO_MESSAGES_H

#include <ringlog/ringlog.h>

/* A value of which the compiler knows nothing. */
template <typename Value> inline Value opaque(Value value)
{
    asm volatile("" : "+m"(value));
    return value;
}

inline void log_static(ringlog_logger *logger)
{
    ringlog_info(logger, "Starting backup replica garbage collector thread");
}

inline void log_string(ringlog_logger *logger)
{
    ringlog_info(logger, "Opened session with coordinator at %s",
                 opaque("basic+udp:host=192.168.1.140,port=12246"));
}

inline void log_int(ringlog_logger *logger)
{
    ringlog_info(logger, "Backup storage speeds (min): %d MB/s read", opaque(181));
}

inline void log_two_ints(ringlog_logger *logger)
{
    ringlog_info(logger,
                 "buffer has consumed %u bytes of extra storage, current allocation: %u bytes",
                 opaque(1032024U), opaque(1016544U));
}

inline void log_double(ringlog_logger *logger)
{
    ringlog_info(logger, "Using tombstone ratio balancer with ratio = %0.6lf", opaque(0.4));
}

inline void log_complex(ringlog_logger *logger)
{
    ringlog_info(logger,
                 "Initialized InfUdDriver buffers: %lu receive buffers (%u MB), %u transmit "
                 "buffers (%u MB), took %0.1lf ms",
                 opaque(50000UL), opaque(97U), opaque(50U), opaque(0U), opaque(26.2));
}

#endif
