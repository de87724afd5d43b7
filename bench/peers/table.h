/* The arguments that messages are logged with: rows of a table, one array a column, so that a
 * message touches only the columns that it uses. C, and C++. */
#ifndef BENCH_PEERS_TABLE_H
#define BENCH_PEERS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum peer_message {
    PEER_STATIC,
    PEER_STRING,
    PEER_INT,
    PEER_TWO_INTS,
    PEER_DOUBLE,
    PEER_COMPLEX,
    PEER_IID,
    PEER_SIID,
    PEER_MESSAGES
};

struct columns {
    size_t mask; /* rows - 1, a power of two less one */
    const char *const *string;
    const int *number;
    const unsigned *unsigned_1, *unsigned_2, *unsigned_3;
    const unsigned long *long_1, *long_2;
    const double *real;
};

/* What to log the message with: the row of its constants, or 65,536 rows that are the same in every
 * run of every program. */
struct columns table_columns(enum peer_message message, bool varied);

/* "static", "string", "int", "two_ints", "double", "complex", "iid", "siid". */
const char *table_message_name(enum peer_message message);
/* PEER_MESSAGES: no such message. */
enum peer_message table_message_of(const char *name);

/* Prints the message's text and the rows, a line each, columns apart by tabs, for programs that
 * cannot call this. */
void table_print(FILE *out, enum peer_message message, const struct columns *columns);

#ifdef __cplusplus
}
#endif

#endif
