/* The inlined part of a log call: gate, clock, bounds test, stores, publish. Not API.
 *
 * What happens here is the promise of the library: no lock, no system call, no allocation, no
 * formatting, errno untouched. Whatever is not plain goes to ringlog_capture_slow_(). */
#ifndef RINGLOG_DETAIL_CAPTURE_H
#define RINGLOG_DETAIL_CAPTURE_H

#include "ringlog/detail/arch.h"
#include "ringlog/detail/argument.h"
#include "ringlog/detail/producer.h"
#include "ringlog/detail/site.h"

#include <stdbool.h>
#include <string.h>

#define RINGLOG_RESERVE_LEVEL_ 30 /* RINGLOG_WARNING: may use what is kept free */
#define RINGLOG_URGENT_LEVEL_  40 /* RINGLOG_ERROR: wakes the writer */

#if defined(__clang__)
#    define RINGLOG_UNROLL_ _Pragma("clang loop unroll(full)")
#else
#    define RINGLOG_UNROLL_ _Pragma("GCC unroll 35")
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What inlined code reads of a logger. */
struct ringlog_logger {
    /* Low half: the least level (int32_t) that passes, folded from the logger's effective level,
     * ringlog_disable() and `disabled`. High half: room for a second threshold. Relaxed: a change
     * of level reaches other threads soon, and nothing else hangs on it. */
    uint64_t gate;
    uint16_t id;
    uint16_t flags;
};
#define RINGLOG_LOGGER_ADAPTER_  0x1
#define RINGLOG_LOGGER_FILTERED_ 0x2 /* filters are asked in the thread that logs; atomic */

/* Everything out of the ordinary: a thread's first call, a site's first call, formats that need a
 * look at each argument, long strings, NULL strings, a full ring, a nested call. */
RINGLOG_API __attribute__((cold)) void
ringlog_capture_slow_(const struct ringlog_logger *logger, struct ringlog_site *site, int32_t level,
                      const struct ringlog_argument *arguments, unsigned count, uintptr_t stack);

/* After a record of ERROR or above: wakes the writer if it sleeps. */
RINGLOG_API void ringlog_urgent_(void);

RINGLOG_INLINE_ bool ringlog_gate_(const struct ringlog_logger *logger, int32_t level)
{
    return level >= (int32_t)(uint32_t)__atomic_load_n(&logger->gate, __ATOMIC_RELAXED);
}

RINGLOG_INLINE_ void ringlog_store_string_(unsigned char *to, const void *bytes, uint32_t length)
{
    memcpy(to, &length, 4);
    memcpy(to + 4, bytes, length);
}

/* Stores a field that is not a string. */
RINGLOG_INLINE_ void ringlog_store_number_(unsigned char *to,
                                           const struct ringlog_argument *argument)
{
    switch (argument->field) {
    case RINGLOG_FIELD_NONE:
        break;
    case RINGLOG_FIELD_F64:
        memcpy(to, &argument->real, 8);
        break;
    case RINGLOG_FIELD_F80:
        memcpy(to, &argument->word, 8);
        memcpy(to + 8, &argument->high, 8);
        break;
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_BOOL: {
        uint32_t word = (uint32_t)argument->word;
        memcpy(to, &word, 4);
        break;
    }
    default:
        memcpy(to, &argument->word, 8);
        break;
    }
}

/* Writes the record, or returns false and has changed nothing. The first and the last argument are
 * stand-ins without bytes: an array of none is no C, and Clang 14 dissolves an array only after
 * unrolling a loop of two rounds or more. */
