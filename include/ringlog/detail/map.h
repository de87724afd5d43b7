/* Counting and mapping the arguments of a log call. Not API; generated shapes, nothing to read.
 *
 * RINGLOG_ARGUMENTS_(format, a, b) expands to `, RINGLOG_ARGUMENT_(a), RINGLOG_ARGUMENT_(b)`, and
 * RINGLOG_COUNT_(format, a, b) to 2. */
#ifndef RINGLOG_DETAIL_MAP_H
#define RINGLOG_DETAIL_MAP_H

/* clang-format off */
#define RINGLOG_FORMAT_(...)      RINGLOG_FIRST_(__VA_ARGS__, 0)
#define RINGLOG_FIRST_(first, ...) first
#define RINGLOG_JOIN_(a, b)       RINGLOG_JOIN2_(a, b)
#define RINGLOG_JOIN2_(a, b)      a##b

#define RINGLOG_COUNT_(...) RINGLOG_PICK_(__VA_ARGS__, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, \
    22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0)
#define RINGLOG_PICK_(f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, \
    f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31, f32, n, \
    ...) n

#define RINGLOG_ARGUMENTS_(...) \
    RINGLOG_JOIN_(RINGLOG_MAP_, RINGLOG_COUNT_(__VA_ARGS__))(__VA_ARGS__)
#define RINGLOG_MAP_0(f)
#define RINGLOG_MAP_1(f, a) , RINGLOG_ARGUMENT_(a)
#define RINGLOG_MAP_2(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_1(f, __VA_ARGS__)
#define RINGLOG_MAP_3(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_2(f, __VA_ARGS__)
#define RINGLOG_MAP_4(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_3(f, __VA_ARGS__)
#define RINGLOG_MAP_5(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_4(f, __VA_ARGS__)
#define RINGLOG_MAP_6(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_5(f, __VA_ARGS__)
#define RINGLOG_MAP_7(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_6(f, __VA_ARGS__)
#define RINGLOG_MAP_8(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_7(f, __VA_ARGS__)
#define RINGLOG_MAP_9(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_8(f, __VA_ARGS__)
#define RINGLOG_MAP_10(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_9(f, __VA_ARGS__)
#define RINGLOG_MAP_11(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_10(f, __VA_ARGS__)
#define RINGLOG_MAP_12(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_11(f, __VA_ARGS__)
#define RINGLOG_MAP_13(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_12(f, __VA_ARGS__)
#define RINGLOG_MAP_14(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_13(f, __VA_ARGS__)
#define RINGLOG_MAP_15(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_14(f, __VA_ARGS__)
#define RINGLOG_MAP_16(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_15(f, __VA_ARGS__)
#define RINGLOG_MAP_17(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_16(f, __VA_ARGS__)
#define RINGLOG_MAP_18(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_17(f, __VA_ARGS__)
#define RINGLOG_MAP_19(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_18(f, __VA_ARGS__)
#define RINGLOG_MAP_20(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_19(f, __VA_ARGS__)
#define RINGLOG_MAP_21(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_20(f, __VA_ARGS__)
#define RINGLOG_MAP_22(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_21(f, __VA_ARGS__)
#define RINGLOG_MAP_23(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_22(f, __VA_ARGS__)
#define RINGLOG_MAP_24(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_23(f, __VA_ARGS__)
#define RINGLOG_MAP_25(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_24(f, __VA_ARGS__)
#define RINGLOG_MAP_26(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_25(f, __VA_ARGS__)
#define RINGLOG_MAP_27(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_26(f, __VA_ARGS__)
#define RINGLOG_MAP_28(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_27(f, __VA_ARGS__)
#define RINGLOG_MAP_29(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_28(f, __VA_ARGS__)
#define RINGLOG_MAP_30(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_29(f, __VA_ARGS__)
#define RINGLOG_MAP_31(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_30(f, __VA_ARGS__)
#define RINGLOG_MAP_32(f, a, ...) , RINGLOG_ARGUMENT_(a) RINGLOG_MAP_31(f, __VA_ARGS__)

/* NONE for a format alone, SOME when arguments follow it. */
#define RINGLOG_ANY_(...) RINGLOG_PICK_(__VA_ARGS__, \
    SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, \
    SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, SOME, \
    SOME, SOME, SOME, SOME, SOME, SOME, NONE, 0)

/* The same for a text and pairs of key and value: RINGLOG_VALUES_(text, "a", b) is
 * `, RINGLOG_VALUE_(b)`, RINGLOG_KEYS_(text, "a", b) is `"a" "\0"`, and RINGLOG_PAIRS_ counts the
 * pairs. A value without a key names a macro that is not there. */
