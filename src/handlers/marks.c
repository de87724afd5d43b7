#include "handlers/marks.h"

void rl_marks_add(struct rl_marks *marks, struct rl_mark mark)
{
    const size_t count = rl_marks_count(marks);
    if (mark.bytes == 0)
        return;
    if (count == 0)
        marks->buffer.length = marks->first = 0;
    rl_buffer_append(&marks->buffer, &mark, sizeof mark);
    if (marks->buffer.failed && count == 0)
        mark.bytes = 0;
    else if (marks->buffer.failed)
        rl_marks_front(marks)[count - 1].bytes += mark.bytes;
    marks->bytes += mark.bytes;
    marks->buffer.failed = false;
}

void rl_marks_take(struct rl_marks *marks, size_t length, size_t taken)
{
    const size_t unmarked = rl_marks_unmarked(marks, length);
    size_t bytes = taken > unmarked ? taken - unmarked : 0;
    marks->bytes -= bytes;
    while (bytes != 0) {
        struct rl_mark *front = rl_marks_front(marks);
        if (bytes < front->bytes) {
            front->bytes -= (uint32_t)bytes;
            front->begun = true;
            return;
        }
        bytes -= front->bytes;
        marks->first++;
    }
}

void rl_marks_keep(struct rl_marks *marks, size_t length, size_t kept)
{
    const size_t unmarked = rl_marks_unmarked(marks, length);
    const size_t bytes = kept > unmarked ? kept - unmarked : 0;
    while (marks->bytes > bytes) {
        struct rl_mark *last = rl_marks_front(marks) + rl_marks_count(marks) - 1;
        const size_t over = marks->bytes - bytes;
        if (over < last->bytes) {
            last->bytes -= (uint32_t)over;
            marks->bytes = bytes;
            return;
        }
        marks->bytes -= last->bytes;
        marks->buffer.length -= sizeof *last;
    }
}

void rl_marks_free(struct rl_marks *marks)
{
    rl_buffer_free(&marks->buffer);
    *marks = (struct rl_marks){0};
}