RINGLOG_INLINE_ bool ringlog_try_capture_(const struct ringlog_logger *logger, uint32_t site,
                                          int32_t level, const struct ringlog_argument *arguments,
                                          unsigned count, uintptr_t stack)
{
    struct ringlog_producer *producer = ringlog_producer_;
    uint64_t lengths[RINGLOG_MAX_ARGUMENTS + 3];
    uint64_t bytes = RINGLOG_RECORD_PREFIX_BYTES_;
    RINGLOG_UNROLL_
    for (unsigned i = 0; i < count; i++) {
        lengths[i] = 0;
        if (arguments[i].field == RINGLOG_FIELD_STRING) {
            const char *string = (const char *)(uintptr_t)arguments[i].word;
            if (RINGLOG_UNLIKELY_(string == NULL))
                return false;
            lengths[i] = strlen(string);
            if (RINGLOG_UNLIKELY_(lengths[i] >
                                  __atomic_load_n(&producer->string_cap, __ATOMIC_RELAXED)))
                return false;
        }
        bytes += ringlog_field_bytes_(arguments[i].field, lengths[i]);
    }
    bytes = (bytes + 7) & ~UINT64_C(7);

    /* Atomic, as the ring's next owner may clear it, of whose claim only the kernel knows. */
    if (RINGLOG_UNLIKELY_(__atomic_load_n(&producer->busy, __ATOMIC_RELAXED) != 0))
        return false;
    /* The mark comes before head is read: from here on a signal handler that logs stays away. */
    __atomic_store_n(&producer->busy, stack, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);

    /* The counter first of all: it takes longest, and nothing below waits for it. */
    const uint64_t *ticks_at = __atomic_load_n(&producer->ticks_at, __ATOMIC_RELAXED);
    const uint64_t ticks = RINGLOG_LIKELY_(ticks_at == NULL)
                               ? ringlog_ticks_()
                               : __atomic_load_n(ticks_at, __ATOMIC_RELAXED);

    const uint64_t head = __atomic_load_n(&producer->head, __ATOMIC_RELAXED);
    /* Relaxed: the one other writer, who revokes it, follows up with a barrier of its own. */
    const uint64_t limit =
        __atomic_load_n(&producer->limit[level >= RINGLOG_RESERVE_LEVEL_], __ATOMIC_RELAXED);
    if (RINGLOG_UNLIKELY_((int64_t)(limit - head) < (int64_t)bytes)) {
        __atomic_store_n(&producer->busy, 0, __ATOMIC_RELAXED);
        return false;
    }
    unsigned char *const data = producer->data;
    const uint64_t mask = producer->mask;
    unsigned char *record = data + (head & mask);
    ringlog_prefetch_(record + RINGLOG_PREFETCH_BYTES_);

    /* What follows this record must read as "nothing yet" before this record can be seen. */
    unsigned char *next = data + ((head + bytes) & mask);
    __atomic_store_n((uint64_t *)(void *)next, 0, __ATOMIC_RELAXED);

    memcpy(record + 8, &ticks, 8);
    unsigned char *to = record + RINGLOG_RECORD_PREFIX_BYTES_;
    RINGLOG_UNROLL_
    for (unsigned i = 0; i < count; i++) {
        if (arguments[i].field == RINGLOG_FIELD_STRING)
            ringlog_store_string_(to, (const void *)(uintptr_t)arguments[i].word,
                                  (uint32_t)lengths[i]);
        else
            ringlog_store_number_(to, &arguments[i]);
        to += ringlog_field_bytes_(arguments[i].field, lengths[i]);
    }

    ringlog_publish_(record, ringlog_record_header_(site, logger->id, bytes));
    /* In this order for the handler of a signal that lands here: a published header with the mark
     * still set tells the repair to move head past it. */
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    __atomic_store_n(&producer->head, head + bytes, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    __atomic_store_n(&producer->busy, 0, __ATOMIC_RELAXED);
    return true;
}

RINGLOG_INLINE_ void ringlog_capture_(const struct ringlog_logger *logger,
                                      struct ringlog_site *site, int32_t level,
                                      const struct ringlog_argument *arguments, unsigned count)
{
    /* Edge define, used by capture: a site's id is seen only after its dictionary entry. Nothing is
     * dereferenced before: an id says that the format has been read, and that its strings are
     * strings. Pairs with: define.register. */
    const uint32_t id = __atomic_load_n(&site->fast_id, __ATOMIC_ACQUIRE); /* define.capture */
    const uintptr_t stack = ringlog_stack_();
    if (RINGLOG_LIKELY_(id != 0) &&
        RINGLOG_LIKELY_((__atomic_load_n(&logger->flags, __ATOMIC_RELAXED) &
                         RINGLOG_LOGGER_FILTERED_) == 0) &&
        RINGLOG_LIKELY_(ringlog_try_capture_(logger, id, level, arguments, count, stack))) {
        if (level >= RINGLOG_URGENT_LEVEL_)
            ringlog_urgent_();
        return;
    }
    /* A copy, so that only this path needs the arguments in memory. */
    struct ringlog_argument spilled[RINGLOG_MAX_ARGUMENTS + 3];
    RINGLOG_UNROLL_
    for (unsigned i = 0; i < count; i++)
        spilled[i] = arguments[i];
    ringlog_capture_slow_(logger, site, level, spilled + 1, count - 2, stack);
}

/* Compile-time check of the format against its arguments; never called. */
static inline __attribute__((format(printf, 1, 2), unused)) void
ringlog_check_format_(const char *format, ...)
{
    (void)format;
}

#ifdef __cplusplus
}
#endif

#endif
