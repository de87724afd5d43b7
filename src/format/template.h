/* Lines of one call site: what all of them share is made text once.
 *
 * A template is a pattern, or a style's members, with the names and numbers of a call site, a
 * logger and a level put in, and the program of the message laid out among them: literals, and ops
 * for what differs from one record to the next. Names are escaped as they are put in.
 *
 * Templates are kept for lines that are `lasting`, by the addresses of what they were made from.
 * All caches of a process together keep RL_TEMPLATE_BYTES at most; one that may not grow renders
 * without templates, and begins anew when most of what it has is of no use.
 *
 * A cache is used by one thread at a time. */
#ifndef RL_FORMAT_TEMPLATE_H
#define RL_FORMAT_TEMPLATE_H

#include "base/buffer.h"
#include "format/pattern.h"
#include "format/thread_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_TEMPLATE_BYTES ((size_t)4 << 20)

struct rl_line_format;
struct rl_template_chunk;

/* What it is made from, beside the line's format. */
struct rl_template {
    const struct rl_program *message;
    const char *logger_name;
    const char *level_name; /* the number goes with it: unknown levels share a name's place */
    int64_t level;
    int64_t process_id;
    bool raw;
    struct rl_program *program; /* run by rl_run_line(); behind the template, in its allocation */
};

/* All zeros: empty. */
struct rl_templates {
    struct rl_template **slots; /* open addressing; NULL: free */
    unsigned bits;              /* of the number of slots */
    uint32_t count;
    uint64_t misses;                  /* lines without a template since there is no more room */
    size_t bytes;                     /* in chunks and slots, counted against RL_TEMPLATE_BYTES */
    struct rl_template_chunk *chunks; /* what templates lie in; the one being filled first */
    struct rl_buffer ops, text;       /* of the one being made */
    struct rl_thread_text threads[RL_THREAD_TEXTS];
};

/* Where to look first. Addresses differ in their middle bits; levels are few. */
static inline size_t rl_template_slot(const struct rl_program *message, const char *logger_name,
                                      unsigned shift)
{
    const uint64_t sum = (uint64_t)(uintptr_t)message + 3 * (uint64_t)(uintptr_t)logger_name;
    return (size_t)(sum * UINT64_C(0x9e3779b97f4a7c15) >> shift);
}

static inline bool rl_template_is_of(const struct rl_template *made, const struct rl_line *line)
{
    return made->message == line->program && made->logger_name == line->logger_name.bytes &&
           made->level_name == line->level_name.bytes && made->level == line->level &&
           made->process_id == line->process_id && made->raw == line->raw;
}

/* Makes one for the line. NULL: there is no room for it. */
const struct rl_program *rl_template_make(struct rl_line_format *format,
                                          const struct rl_line *line);

/* The program of a lasting line's template among those of its format. NULL: there is none. */
static inline const struct rl_program *rl_templates_find(const struct rl_templates *templates,
                                                         const struct rl_line *line)
{
    if (__builtin_expect(templates->bits == 0, 0))
        return NULL;
    const unsigned shift = 64 - templates->bits;
    size_t at = rl_template_slot(line->program, line->logger_name.bytes, shift);
    const struct rl_template *made;
    for (; (made = templates->slots[at]) != NULL; at = (at + 1) & (~(size_t)0 >> shift))
        if (__builtin_expect(rl_template_is_of(made, line), 1))
            return made->program;
    return NULL;
}

/* What templates were made from may be gone. */
void rl_templates_clear(struct rl_templates *templates);

void rl_templates_free(struct rl_templates *templates);

/* In a fork child: they may be torn, and are left behind. */
void rl_templates_forked(struct rl_templates *templates);

#endif
