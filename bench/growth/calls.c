#include "calls.h"

#include "sites.h"

#include <ringlog/ringlog.h>
#include <stddef.h>

static ringlog_logger *logger;

void calls_start(void)
{
    logger = ringlog_get_logger("bench");
    ringlog_logger_set_level(logger, RINGLOG_INFO);
}

/* Of one to five digits. */
static inline int small(uint64_t number)
{
    return (int)(number * 7919 & 0xffff);
}

/* ---- call sites -------------------------------------------------------------------------------*/

#define SITE(number) RINGLOG_SITE_(RINGLOG_INFO, 0, "request " #number " took %d us, %d bytes"),

/* What ringlog_info() expands to, but that the site comes out of a table: ten thousand copies of
 * the inlined code would take a compiler minutes, and how a program grows is not the library's
 * cost. */
static inline __attribute__((always_inline)) void log_at(struct ringlog_site *site, int us,
                                                         int bytes)
{
    if (!ringlog_gate_(logger, RINGLOG_INFO))
        return;
    const struct ringlog_argument arguments[] = {RINGLOG_NO_ARGUMENT_, RINGLOG_ARGUMENT_(us),
                                                 RINGLOG_ARGUMENT_(bytes), RINGLOG_NO_ARGUMENT_};
    ringlog_capture_(logger, site, RINGLOG_INFO, arguments, 4);
}

static void log_sites(const struct calls *calls, uint64_t first, uint64_t count)
{
    static struct ringlog_site sites[] = {EACH_SITE(SITE)};
    _Static_assert(sizeof sites / sizeof *sites == MOST_SITES, "as many as calls.h says");
    const unsigned end = calls->sites;
    unsigned at = (unsigned)(first % end);
    for (uint64_t i = first; i < first + count; i++) {
        log_at(&sites[at], small(i), small(i >> 8));
        at = at + 1 == end ? 0 : at + 1;
    }
}

/* ---- arguments --------------------------------------------------------------------------------*/

#define INTS_1 " %d"
#define INTS_2 INTS_1 INTS_1
#define INTS_4 INTS_2 INTS_2
#define INTS_8 INTS_4 INTS_4

#define FROM_1(i) small(i)
#define FROM_2(i) FROM_1(i), FROM_1((i) + 1)
#define FROM_4(i) FROM_2(i), FROM_2((i) + 2)
#define FROM_8(i) FROM_4(i), FROM_4((i) + 4)

#define DEFINE_LOG_INTS(number, ...)                                                               \
    static void log_ints_##number(const struct calls *calls, uint64_t first, uint64_t count)       \
    {                                                                                              \
        (void)calls;                                                                               \
        for (uint64_t i = first; i < first + count; i++)                                           \
            ringlog_info(logger, "numbers:" __VA_ARGS__);                                          \
    }

DEFINE_LOG_INTS(0, "")
DEFINE_LOG_INTS(1, INTS_1, FROM_1(i))
DEFINE_LOG_INTS(2, INTS_2, FROM_2(i))
DEFINE_LOG_INTS(3, INTS_2 INTS_1, FROM_2(i), FROM_1(i + 2))
DEFINE_LOG_INTS(4, INTS_4, FROM_4(i))
DEFINE_LOG_INTS(5, INTS_4 INTS_1, FROM_4(i), FROM_1(i + 4))
DEFINE_LOG_INTS(6, INTS_4 INTS_2, FROM_4(i), FROM_2(i + 4))
DEFINE_LOG_INTS(7, INTS_4 INTS_2 INTS_1, FROM_4(i), FROM_2(i + 4), FROM_1(i + 6))
DEFINE_LOG_INTS(8, INTS_8, FROM_8(i))
DEFINE_LOG_INTS(9, INTS_8 INTS_1, FROM_8(i), FROM_1(i + 8))
DEFINE_LOG_INTS(10, INTS_8 INTS_2, FROM_8(i), FROM_2(i + 8))
DEFINE_LOG_INTS(11, INTS_8 INTS_2 INTS_1, FROM_8(i), FROM_2(i + 8), FROM_1(i + 10))
DEFINE_LOG_INTS(12, INTS_8 INTS_4, FROM_8(i), FROM_4(i + 8))
DEFINE_LOG_INTS(13, INTS_8 INTS_4 INTS_1, FROM_8(i), FROM_4(i + 8), FROM_1(i + 12))
DEFINE_LOG_INTS(14, INTS_8 INTS_4 INTS_2, FROM_8(i), FROM_4(i + 8), FROM_2(i + 12))
DEFINE_LOG_INTS(15, INTS_8 INTS_4 INTS_2 INTS_1, FROM_8(i), FROM_4(i + 8), FROM_2(i + 12),
                FROM_1(i + 14))
DEFINE_LOG_INTS(16, INTS_8 INTS_8, FROM_8(i), FROM_8(i + 8))

static log_calls *const ints_loops[] = {
    log_ints_0,  log_ints_1,  log_ints_2,  log_ints_3,  log_ints_4,  log_ints_5,
    log_ints_6,  log_ints_7,  log_ints_8,  log_ints_9,  log_ints_10, log_ints_11,
    log_ints_12, log_ints_13, log_ints_14, log_ints_15, log_ints_16,
};
_Static_assert(sizeof ints_loops / sizeof *ints_loops == MOST_ARGUMENTS + 1,
               "as many as calls.h says");

/* ---- strings ----------------------------------------------------------------------------------*/

static void log_string(const struct calls *calls, uint64_t first, uint64_t count)
{
    (void)first;
    for (uint64_t i = 0; i < count; i++)
        ringlog_info(logger, "text: %s", calls->string);
}

log_calls *calls_loop(const struct calls *calls)
{
    if (calls->string != NULL)
        return log_string;
    return calls->arguments >= 0 ? ints_loops[calls->arguments] : log_sites;
}
