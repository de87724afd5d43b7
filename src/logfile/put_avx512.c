/* Eight numbers at a time. Groups that are not whole go the plain way. */
#include "logfile/put.h"

#if defined(__x86_64__)

#    include "logfile/bits.h"
#    include "logfile/pack.h"

#    include <immintrin.h>
#    include <string.h>

#    define WITH_AVX512                                                                            \
        __attribute__((target("avx512f,avx512bw,avx512cd,avx512vl,avx512vbmi2,bmi2,lzcnt,"         \
                              "popcnt")))
#    define EIGHTS (RL_PUT_GROUP / 8)

static inline uint64_t low_bits(unsigned count)
{
    return (UINT64_C(1) << count) - 1;
}

/* ---- widths ---------------------------------------------------------------------------------- */

/* Numbers of up to eight bits: as many bytes, whose bits are drawn together. */
WITH_AVX512 static inline unsigned char *pack_bytes(unsigned char *to, const __m512i *eights,
                                                    unsigned width)
{
    const uint64_t mask = low_bits(width) * UINT64_C(0x0101010101010101);
    for (unsigned i = 0; i < EIGHTS; i++, to += width) {
        const __m128i narrow = _mm512_cvtepi64_epi8(eights[i]);
        rl_store_le64(to, _pext_u64((uint64_t)_mm_cvtsi128_si64(narrow), mask));
    }
    return to;
}

/* Of nine to sixteen. */
WITH_AVX512 static inline unsigned char *pack_words(unsigned char *to, const __m512i *eights,
                                                    unsigned width)
{
    const uint64_t mask = low_bits(width) * UINT64_C(0x0001000100010001);
    const unsigned half = 4 * width;
    for (unsigned i = 0; i < EIGHTS; i++, to += width) {
        const __m128i narrow = _mm512_cvtepi64_epi16(eights[i]);
        const uint64_t low = _pext_u64((uint64_t)_mm_cvtsi128_si64(narrow), mask);
        const uint64_t high = _pext_u64((uint64_t)_mm_extract_epi64(narrow, 1), mask);
        rl_store_le64(to, low | high << (half - 1) << 1);
        rl_store_le64(to + 8, high >> (64 - half));
    }
    return to;
}

WITH_AVX512 static inline unsigned char *pack(unsigned char *to, const __m512i *eights,
                                              unsigned width)
{
    if (width <= 8)
        return pack_bytes(to, eights, width);
    if (width <= 16)
        return pack_words(to, eights, width);
    uint64_t values[RL_PUT_GROUP];
    for (unsigned i = 0; i < EIGHTS; i++)
        _mm512_storeu_si512(values + i * 8, eights[i]);
    return rl_bits_pack(to, values, RL_PUT_GROUP, width);
}

WITH_AVX512 static inline unsigned char *put_near(unsigned char *to, __m512i *eights)
{
    __m512i least = eights[0], most = eights[0];
    for (unsigned i = 1; i < EIGHTS; i++) {
        least = _mm512_min_epi64(least, eights[i]);
        most = _mm512_max_epi64(most, eights[i]);
    }
    const int64_t base = _mm512_reduce_min_epi64(least);
    const uint64_t range = (uint64_t)_mm512_reduce_max_epi64(most) - (uint64_t)base;
    for (unsigned i = 0; i < EIGHTS; i++)
        eights[i] = _mm512_sub_epi64(eights[i], _mm512_set1_epi64(base));
    to = rl_put_varint(to, rl_zigzag(base));
    *to++ = (unsigned char)rl_bits_of(range);
    return pack(to, eights, rl_bits_of(range));
}

WITH_AVX512 static unsigned char *near(unsigned char *to, const uint64_t *values, size_t count)
{
    if (count != RL_PUT_GROUP)
        return rl_put_plain.near(to, values, count);
    __m512i eights[EIGHTS];
    for (unsigned i = 0; i < EIGHTS; i++)
        eights[i] = _mm512_loadu_si512(values + i * 8);
    return put_near(to, eights);
}

WITH_AVX512 static unsigned char *steps(unsigned char *to, const uint64_t *values, size_t count)
{
    if (count != RL_PUT_GROUP)
        return rl_put_plain.steps(to, values, count);
    __m512i eights[EIGHTS];
    for (unsigned i = 0; i < EIGHTS; i++)
        eights[i] = _mm512_sub_epi64(_mm512_loadu_si512(values + i * 8),
                                     _mm512_loadu_si512(values + i * 8 - 1));
    return put_near(to, eights);
}

/* ---- lengths --------------------------------------------------------------------------------- */

/* The bytes of a number up to its highest one that is not zero, the first of them at least, are
 * drawn together. */
WITH_AVX512 static inline __attribute__((always_inline)) unsigned char *
put_bytes(unsigned char *to, const uint64_t *values, unsigned width, bool is_signed)
{
    const uint64_t mask = low_bits(width) * UINT64_C(0x0101010101010101);
    unsigned char lengths[EIGHTS * 3 + 8];
    unsigned char *const start = to;
    __m512i all = _mm512_setzero_si512();
    to += EIGHTS * width;
    for (unsigned i = 0; i < EIGHTS; i++) {
        __m512i eight = _mm512_loadu_si512(values + i * 8);
        if (is_signed)
            eight = _mm512_xor_si512(_mm512_slli_epi64(eight, 1), _mm512_srai_epi64(eight, 63));
        all = _mm512_or_si512(all, eight);
        const __m512i zeros = _mm512_lzcnt_epi64(_mm512_or_si512(eight, _mm512_set1_epi64(1)));
        const __m512i spare = _mm512_and_si512(zeros, _mm512_set1_epi64(56));
        const __mmask64 kept = _mm512_movepi8_mask(_mm512_srlv_epi64(_mm512_set1_epi64(-1), spare));
        /* Into a register first: straight to memory takes some processors ten times as long. */
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(kept, eight));
        to += __builtin_popcountll(kept);
        const __m512i less_one =
            _mm512_sub_epi64(_mm512_set1_epi64(7), _mm512_srli_epi64(spare, 3));
        const __m128i narrow = _mm512_cvtepi64_epi8(less_one);
        rl_store_le64(lengths + i * width, _pext_u64((uint64_t)_mm_cvtsi128_si64(narrow), mask));
    }
    if (width == 2 && (uint64_t)_mm512_reduce_or_epi64(all) > UINT32_MAX)
        return NULL;
    memcpy(start, lengths, EIGHTS * width);
    return to;
}

WITH_AVX512 static unsigned char *bytes(unsigned char *to, const uint64_t *values, size_t count,
                                        unsigned width, bool is_signed)
{
    if (count != RL_PUT_GROUP)
        return rl_put_plain.bytes(to, values, count, width, is_signed);
    if (width == 2)
        return is_signed ? put_bytes(to, values, 2, true) : put_bytes(to, values, 2, false);
    return is_signed ? put_bytes(to, values, 3, true) : put_bytes(to, values, 3, false);
}

const struct rl_put *rl_put_avx512(void)
{
    static const struct rl_put put = {near, steps, bytes};
    const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vl") &&
                     __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2");
    return has ? &put : NULL;
}

#else

const struct rl_put *rl_put_avx512(void)
{
    return NULL;
}

#endif
