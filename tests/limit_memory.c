#include "limit_memory.h"

#include <sys/resource.h>

#define MOST_BYTES ((rlim_t)256 << 20)

#if defined(__SANITIZE_ADDRESS__)
#    define SANITIZED 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define SANITIZED 1
#    endif
#endif

#ifdef SANITIZED

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "max_allocation_size_mb=256:hard_rss_limit_mb=1024";
}

void limit_memory(void)
{
}

#else

void limit_memory(void)
{
    const struct rlimit limit = {MOST_BYTES, MOST_BYTES};
    setrlimit(RLIMIT_AS, &limit);
}

#endif
