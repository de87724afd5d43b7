/* How one argument lies in a record. Not API: what the log macros and the decoders share.
 *
 * A record's arguments are its fields, one after the other, in the order of the call, without
 * padding between them, in the byte order of the machine that logged. A call site's list of
 * field codes says how to read them; nothing in the fields themselves does. */
#ifndef RINGLOG_DETAIL_FIELD_H
#define RINGLOG_DETAIL_FIELD_H

#include "ringlog/detail/arch.h"

#include <stdint.h>

enum ringlog_field {
    RINGLOG_FIELD_NONE = 0,    /* no bytes: fills an array that C wants non-empty */
    RINGLOG_FIELD_I32 = 1,     /* 4 bytes: int, and what promotes to it */
    RINGLOG_FIELD_U32 = 2,     /* 4 bytes */
    RINGLOG_FIELD_I64 = 3,     /* 8 bytes: long, long long */
    RINGLOG_FIELD_U64 = 4,     /* 8 bytes */
    RINGLOG_FIELD_POINTER = 5, /* 8 bytes: the address, never what it points to */
    RINGLOG_FIELD_F64 = 6,     /* 8 bytes: double, float */
    RINGLOG_FIELD_F80 = 7,     /* 16 bytes: long double as the compiler stores it */
    RINGLOG_FIELD_STRING = 8,  /* u32 length word, then that many bytes, no terminator */
    RINGLOG_FIELD_ERRNO = 9,   /* 4 bytes: errno at the call, for %m; takes no argument */
    RINGLOG_FIELD_BOOL = 10,   /* 4 bytes, 0 or 1: the value of a key only */
    RINGLOG_FIELD_BYTES = 11,  /* as STRING, but shown in hexadecimal: ringlog_bytes() */
};

/* The length word of RINGLOG_FIELD_STRING. Wide strings (%ls) are stored as UTF-8. */
#define RINGLOG_STRING_NULL      UINT32_C(0xffffffff) /* the pointer was NULL; no bytes follow */
#define RINGLOG_STRING_TRUNCATED UINT32_C(0x80000000) /* cut at a cap: shown with a mark */
#define RINGLOG_STRING_LENGTH    UINT32_C(0x7fffffff) /* mask of the byte count */

/* Bytes that the argument takes in a record; a string's are its length word and `length`. */
RINGLOG_INLINE_ uint64_t ringlog_field_bytes_(enum ringlog_field field, uint64_t length)
{
    switch (field) {
    case RINGLOG_FIELD_NONE:
        return 0;
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_ERRNO:
    case RINGLOG_FIELD_BOOL:
        return 4;
    case RINGLOG_FIELD_I64:
    case RINGLOG_FIELD_U64:
    case RINGLOG_FIELD_POINTER:
    case RINGLOG_FIELD_F64:
        return 8;
    case RINGLOG_FIELD_F80:
        return 16;
    case RINGLOG_FIELD_STRING:
    case RINGLOG_FIELD_BYTES: /* always out of line */
        return 4 + length;
    }
    return 0;
}

/* Most arguments of one call, and most fields of one record (a run-time level and an errno may
 * come on top of the arguments). */
#define RINGLOG_MAX_ARGUMENTS 32
#define RINGLOG_MAX_FIELDS    40

#endif
