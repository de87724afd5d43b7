#include "logfile/wide.h"

#include "base/endian.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum rl_wide_form rl_wide_native(void)
{
#if LDBL_MANT_DIG == 53
    return RL_WIDE_BINARY64;
#elif LDBL_MANT_DIG == 64
    return RL_WIDE_X87;
#elif LDBL_MANT_DIG == 113
    return RL_WIDE_BINARY128;
#else
    return RL_WIDE_OTHER;
#endif
}

static void copy_least_first(unsigned char to[16], const unsigned char from[16])
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (unsigned i = 0; i < sizeof(long double); i++)
        to[i] = from[sizeof(long double) - 1 - i];
#else
    memcpy(to, from, 16);
#endif
}

void rl_wide_store(unsigned char to[16], const unsigned char native[16])
{
    memset(to, 0, 16);
    copy_least_first(to, native);
}

/* What sign, biased exponent and fraction say, whatever their widths. */
struct parts {
    bool negative;
    int exponent;       /* of the fraction's last bit */
    bool special;       /* infinity or NaN */
    uint64_t high, low; /* the significand: high * 2^64 + low */
};

static struct parts parts_of_binary64(const unsigned char *from)
{
    const uint64_t bits = rl_load_le64(from);
    const int biased = (int)(bits >> 52 & 0x7ff);
    const uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    return (struct parts){
        .negative = bits >> 63 != 0,
        .special = biased == 0x7ff,
        .exponent = (biased == 0 ? 1 : biased) - 1075,
        .low = biased == 0 || biased == 0x7ff ? fraction : fraction | UINT64_C(1) << 52,
    };
}

static struct parts parts_of_x87(const unsigned char *from)
{
    const unsigned top = rl_load_le16(from + 8);
    const int biased = (int)(top & 0x7fff);
    const uint64_t significand = rl_load_le64(from);
    return (struct parts){
        .negative = top >> 15 != 0,
        .special = biased == 0x7fff,
        .exponent = (biased == 0 ? 1 : biased) - 16446,
        /* Infinity has the integer bit alone. */
        .low = biased == 0x7fff ? significand << 1 : significand,
    };
}

static struct parts parts_of_binary128(const unsigned char *from)
{
    const uint64_t top = rl_load_le64(from + 8);
    const int biased = (int)(top >> 48 & 0x7fff);
    const uint64_t fraction = top & ((UINT64_C(1) << 48) - 1);
    return (struct parts){
        .negative = top >> 63 != 0,
        .special = biased == 0x7fff,
        .exponent = (biased == 0 ? 1 : biased) - 16495,
        .high = biased == 0 || biased == 0x7fff ? fraction : fraction | UINT64_C(1) << 48,
        .low = rl_load_le64(from),
    };
}

static long double value_of(struct parts parts)
{
    long double value;
    if (parts.special)
        value = (parts.high | parts.low) != 0 ? (long double)NAN : (long double)INFINITY;
    else
        value = ldexpl((long double)parts.high, parts.exponent + 64) +
                ldexpl((long double)parts.low, parts.exponent);
    return parts.negative ? -value : value;
}

static struct rl_wide convert(enum rl_wide_form form, const unsigned char from[16])
{
    long double value = 0;
    if (form == RL_WIDE_BINARY64)
        value = value_of(parts_of_binary64(from));
    else if (form == RL_WIDE_X87)
        value = value_of(parts_of_x87(from));
    else if (form == RL_WIDE_BINARY128)
        value = value_of(parts_of_binary128(from));
    struct rl_wide wide = {{0}};
    memcpy(wide.bytes, &value, LDBL_MANT_DIG == 64 ? 10 : sizeof value);
    return wide;
}

/* The shortest form that uses all bytes that are not zero: no other value of it looks shorter than
 * zero and what binary128 has below 2^-16382 or x87 as denormals. */
static enum rl_wide_form form_by_length(const unsigned char from[16])
{
    const uint64_t top = rl_load_le64(from + 8);
    if (top >> 16 != 0)
        return RL_WIDE_BINARY128;
    return top != 0 ? RL_WIDE_X87 : RL_WIDE_BINARY64;
}

struct rl_wide rl_wide_load(enum rl_wide_form form, const unsigned char from[16])
{
    if (form == RL_WIDE_UNSEEN)
        form = form_by_length(from);
    if (form != rl_wide_native())
        return convert(form, from);
    struct rl_wide wide = {{0}};
    copy_least_first(wide.bytes, from);
    return wide;
}
