/* The grammar of printf (C11 7.21.6.1, and what glibc adds): what a format asks for.
 *
 * Capture reads a format here to learn how to take arguments that the call site's types alone do
 * not tell (a precision before %s, char * under %p, %m); rendering reads it to compile its
 * program. Nothing is allocated, so both may run in a signal handler.
 *
 *     struct rl_printf_cursor cursor = {.format = format, .length = strlen(format)};
 *     struct rl_printf_piece piece;
 *     int kind;
 *     while ((kind = rl_printf_next(&cursor, &piece)) > 0)
 *         …
 *     if (kind < 0)   // cursor.offset and cursor.problem say what and where
 */
#ifndef RL_RECORD_PRINTF_SPEC_H
#define RL_RECORD_PRINTF_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rl_printf_flag {
    RL_PRINTF_MINUS = 1 << 0,
    RL_PRINTF_PLUS = 1 << 1,
    RL_PRINTF_SPACE = 1 << 2,
    RL_PRINTF_ALTERNATE = 1 << 3, /* # */
    RL_PRINTF_ZERO = 1 << 4,
    RL_PRINTF_GROUP = 1 << 5, /* ': groups nothing in the C locale */
};

enum rl_printf_length {
    RL_PRINTF_PLAIN = 0,
    RL_PRINTF_HH,
    RL_PRINTF_H,
    RL_PRINTF_L,
    RL_PRINTF_LL, /* also q, and L before an integer */
    RL_PRINTF_J,
    RL_PRINTF_Z,
    RL_PRINTF_T,
    RL_PRINTF_LONG_DOUBLE, /* L (also q and ll, as in glibc) before a floating conversion */
};

#define RL_PRINTF_NONE (-1) /* no width, no precision */
#define RL_PRINTF_STAR (-2) /* an int argument tells */

struct rl_printf_spec {
    int32_t width;     /* >= 0, RL_PRINTF_NONE or RL_PRINTF_STAR */
    int32_t precision; /* the same */
    uint8_t flags;     /* enum rl_printf_flag */
    uint8_t length;    /* enum rl_printf_length */
    char conversion;   /* one of diouxXbBeEfFgGaAcspm; %C and %S come as %lc and %ls */
};

enum rl_printf_kind {
    RL_PRINTF_END = 0,
    RL_PRINTF_LITERAL, /* bytes to print as they stand; of %% the first of the two */
    RL_PRINTF_SPEC,
};

struct rl_printf_piece {
    size_t offset; /* in the format */
    size_t length;
    struct rl_printf_spec spec; /* of RL_PRINTF_SPEC */
};

struct rl_printf_cursor {
    const char *format;
    size_t length;
    size_t offset;       /* where the next piece starts; after an error the offending byte */
    const char *problem; /* after an error: what is wrong, a constant string */
};

/* The next piece: an enum rl_printf_kind, or
 * -EINVAL     not a directive of this grammar, or %n, which would let a format write to memory;
 * -ENOTSUP    positional arguments (%1$d);
 * -EOVERFLOW  a width or precision past INT_MAX. */
int rl_printf_next(struct rl_printf_cursor *cursor, struct rl_printf_piece *piece);

/* The part of a directive behind its % (line patterns have a name between the two), at
 * cursor->offset, which moves on past the conversion. 0, or an error as above. */
int rl_printf_parse_spec(struct rl_printf_cursor *cursor, struct rl_printf_spec *spec);

/* What a directive takes from the argument list, in order. */
enum rl_printf_role { RL_PRINTF_WIDTH, RL_PRINTF_PRECISION, RL_PRINTF_VALUE };

enum rl_printf_type {
    RL_PRINTF_INT, /* also char and short, which arrive promoted */
    RL_PRINTF_UINT,
    RL_PRINTF_LONG,
    RL_PRINTF_ULONG,
    RL_PRINTF_LLONG,
    RL_PRINTF_ULLONG,
    RL_PRINTF_INTMAX,
    RL_PRINTF_UINTMAX,
    RL_PRINTF_SSIZE,
    RL_PRINTF_SIZE,
    RL_PRINTF_PTRDIFF,
    RL_PRINTF_UPTRDIFF,
    RL_PRINTF_WINT,
    RL_PRINTF_DOUBLE,
    RL_PRINTF_LDOUBLE,
    RL_PRINTF_POINTER,
    RL_PRINTF_STRING,      /* const char * */
    RL_PRINTF_WIDE_STRING, /* const wchar_t * */
    RL_PRINTF_ERRNO,       /* errno at the call: no argument, but a field of the record */
};

struct rl_printf_argument {
    uint8_t role;  /* enum rl_printf_role */
    uint8_t type;  /* enum rl_printf_type */
    uint8_t field; /* enum ringlog_field: how a record stores it */
};

#define RL_PRINTF_MAX_ARGUMENTS 3

/* Fills in what `spec` takes and returns how many. */
unsigned rl_printf_arguments(const struct rl_printf_spec *spec,
                             struct rl_printf_argument arguments[RL_PRINTF_MAX_ARGUMENTS]);

#endif
