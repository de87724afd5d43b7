/* What compiled programs are made of, those of messages (program.c) and those of whole lines
 * (template.c): shared by who builds them and by run.c, which runs them. */
#ifndef RL_FORMAT_PROGRAM_OPS_H
#define RL_FORMAT_PROGRAM_OPS_H

#include "format/copy.h"
#include "format/integer.h"
#include "format/program.h"
#include "format/real.h"
#include "format/thread_text.h"
#include "record/printf_spec.h"

/* Simple directives (no flags, no width, stored as asked for) have an op each. */
enum rl_op_code {
    RL_OP_END,
    RL_OP_I32,
    RL_OP_U32,
    RL_OP_I64,
    RL_OP_U64,
    RL_OP_HEX32,
    RL_OP_HEX64,
    RL_OP_STRING,
    RL_OP_FIXED,   /* %f, %.Nf */
    RL_OP_GENERAL, /* every other directive, by way of directive.h */
    /* Of lines only: what differs between two lines of a call site. */
    RL_OP_ASCTIME,
    RL_OP_THREAD, /* its number */
    RL_OP_NAME,   /* a text of the line, perhaps padded on the right */
    RL_OP_TAG,    /* every other tag of a pattern */
    /* Of lines made of members. */
    RL_OP_TIME,         /* with nanoseconds */
    RL_OP_MESSAGE,      /* what follows is the inside of a JSON string, */
    RL_OP_JSON_STRING,  /* STRING in there, */
    RL_OP_JSON_GENERAL, /* GENERAL in there, */
    RL_OP_MESSAGE_END,  /* up to here */
    RL_OP_REWIND,       /* to the record's first field */
    RL_OP_JSON_NAME,    /* a text of the line as a JSON string */
    RL_OP_JSON_TEXT,    /* a field that is a string, as a JSON string */
    RL_OP_JSON_VALUE,   /* any other field, as a JSON value */
    RL_OP_MEMBER,       /* the value of any other member, */
    RL_OP_OPTIONAL,     /* and what a record may lack */
};

struct rl_member;
struct rl_pattern_op;

/* A directive with all that can be said of it. */
struct rl_directive {
    struct rl_printf_spec spec;
    uint8_t value_field;     /* stored fields; 0: takes none */
    uint8_t width_field;     /* of a star */
    uint8_t precision_field; /* of a star */
};

/* Literal text, then a directive. The literals of all ops lie behind one another. */
struct rl_op {
    uint32_t literal_length;
    uint8_t code;      /* enum rl_op_code */
    uint8_t precision; /* of FIXED */
    uint8_t field;     /* of JSON_VALUE: its code */
    union {
        const struct rl_directive *directive; /* of STRING, FIXED and GENERAL: as it was written */
        const struct rl_pattern_op *tag;      /* of lines of a pattern: where the op comes from */
        const struct rl_member *member;       /* of JSON_NAME, MEMBER and OPTIONAL */
    } as;
};

struct rl_program {
    const char *text; /* behind the ops, in the same allocation, padded by a literal block */
    /* Bytes that literals and ops with a bound write at most: while rendering, the buffer always
     * has what the rest of the program needs of them. */
    size_t room;
    size_t text_length;
    unsigned count;     /* of ops */
    bool raw;           /* whatever the caller of rl_program_render() says */
    struct rl_op ops[]; /* the last one is RL_OP_END */
};

/* What an op writes at most; 0: there is no bound, it makes sure of room itself. */
static inline size_t rl_op_room(enum rl_op_code code)
{
    switch (code) {
    case RL_OP_FIXED:
        return RL_REAL_FIXED_MAX;
    case RL_OP_I32:
    case RL_OP_U32:
    case RL_OP_I64:
    case RL_OP_U64:
    case RL_OP_HEX32:
    case RL_OP_HEX64:
        return 1 + RL_DECIMAL_MAX;
    case RL_OP_THREAD:
        return RL_THREAD_TEXT_BYTES;
    default:
        return 0;
    }
}

#endif