#define RINGLOG_PAIRS_(...) RINGLOG_PICK_(__VA_ARGS__, 16, pair_without_value, 15, \
    pair_without_value, 14, pair_without_value, 13, pair_without_value, 12, pair_without_value, \
    11, pair_without_value, 10, pair_without_value, 9, pair_without_value, 8, \
    pair_without_value, 7, pair_without_value, 6, pair_without_value, 5, pair_without_value, 4, \
    pair_without_value, 3, pair_without_value, 2, pair_without_value, 1, pair_without_value, 0, 0)
#define RINGLOG_VALUES_(...) \
    RINGLOG_JOIN_(RINGLOG_VALUES_, RINGLOG_PAIRS_(__VA_ARGS__))(__VA_ARGS__)
#define RINGLOG_KEYS_(...) RINGLOG_JOIN_(RINGLOG_KEYS_, RINGLOG_PAIRS_(__VA_ARGS__))(__VA_ARGS__)
#define RINGLOG_VALUES_0(t)
#define RINGLOG_KEYS_0(t) ""
#define RINGLOG_VALUES_1(t, k, v) , RINGLOG_VALUE_(v)
#define RINGLOG_KEYS_1(t, k, v) "" k "\0"
#define RINGLOG_VALUES_2(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_1(t, __VA_ARGS__)
#define RINGLOG_VALUES_3(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_2(t, __VA_ARGS__)
#define RINGLOG_VALUES_4(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_3(t, __VA_ARGS__)
#define RINGLOG_VALUES_5(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_4(t, __VA_ARGS__)
#define RINGLOG_VALUES_6(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_5(t, __VA_ARGS__)
#define RINGLOG_VALUES_7(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_6(t, __VA_ARGS__)
#define RINGLOG_VALUES_8(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_7(t, __VA_ARGS__)
#define RINGLOG_VALUES_9(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_8(t, __VA_ARGS__)
#define RINGLOG_VALUES_10(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_9(t, __VA_ARGS__)
#define RINGLOG_VALUES_11(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_10(t, __VA_ARGS__)
#define RINGLOG_VALUES_12(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_11(t, __VA_ARGS__)
#define RINGLOG_VALUES_13(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_12(t, __VA_ARGS__)
#define RINGLOG_VALUES_14(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_13(t, __VA_ARGS__)
#define RINGLOG_VALUES_15(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_14(t, __VA_ARGS__)
#define RINGLOG_VALUES_16(t, k, v, ...) , RINGLOG_VALUE_(v) RINGLOG_VALUES_15(t, __VA_ARGS__)
#define RINGLOG_KEYS_2(t, k, v, ...) "" k "\0" RINGLOG_KEYS_1(t, __VA_ARGS__)
#define RINGLOG_KEYS_3(t, k, v, ...) "" k "\0" RINGLOG_KEYS_2(t, __VA_ARGS__)
#define RINGLOG_KEYS_4(t, k, v, ...) "" k "\0" RINGLOG_KEYS_3(t, __VA_ARGS__)
#define RINGLOG_KEYS_5(t, k, v, ...) "" k "\0" RINGLOG_KEYS_4(t, __VA_ARGS__)
#define RINGLOG_KEYS_6(t, k, v, ...) "" k "\0" RINGLOG_KEYS_5(t, __VA_ARGS__)
#define RINGLOG_KEYS_7(t, k, v, ...) "" k "\0" RINGLOG_KEYS_6(t, __VA_ARGS__)
#define RINGLOG_KEYS_8(t, k, v, ...) "" k "\0" RINGLOG_KEYS_7(t, __VA_ARGS__)
#define RINGLOG_KEYS_9(t, k, v, ...) "" k "\0" RINGLOG_KEYS_8(t, __VA_ARGS__)
#define RINGLOG_KEYS_10(t, k, v, ...) "" k "\0" RINGLOG_KEYS_9(t, __VA_ARGS__)
#define RINGLOG_KEYS_11(t, k, v, ...) "" k "\0" RINGLOG_KEYS_10(t, __VA_ARGS__)
#define RINGLOG_KEYS_12(t, k, v, ...) "" k "\0" RINGLOG_KEYS_11(t, __VA_ARGS__)
#define RINGLOG_KEYS_13(t, k, v, ...) "" k "\0" RINGLOG_KEYS_12(t, __VA_ARGS__)
#define RINGLOG_KEYS_14(t, k, v, ...) "" k "\0" RINGLOG_KEYS_13(t, __VA_ARGS__)
#define RINGLOG_KEYS_15(t, k, v, ...) "" k "\0" RINGLOG_KEYS_14(t, __VA_ARGS__)
#define RINGLOG_KEYS_16(t, k, v, ...) "" k "\0" RINGLOG_KEYS_15(t, __VA_ARGS__)
/* clang-format on */

#endif
