/* A structure has no place in a record.
 * expect: aggregate value used\|operand of type 'struct pair'\|must be a number\|is_scalar */
#include <ringlog/ringlog.h>

struct pair {
    int a, b;
};

void call(ringlog_logger *log, struct pair pair);
void call(ringlog_logger *log, struct pair pair)
{
#ifdef MISTAKE
    ringlog_info(log, "%d", pair);
#else
    ringlog_info(log, "%d", pair.a);
#endif
}
