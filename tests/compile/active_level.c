/* RINGLOG_ACTIVE_LEVEL takes calls out at compile time, arguments and all: the functions they name
 * exist nowhere, and the object must not ask for them. Format and arguments are checked even so. */
#define RINGLOG_ACTIVE_LEVEL RINGLOG_WARNING
#include <ringlog/ringlog.h>

#ifdef __cplusplus
extern "C" {
#endif
int cut_away(void);
int kept(void);
void calls(ringlog_logger *log);
#ifdef __cplusplus
}
#endif

void calls(ringlog_logger *log)
{
    ringlog_debug(log, "%d", cut_away());
    ringlog_info(log, "%d", cut_away());
#ifdef __OPTIMIZE__ /* a level in a variable goes only when constants are propagated */
    ringlog_log(log, RINGLOG_INFO, "%d", cut_away());
    if (ringlog_enabled(log, RINGLOG_INFO))
        (void)cut_away();
#endif
    ringlog_warning(log, "%d", kept());
}
