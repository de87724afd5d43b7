/* What a compiled program is made of: shared by program.c, which builds it, and
 * program_render.c, which runs it. */
#ifndef RL_FORMAT_PROGRAM_OPS_H
#define RL_FORMAT_PROGRAM_OPS_H

#include "format/program.h"
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
    RL_OP_GENERAL, /* everything else, by way of directive.h */
};

/* Literal text, then a directive. */
struct rl_op {
    uint32_t literal_offset; /* in the program's text */
    uint32_t literal_length;
    struct rl_printf_spec spec;
    uint8_t code;            /* enum rl_op_code */
    uint8_t value_field;     /* stored fields; 0: takes none */
    uint8_t width_field;     /* of a star */
    uint8_t precision_field; /* of a star */
};

struct rl_program {
    const char *text; /* behind the ops, in the same allocation */
    /* Bytes that literals and all ops but STRING and GENERAL write at most: while rendering, the
     * buffer always has what the rest of the program needs of them. */
    size_t room;
    bool raw;           /* whatever the caller of rl_program_render() says */
    struct rl_op ops[]; /* the last one is RL_OP_END */
};

#endif
