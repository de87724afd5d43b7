#include "cmocka_first.h"

#include "base/crc32c.h"

#include <stdlib.h>
#include <string.h>

/* RFC 3720, appendix B.4. The last vector is an iSCSI read command. */
static void the_vectors_of_rfc_3720(void **state)
{
    (void)state;
    static const unsigned char command[48] = {
        0x01, 0xc0, 0, 0,    0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 4, 0,
        0,    0,    0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
    };
    unsigned char zeros[32] = {0}, ones[32], rising[32], falling[32];
    for (unsigned i = 0; i < 32; i++) {
        ones[i] = 0xff;
        rising[i] = (unsigned char)i;
        falling[i] = (unsigned char)(31 - i);
    }
    const struct {
        const unsigned char *bytes;
        size_t length;
        uint32_t crc;
    } vectors[] = {
        {zeros, 32, 0x8a9136aa},   {ones, 32, 0x62a8ab43},    {rising, 32, 0x46dd794e},
        {falling, 32, 0x113fdb5c}, {command, 48, 0xd9963a56},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        assert_int_equal(rl_crc32c(0, vectors[i].bytes, vectors[i].length), vectors[i].crc);
        assert_int_equal(rl_crc32c_software(0, vectors[i].bytes, vectors[i].length),
                         vectors[i].crc);
    }
    assert_int_equal(rl_crc32c(0, "123456789", 9), 0xe3069283);
    assert_int_equal(rl_crc32c(0, "", 0), 0);
}

static void both_paths_agree_at_every_length_and_alignment(void **state)
{
    (void)state;
    unsigned char bytes[320];
    srand(1);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)rand();
    for (size_t from = 0; from < 16; from++)
        for (size_t length = 0; length + from <= sizeof bytes; length++)
            assert_int_equal(rl_crc32c(7, bytes + from, length),
                             rl_crc32c_software(7, bytes + from, length));
}

static void both_paths_agree_where_lanes_are_put_together(void **state)
{
    (void)state;
    enum { MOST = 100000 };
    unsigned char *bytes = malloc(MOST);
    assert_non_null(bytes);
    for (size_t i = 0; i < MOST; i++)
        bytes[i] = (unsigned char)rand();
    for (size_t length = 1; length <= MOST; length += 1 + length / 7)
        assert_int_equal(rl_crc32c(7, bytes + MOST - length, length),
                         rl_crc32c_software(7, bytes + MOST - length, length));
    free(bytes);
}

static void a_checksum_can_be_continued(void **state)
{
    (void)state;
    const char text[] = "the quick brown fox jumps over the lazy dog";
    const uint32_t whole = rl_crc32c(0, text, sizeof text);
    for (size_t cut = 0; cut <= sizeof text; cut++)
        assert_int_equal(rl_crc32c(rl_crc32c(0, text, cut), text + cut, sizeof text - cut), whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_3720),
        cmocka_unit_test(both_paths_agree_at_every_length_and_alignment),
        cmocka_unit_test(both_paths_agree_where_lanes_are_put_together),
        cmocka_unit_test(a_checksum_can_be_continued),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
