/* The C library's allocator and locks, each counted and passed on. What an executable defines comes
 * before what shared libraries do, for their own calls too: ld.so(8), symbol lookup. */
#include "counted.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static __thread struct counted counts __attribute__((tls_model("initial-exec")));

struct counted counted_calls(void)
{
    return counts;
}

/* The next definition of `name`, into a pointer to function: POSIX has dlsym() return an object
 * pointer that may be stored so. */
static void find_next(void *pointer, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    memcpy(pointer, &found, sizeof found);
}

#define PASS_ON(count, type, name, parameters, arguments)                                          \
    type name parameters                                                                           \
    {                                                                                              \
        static type(*next) parameters;                                                             \
        if (next == NULL)                                                                          \
            find_next(&next, #name);                                                               \
        counts.count++;                                                                            \
        return next arguments;                                                                     \
    }

PASS_ON(allocations, void *, malloc, (size_t bytes), (bytes))
PASS_ON(allocations, void *, calloc, (size_t count, size_t bytes), (count, bytes))
PASS_ON(allocations, void *, realloc, (void *old, size_t bytes), (old, bytes))
PASS_ON(allocations, void *, aligned_alloc, (size_t alignment, size_t bytes), (alignment, bytes))
PASS_ON(allocations, int, posix_memalign, (void **to, size_t alignment, size_t bytes),
        (to, alignment, bytes))

void free(void *old)
{
    static void (*next)(void *);
    if (next == NULL)
        find_next(&next, "free");
    counts.allocations++;
    next(old);
}

PASS_ON(locks, int, pthread_mutex_lock, (pthread_mutex_t * lock), (lock))
PASS_ON(locks, int, pthread_mutex_trylock, (pthread_mutex_t * lock), (lock))
PASS_ON(locks, int, pthread_mutex_timedlock,
        (pthread_mutex_t *restrict lock, const struct timespec *restrict until), (lock, until))
PASS_ON(locks, int, pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
PASS_ON(locks, int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
PASS_ON(locks, int, pthread_spin_lock, (pthread_spinlock_t * lock), (lock))
