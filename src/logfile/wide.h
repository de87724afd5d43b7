/* long double between machines: C leaves its form to the implementation, and a log is read
 * elsewhere. */
#ifndef RL_LOGFILE_WIDE_H
#define RL_LOGFILE_WIDE_H

#include "logfile/layout.h"

/* A long double as a record of this machine stores it (RINGLOG_FIELD_F80). */
struct rl_wide {
    unsigned char bytes[16];
};

/* The form of this machine. */
enum rl_wide_form rl_wide_native(void);

/* Native bytes to the file's: least significant first. */
void rl_wide_store(unsigned char to[16], const unsigned char native[16]);

/* The file's bytes, of any form, to native ones. Rounds to nearest where this machine's form has
 * fewer bits; zero for RL_WIDE_OTHER, unless that is also this machine's. Of RL_WIDE_UNSEEN, the
 * form is told by the bytes, so that every machine reads what is left of a log in the same way. */
struct rl_wide rl_wide_load(enum rl_wide_form form, const unsigned char from[16]);

#endif
