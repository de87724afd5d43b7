/* Log calls to be counted by callgrind: each function logs one message `calls` times, and what it
 * executes itself is what is inlined into the caller. */
#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>

#include <stdio.h>

#define CALLS      100000
#define RING_BYTES (64 << 20)

/* A value of which the compiler knows nothing. */
#define OPAQUE(value)                                                                              \
    __extension__({                                                                                \
        __typeof__(value) opaque_ = (value);                                                       \
        __asm__ __volatile__("" : "+m"(opaque_));                                                  \
        opaque_;                                                                                   \
    })

#define MEASURE(name, call)                                                                        \
    __attribute__((noinline)) void name(ringlog_logger *log, int calls);                           \
    void name(ringlog_logger *log, int calls)                                                      \
    {                                                                                              \
        for (int i = 0; i < calls; i++) {                                                          \
            __asm__ __volatile__("" ::"r"(log) : "memory");                                        \
            call;                                                                                  \
        }                                                                                          \
    }

MEASURE(measure_empty, (void)0)
MEASURE(measure_disabled, ringlog_debug(log, "Backup storage speeds (min): %d MB/s read", 181))
MEASURE(measure_static, ringlog_info(log, "Starting backup replica garbage collector thread"))
MEASURE(measure_int, ringlog_info(log, "Backup storage speeds (min): %d MB/s read", OPAQUE(181)))
MEASURE(measure_double,
        ringlog_info(log, "Using tombstone ratio balancer with ratio = %0.6lf", OPAQUE(0.4)))
MEASURE(measure_string, ringlog_info(log, "Opened session with coordinator at %s",
                                     OPAQUE((const char *)"basic+udp:host=192.168.1.140")))
MEASURE(measure_complex,
        ringlog_info(log,
                     "Initialized InfUdDriver buffers: %lu receive buffers (%u MB), %u transmit "
                     "buffers (%u MB), took %0.1lf ms",
                     OPAQUE(50000UL), OPAQUE(97U), OPAQUE(50U), OPAQUE(0U), OPAQUE(26.2)))

int main(void)
{
    ringlog_handler *handler;
    if (ringlog_null_handler_new(&handler) < 0)
        return 1;
    ringlog_logger_add_handler(ringlog_root(), handler);
    ringlog_handler_unref(handler);
    ringlog_logger *log = ringlog_get_logger("cost");
    ringlog_logger_set_level(log, RINGLOG_INFO);
    if (ringlog_init(&(struct ringlog_options){.ring_bytes = RING_BYTES}) < 0 ||
        ringlog_thread_init() < 0) {
        fprintf(stderr, "%s\n", ringlog_last_error());
        return 1;
    }
    measure_empty(log, CALLS);
    measure_disabled(log, CALLS);
    measure_static(log, CALLS);
    measure_int(log, CALLS);
    measure_double(log, CALLS);
    measure_string(log, CALLS);
    measure_complex(log, CALLS);
    return ringlog_shutdown(-1) == 0 ? 0 : 1;
}
