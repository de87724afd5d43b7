/* One record, read: what the writer hands to handlers and a log file's reader to its user.
 *
 * It comes from a ring (writer) or a block of a log file (reader) and points into it: valid until
 * the next one is read. */
#ifndef RL_RECORD_RECORD_H
#define RL_RECORD_RECORD_H

#include "record/dictionary.h"
#include "record/extra.h"
#include "ringlog/detail/field.h"
#include "ringlog/detail/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Site ids below RL_FIRST_SITE_ID: records that no call site made. */
enum rl_control_id {
    /* 1 is the ring's own: whose records follow. */
    RL_CONTROL_THREAD_NAME = 2, /* the thread's new name, NUL-terminated, padded */
    RL_CONTROL_INLINE_SITE = 3, /* a struct rl_site with its strings, then the fields */
    RL_CONTROL_OWN_TIME = 4,    /* a struct rl_own_time, then the record that it speaks of */
    RL_CONTROL_CONTEXT = 5,     /* a struct rl_context_change, then a packed field */
};

/* In front of a record whose time is not that of its ticks. */
struct rl_own_time {
    int64_t time_ns; /* since the epoch */
    uint32_t site;   /* the record's id */
    uint32_t reserved;
};

/* Flags of a site beyond those the macros know (detail/site.h). */
#define RL_SITE_EVENT 0x100 /* fields are those of struct rl_event_fields, not of the format */
#define RL_SITE_RAW   0x200 /* strings pass unescaped; a file's reader does not believe it */

/* What becomes of the thread's context. */
enum rl_context_what {
    RL_CONTEXT_SET,
    RL_CONTEXT_REMOVE, /* whatever its value */
    RL_CONTEXT_CLEAR,
};
struct rl_context_change {
    uint32_t what;  /* enum rl_context_what */
    uint32_t bytes; /* of the field */
};

/* A thread that logs, numbered from 1 in order of appearance. */
struct rl_thread {
    uint32_t number;
    pid_t tid;
    uint64_t name_hash; /* two threads of one number and hash have one name: rl_thread_set_name() */
    char name[64];
};

/* Takes the name up to its NUL, and as much of it as there is room for. */
void rl_thread_set_name(struct rl_thread *thread, const char *name);

/* Records that were lost, as the log itself tells it. */
struct rl_record_loss {
    uint64_t count;
    int64_t from_ns, to_ns;
    uint32_t reason; /* enum rl_lost of the log file's layout */
};

struct rl_record {
    const struct rl_site *site;
    uint32_t site_id; /* 0: the site came with the record and lives as long as it does */
    int32_t level;
    int64_t time_ns; /* wall clock, since the epoch */
    uint16_t logger_id;
    uint16_t logger_length;
    const char *logger_name; /* NUL-terminated */
    const struct rl_thread *thread;
    /* Fields of the format, as rl_record_format_fields() lists their codes. */
    const unsigned char *fields;
    size_t fields_bytes;
    /* What comes on lines of its own behind the message; NULL: none. Not NUL-terminated. */
    const char *exception_text;
    size_t exception_length;
    const char *stack_text;
    size_t stack_length;
    /* Extra fields, packed, by where they come from. What CALL has here is an event's; a log
     * macro's are among `fields`. */
    struct rl_bytes extra[RL_EXTRA_SOURCES];
    /* A record that tells of a loss: what it says in words, in numbers. NULL: an ordinary one. */
    const struct rl_record_loss *loss;
};

#endif
