/* The same as RINGLOG_ARGUMENT_ for C++, by overloads. Included by argument.h only. */
#ifndef RINGLOG_DETAIL_ARGUMENT_CXX_H
#define RINGLOG_DETAIL_ARGUMENT_CXX_H

#include <cstddef>
#include <type_traits>

namespace ringlog_detail
{

template <class T> RINGLOG_INLINE_ ringlog_argument argument(T x)
{
    static_assert(std::is_scalar<T>::value,
                  "ringlog: a log argument must be a number, an enum or a pointer (c_str()?)");
    if constexpr (std::is_same<T, long double>::value) {
        return ringlog_wide_argument_(x);
    } else if constexpr (std::is_floating_point<T>::value) {
        return ringlog_real_argument_(x);
    } else if constexpr (std::is_enum<T>::value) {
        return argument(static_cast<typename std::underlying_type<T>::type>(x));
    } else if constexpr (std::is_integral<T>::value) {
        /* What it promotes to as an argument of printf. */
        typedef decltype(+x) promoted;
        if constexpr (sizeof(promoted) <= 4)
            return ringlog_word_argument_(std::is_signed<promoted>::value ? RINGLOG_FIELD_I32
                                                                          : RINGLOG_FIELD_U32,
                                          static_cast<uint64_t>(x));
        else
            return ringlog_word_argument_(std::is_signed<promoted>::value ? RINGLOG_FIELD_I64
                                                                          : RINGLOG_FIELD_U64,
                                          static_cast<uint64_t>(x));
    } else if constexpr (std::is_same<T, std::nullptr_t>::value) {
        (void)x;
        return ringlog_word_argument_(RINGLOG_FIELD_POINTER, 0);
    } else if constexpr (std::is_same<T, char *>::value || std::is_same<T, const char *>::value) {
        return ringlog_word_argument_(RINGLOG_FIELD_STRING, reinterpret_cast<uintptr_t>(x));
    } else if constexpr (std::is_same<T, ringlog_bytes_>::value) {
        return ringlog_word_argument_(RINGLOG_FIELD_BYTES, reinterpret_cast<uintptr_t>(x));
    } else {
        return ringlog_word_argument_(RINGLOG_FIELD_POINTER, reinterpret_cast<uintptr_t>(x));
    }
}

template <class T> RINGLOG_INLINE_ ringlog_argument value(T x)
{
    return ringlog_value_argument_(argument(x), std::is_same<T, bool>::value);
}

} // namespace ringlog_detail

#define RINGLOG_ARGUMENT_(x) ringlog_detail::argument(x)
#define RINGLOG_VALUE_(x)    ringlog_detail::value(x)

#endif
