#include "base/os.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#    define MADV_POPULATE_WRITE 23 /* Linux 5.14; older headers lack the name */
#endif

/* LeakSanitizer looks for pointers in the heap, the stacks and the globals; those that lie in pages
 * of our own have to be shown to it. It passes over what has been unmapped since. */
#if defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define RL_ASAN 1
#    endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#    define RL_ASAN 1
#endif
#ifdef RL_ASAN
#    include <sanitizer/lsan_interface.h>
#    define SHOW(map, bytes) __lsan_register_root_region(map, bytes)
#else
#    define SHOW(map, bytes) ((void)0)
#endif

void rl_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns)
{
    struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
    int error = errno;
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, timeout_ns < 0 ? NULL : &timeout, NULL,
            0);
    errno = error;
}

void rl_futex_wake(uint32_t *word, int count)
{
    int error = errno;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
    errno = error;
}

void rl_membarrier_register(void)
{
    int error = errno;
    syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
    errno = error;
}

bool rl_membarrier(void)
{
    int error = errno;
    bool done = syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
    errno = error;
    return done;
}

void *rl_map_wiped(size_t bytes)
{
    void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        return NULL;
    if (madvise(map, bytes, MADV_WIPEONFORK) != 0) {
        munmap(map, bytes);
        return NULL;
    }
    SHOW(map, bytes);
    return map;
}

void *rl_map_sparse(size_t bytes)
{
    void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED)
        return NULL;
    SHOW(map, bytes);
    return map;
}

/* Shared pages over the beginning of a reserved range, and the data once more behind itself:
 * mremap(2) of length 0 makes a second mapping of shared pages, without a descriptor. */
static bool map_twice(char *base, size_t front, size_t bytes)
{
    return mmap(base, front + bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
                -1, 0) != MAP_FAILED &&
           mremap(base + front, 0, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, base + front + bytes) !=
               MAP_FAILED;
}

/* The same with one for a moment, where that is refused: under Valgrind, for one. */
static bool map_twice_by_descriptor(char *base, size_t front, size_t bytes)
{
    const int fd = memfd_create("ringlog", MFD_CLOEXEC);
    if (fd < 0)
        return false;
    const int access = PROT_READ | PROT_WRITE, kind = MAP_SHARED | MAP_FIXED;
    const bool mapped =
        ftruncate(fd, (off_t)(front + bytes)) == 0 &&
        mmap(base, front + bytes, access, kind, fd, 0) != MAP_FAILED &&
        mmap(base + front + bytes, bytes, access, kind, fd, (off_t)front) != MAP_FAILED;
    close(fd);
    return mapped;
}

void *rl_map_double(size_t front, size_t bytes)
{
    char *base = mmap(NULL, front + 2 * bytes, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return NULL;
    if ((!map_twice(base, front, bytes) && !map_twice_by_descriptor(base, front, bytes)) ||
        madvise(base, front + 2 * bytes, MADV_DONTFORK) != 0) {
        munmap(base, front + 2 * bytes);
        return NULL;
    }
    return base;
}

void rl_populate(void *map, size_t bytes)
{
    int error = errno;
    madvise(map, bytes, MADV_POPULATE_WRITE);
    errno = error;
}

void rl_unmap(void *map, size_t bytes)
{
    if (map != NULL)
        munmap(map, bytes);
}

pid_t rl_tid(void)
{
    return (pid_t)syscall(SYS_gettid);
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t rl_monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

static const struct rl_wall_clock *wall_clock; /* atomic */

int64_t rl_wall_ns(void)
{
    /* Pairs with: wall.set. So that the clock's parts are there. */
    const struct rl_wall_clock *clock =
        __atomic_load_n(&wall_clock, __ATOMIC_ACQUIRE); /* wall.get */
    return clock != NULL ? clock->now(clock->context) : clock_ns(CLOCK_REALTIME);
}

void rl_set_wall_clock(const struct rl_wall_clock *clock)
{
    /* Pairs with: wall.get. */
    __atomic_store_n(&wall_clock, clock, __ATOMIC_RELEASE); /* wall.set */
}

size_t rl_round_up_power_of_two(size_t value)
{
    size_t power = 1;
    while (power < value)
        power *= 2;
    return power;
}
