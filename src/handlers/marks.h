/* Marks: where each record lies in what a handler has appended, and its time.
 *
 * A handler that decides record by record what to do with the bytes (which file do they go to?)
 * marks what it appends. The marks travel with the bytes, through an isolated handler's queue too,
 * and say in `write` what lies in front of it. Bytes in front of the first mark have none: they
 * were appended before the handler began to mark. */
#ifndef RL_HANDLERS_MARKS_H
#define RL_HANDLERS_MARKS_H

#include "base/buffer.h"

#include <assert.h>
#include <stdint.h>

struct rl_mark {
    int64_t time_ns; /* the record's own */
    uint32_t bytes;  /* of it that are left */
    bool begun;      /* some of it is out */
    bool new_file;   /* what is in front of it ends a file, if that can be had */
};

struct rl_marks {
    struct rl_buffer buffer; /* of struct rl_mark */
    size_t first;            /* index of the one in front */
    size_t bytes;            /* that are marked */
};

static inline size_t rl_marks_count(const struct rl_marks *marks)
{
    return marks->buffer.length / sizeof(struct rl_mark) - marks->first;
}

static inline struct rl_mark *rl_marks_front(const struct rl_marks *marks)
{
    return (struct rl_mark *)(void *)marks->buffer.data + marks->first;
}

/* How many of `length` bytes lie in front of the first mark. */
static inline size_t rl_marks_unmarked(const struct rl_marks *marks, size_t length)
{
    assert(marks->bytes <= length);
    return length - marks->bytes;
}

/* Without memory for it the bytes belong to what is in front of them. */
void rl_marks_add(struct rl_marks *marks, struct rl_mark mark);

/* Of the `length` bytes that the marks lie in, so many at the front have been taken. */
void rl_marks_take(struct rl_marks *marks, size_t length, size_t taken);

/* Of the `length` bytes only so many at the front are kept. */
void rl_marks_keep(struct rl_marks *marks, size_t length, size_t kept);

void rl_marks_free(struct rl_marks *marks);

#endif
