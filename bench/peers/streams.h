/* The messages for loggers whose calls are streams: PEER_STREAM is the stream. Include before
 * calls.h. */
#ifndef BENCH_PEERS_STREAMS_H
#define BENCH_PEERS_STREAMS_H

#include "../messages.h"

#include <iomanip>

#define FIXED(digits) std::fixed << std::setprecision(digits)

#define PEER_LOG_STATIC()       PEER_STREAM << STATIC_TEXT
#define PEER_LOG_STRING(string) PEER_STREAM << "Opened session with coordinator at " << (string)
#define PEER_LOG_INT(a)         PEER_STREAM << "Backup storage speeds (min): " << (a) << " MB/s read"
#define PEER_LOG_TWO_INTS(a, b)                                                                    \
    PEER_STREAM << "buffer has consumed " << (a)                                                   \
                << " bytes of extra storage, current allocation: " << (b) << " bytes"
#define PEER_LOG_DOUBLE(a)                                                                         \
    PEER_STREAM << "Using tombstone ratio balancer with ratio = " << FIXED(6) << (a)
#define PEER_LOG_COMPLEX(a, b, c, d, e)                                                            \
    PEER_STREAM << "Initialized InfUdDriver buffers: " << (a) << " receive buffers (" << (b)       \
                << " MB), " << (c) << " transmit buffers (" << (d) << " MB), took " << FIXED(1)    \
                << (e) << " ms"
#define PEER_LOG_IID(a, b, c)                                                                      \
    PEER_STREAM << "Logging int: " << (a) << ", int: " << (b) << ", double: " << FIXED(6) << (c)
#define PEER_LOG_SIID(string, a, b, c)                                                             \
    PEER_STREAM << "Logging str: " << (string) << ", int: " << (a) << ", int: " << (b)             \
                << ", double: " << FIXED(6) << (c)

#endif
