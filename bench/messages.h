/* The messages that the benchmarks log, and the arguments that they log them with where these are
 * constant. C, and C++.
 *
 * The first six are those of the NanoLog paper (Yang, Park, Ousterhout: "NanoLog: A Nanosecond
 * Scale Logging System", USENIX ATC 2018). */
#ifndef BENCH_MESSAGES_H
#define BENCH_MESSAGES_H

#define STATIC_TEXT "Starting backup replica garbage collector thread"

#define STRING_TEXT  "Opened session with coordinator at %s"
#define STRING_VALUE "basic+udp:host=192.168.1.140,port=12246" /* 39 bytes */

#define INT_TEXT  "Backup storage speeds (min): %d MB/s read"
#define INT_VALUE 181

#define TWO_INTS_TEXT    "buffer has consumed %u bytes of extra storage, current allocation: %u bytes"
#define TWO_INTS_VALUE_1 1032024U
#define TWO_INTS_VALUE_2 1016544U

#define DOUBLE_TEXT  "Using tombstone ratio balancer with ratio = %0.6lf"
#define DOUBLE_VALUE 0.4

#define COMPLEX_TEXT                                                                               \
    "Initialized InfUdDriver buffers: %lu receive buffers (%u MB), %u transmit buffers (%u MB), "  \
    "took %0.1lf ms"
#define COMPLEX_VALUE_1 50000UL
#define COMPLEX_VALUE_2 97U
#define COMPLEX_VALUE_3 50U
#define COMPLEX_VALUE_4 0U
#define COMPLEX_VALUE_5 26.2

/* Two of everyday shape: two integers and a double, without and with a string before them. */
#define IID_TEXT    "Logging int: %lu, int: %lu, double: %f"
#define SIID_TEXT   "Logging str: %s, int: %lu, int: %lu, double: %f"
#define SIID_STRING "order/EURUSD/00184.1" /* 20 bytes */
#define IID_VALUE_1 50000UL
#define IID_VALUE_2 97UL
#define IID_VALUE_3 26.2

/* The same for loggers whose formats are those of {fmt}. */
#define STRING_BRACES "Opened session with coordinator at {}"
#define INT_BRACES    "Backup storage speeds (min): {} MB/s read"
#define TWO_INTS_BRACES                                                                            \
    "buffer has consumed {} bytes of extra storage, current allocation: {} bytes"
#define DOUBLE_BRACES "Using tombstone ratio balancer with ratio = {:.6f}"
#define COMPLEX_BRACES                                                                             \
    "Initialized InfUdDriver buffers: {} receive buffers ({} MB), {} transmit buffers ({} MB), "   \
    "took {:.1f} ms"
#define IID_BRACES  "Logging int: {}, int: {}, double: {:f}"
#define SIID_BRACES "Logging str: {}, int: {}, int: {}, double: {:f}"

#endif
