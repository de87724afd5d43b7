#include "output/rfc3339.h"

#include <time.h>

#define SECOND_NS INT64_C(1000000000)

void rfc3339_append(struct buffer *out, int64_t time_ns)
{
    int64_t nanoseconds = time_ns % SECOND_NS;
    time_t seconds = (time_t)(time_ns / SECOND_NS);
    if (nanoseconds < 0) { /* before 1970 too, a fraction counts from the second below */
        nanoseconds += SECOND_NS;
        seconds--;
    }
    struct tm tm;
    gmtime_r(&seconds, &tm); /* 64 bits of nanoseconds stay within four digits of years */
    buffer_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ", tm.tm_year + 1900, tm.tm_mon + 1,
                  tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)nanoseconds);
}
