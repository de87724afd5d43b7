/* What a log macro expands to. Not API. */
#ifndef RINGLOG_DETAIL_CALL_H
#define RINGLOG_DETAIL_CALL_H

#include "ringlog/detail/capture.h"
#include "ringlog/detail/map.h"

/* By a function: were all elements constants, or in C++ any, the compiler would clear the whole array
 * in memory first. */
#define RINGLOG_NO_ARGUMENT_ ringlog_word_argument_(RINGLOG_FIELD_NONE, 0)

/* `"" format` makes anything but a literal a compile error. */
#define RINGLOG_CALL_(logger, level, ...)                                                          \
    do {                                                                                           \
        if ((level) >= RINGLOG_ACTIVE_LEVEL) {                                                     \
            const struct ringlog_logger *ringlog_logger_ = (logger);                               \
            if (ringlog_gate_(ringlog_logger_, (level))) {                                         \
                static struct ringlog_site ringlog_site_ = RINGLOG_SITE_(level, 0, __VA_ARGS__);   \
                const struct ringlog_argument ringlog_arguments_[] = {                             \
                    RINGLOG_NO_ARGUMENT_ RINGLOG_ARGUMENTS_(__VA_ARGS__), RINGLOG_NO_ARGUMENT_};   \
                if (0)                                                                             \
                    ringlog_check_format_(__VA_ARGS__);                                            \
                ringlog_capture_(ringlog_logger_, &ringlog_site_, (level), ringlog_arguments_,     \
                                 RINGLOG_COUNT_(__VA_ARGS__) + 2);                                 \
            }                                                                                      \
        }                                                                                          \
    } while (0)

#define RINGLOG_CALL_AT_(logger, level, ...)                                                       \
    do {                                                                                           \
        const int ringlog_level_ = (level);                                                        \
        if (ringlog_level_ >= RINGLOG_ACTIVE_LEVEL) {                                              \
            const struct ringlog_logger *ringlog_logger_ = (logger);                               \
            if (ringlog_gate_(ringlog_logger_, ringlog_level_)) {                                  \
                static struct ringlog_site ringlog_site_ =                                         \
                    RINGLOG_SITE_(0, RINGLOG_SITE_RUNTIME_LEVEL_, __VA_ARGS__);                    \
                const struct ringlog_argument ringlog_arguments_[] = {                             \
                    RINGLOG_NO_ARGUMENT_,                                                          \
                    RINGLOG_ARGUMENT_(ringlog_level_) RINGLOG_ARGUMENTS_(__VA_ARGS__),             \
                    RINGLOG_NO_ARGUMENT_};                                                         \
                if (0)                                                                             \
                    ringlog_check_format_(__VA_ARGS__);                                            \
                ringlog_capture_(ringlog_logger_, &ringlog_site_, ringlog_level_,                  \
                                 ringlog_arguments_, RINGLOG_COUNT_(__VA_ARGS__) + 3);             \
            }                                                                                      \
        }                                                                                          \
    } while (0)

/* A text, keys and values. */
#define RINGLOG_CALL_KV_(logger, level, ...)                                                       \
    do {                                                                                           \
        if ((level) >= RINGLOG_ACTIVE_LEVEL) {                                                     \
            const struct ringlog_logger *ringlog_logger_ = (logger);                               \
            if (ringlog_gate_(ringlog_logger_, (level))) {                                         \
                static struct ringlog_site ringlog_site_ =                                         \
                    RINGLOG_KEYED_SITE_(level, RINGLOG_SITE_KEYS_, __VA_ARGS__);                   \
                const struct ringlog_argument ringlog_arguments_[] = {                             \
                    RINGLOG_NO_ARGUMENT_ RINGLOG_VALUES_(__VA_ARGS__), RINGLOG_NO_ARGUMENT_};      \
                ringlog_capture_(ringlog_logger_, &ringlog_site_, (level), ringlog_arguments_,     \
                                 RINGLOG_PAIRS_(__VA_ARGS__) + 2);                                 \
            }                                                                                      \
        }                                                                                          \
    } while (0)

#define RINGLOG_CALL_KV_AT_(logger, level, ...)                                                    \
    do {                                                                                           \
        const int ringlog_level_ = (level);                                                        \
        if (ringlog_level_ >= RINGLOG_ACTIVE_LEVEL) {                                              \
            const struct ringlog_logger *ringlog_logger_ = (logger);                               \
            if (ringlog_gate_(ringlog_logger_, ringlog_level_)) {                                  \
                static struct ringlog_site ringlog_site_ = RINGLOG_KEYED_SITE_(                    \
                    0, RINGLOG_SITE_KEYS_ | RINGLOG_SITE_RUNTIME_LEVEL_, __VA_ARGS__);             \
                const struct ringlog_argument ringlog_arguments_[] = {                             \
                    RINGLOG_NO_ARGUMENT_,                                                          \
                    RINGLOG_ARGUMENT_(ringlog_level_) RINGLOG_VALUES_(__VA_ARGS__),                \
                    RINGLOG_NO_ARGUMENT_};                                                         \
                ringlog_capture_(ringlog_logger_, &ringlog_site_, ringlog_level_,                  \
                                 ringlog_arguments_, RINGLOG_PAIRS_(__VA_ARGS__) + 3);             \
            }                                                                                      \
        }                                                                                          \
    } while (0)

#define RINGLOG_KEYED_SITE_(level, flags, ...)                                                     \
    {                                                                                              \
        0, 0, RINGLOG_SITE_LAYOUT_, flags, level, __LINE__, 0,                                     \
            "" RINGLOG_FORMAT_(__VA_ARGS__) "\0" RINGLOG_KEYS_(__VA_ARGS__), __FILE__, __func__    \
    }

#define RINGLOG_SITE_(level, flags, ...)                                                           \
    {                                                                                              \
        0, 0, RINGLOG_SITE_LAYOUT_, flags, level, __LINE__, 0,                                     \
            "" RINGLOG_FORMAT_(__VA_ARGS__), __FILE__, __func__                                    \
    }

#endif
