/* One argument more than a call takes; 32 as the last one hits the nearest miss of the counting.
 * expect: RINGLOG_MAP_1.* takes just 2\|too many arguments provided */
#include <ringlog/ringlog.h>

#define EIGHT(x)      x, x, x, x, x, x, x, x
#define D8            "%d%d%d%d%d%d%d%d"
#define CALL(...)     ringlog_info(__VA_ARGS__)
#define THIRTY_TWO(x) EIGHT(x), EIGHT(x), EIGHT(x), EIGHT(x)

void call(ringlog_logger *log);
void call(ringlog_logger *log)
{
#ifdef MISTAKE
    CALL(log, D8 D8 D8 D8 "%d", THIRTY_TWO(1), 32);
#else
    CALL(log, D8 D8 D8 D8, THIRTY_TWO(1));
#endif
}
