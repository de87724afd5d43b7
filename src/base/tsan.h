/* Order that ThreadSanitizer cannot see, told to it: what the kernel or an uninstrumented library
 * guarantees. Nothing in other builds. */
#ifndef RL_BASE_TSAN_H
#define RL_BASE_TSAN_H

#if defined(__SANITIZE_THREAD__)
#    define RL_TSAN 1
#elif defined(__has_feature)
#    if __has_feature(thread_sanitizer)
#        define RL_TSAN 1
#    endif
#endif

#ifdef RL_TSAN
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#    define RL_TSAN_ACQUIRE(address) __tsan_acquire(address)
#    define RL_TSAN_RELEASE(address) __tsan_release(address)
#else
#    define RL_TSAN_ACQUIRE(address) ((void)(address))
#    define RL_TSAN_RELEASE(address) ((void)(address))
#endif

#endif
