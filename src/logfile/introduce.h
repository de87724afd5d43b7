/* What a stream's records name, under which ids, and in which blocks it is defined (logfile/known.h
 * says how often). For the writer of the stream (logfile/write.h), whose open block it is about.
 *
 * NULL and -ENOMEM: no memory. */
#ifndef RL_LOGFILE_INTRODUCE_H
#define RL_LOGFILE_INTRODUCE_H

#include "logfile/write.h"

/* Everything is to be defined again when it is next named. */
void rl_introduce_again(struct rl_logfile_writer *writer);

/* Sees to it that the record's logger is defined. 0 or -ENOMEM. */
int rl_introduce_logger(struct rl_logfile_writer *writer, const struct rl_record *record);

/* The thread, defined, under its present name. */
struct rl_known_entry *rl_introduce_thread(struct rl_logfile_writer *writer,
                                           const struct rl_thread *thread);

/* Goes on with the records of another thread. 0 or -ENOMEM. */
int rl_introduce_turn(struct rl_logfile_writer *writer, const struct rl_thread *thread);

/* The record's site; that of one which came with its record, by its content. */
struct rl_known_entry *rl_introduce_find(struct rl_logfile_writer *writer,
                                         const struct rl_record *record);
struct rl_known_entry *rl_introduce_transient(struct rl_logfile_writer *writer,
                                              const struct rl_record *record);

/* Defines the site, and the logger that its definition names, which need not be the record's. */
void rl_introduce_site(struct rl_logfile_writer *writer, struct rl_known_entry *site,
                       const struct rl_record *record);

#endif
