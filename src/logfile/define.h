/* Definitions: what the ids in rows stand for.
 *
 *     byte SITE    varint id | varint logger | zigzag level | varint line | varint flags |
 *                  varint field count | the codes of the record's fields | text format | text file
 * | text function | text keys, if the flags say so byte LOGGER  varint id | text name | text extra
 * fields of an adapter (record/extra.h) byte THREAD  varint id | varint number | varint thread id
 * of the system | text name
 *
 * An id means the same in all of its stream: a definition that is repeated says nothing new. */
#ifndef RL_LOGFILE_DEFINE_H
#define RL_LOGFILE_DEFINE_H

#include "base/buffer.h"
#include "logfile/layout.h"
#include "logfile/pack.h"
#include "record/record.h"

#include <stdbool.h>

/* Appends. The site's bytes behind its id are what rl_define_site_body() appends alone: what two
 * sites that came with their records are compared by. */
void rl_define_site(struct rl_buffer *out, uint32_t id, uint16_t logger,
                    const struct rl_site *site);
void rl_define_site_body(struct rl_buffer *out, uint16_t logger, const struct rl_site *site);
/* Likewise, in two parts: what is compared and kept is the body. */
void rl_define_logger_body(struct rl_buffer *out, const struct rl_record *record);
void rl_define_logger(struct rl_buffer *out, uint16_t id, const void *body, size_t length);
void rl_define_thread(struct rl_buffer *out, uint32_t id, const struct rl_thread *thread);

/* One definition, read. Texts point into the block. */
struct rl_definition_read {
    enum rl_definition what;
    uint32_t id;
    /* SITE */
    uint16_t logger;
    struct rl_site *site; /* allocated; the caller's to free */
    /* LOGGER, THREAD */
    const char *name;
    size_t name_length;
    struct rl_bytes extra; /* LOGGER */
    /* THREAD */
    uint32_t number;
    pid_t tid;
};

/* 1: one was read; 0: the section is at its end; -EBADMSG: these are no definitions; -ENOMEM. */
int rl_definition_next(struct rl_cursor *cursor, struct rl_definition_read *definition);

#endif
