#include "output/rfc3339.h"

#include <time.h>

#define SECOND_NS INT64_C(1000000000)

/* Most records are of the same second as the one before. */
static struct {
    time_t seconds;
    char text[32];
} known;

void rfc3339_append(struct buffer *out, int64_t time_ns)
{
    int64_t nanoseconds = time_ns % SECOND_NS;
    time_t seconds = (time_t)(time_ns / SECOND_NS);
    if (nanoseconds < 0) { /* before 1970 too, a fraction counts from the second below */
        nanoseconds += SECOND_NS;
        seconds--;
    }
    if (seconds != known.seconds || known.text[0] == '\0') {
        struct tm tm;
        gmtime_r(&seconds, &tm); /* 64 bits of nanoseconds stay within four digits of years */
        known.seconds = seconds;
        strftime(known.text, sizeof known.text, "%Y-%m-%dT%H:%M:%S", &tm);
    }
    buffer_printf(out, "%s.%09dZ", known.text, (int)nanoseconds);
}
