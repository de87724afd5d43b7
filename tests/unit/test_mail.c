/* A mail's text, byte by byte: what servers forgive is not seen by sending it to one. */
#include "cmocka_first.h"

#include "net/address.h"
#include "net/budget.h"
#include "net/tally.h"
#include "net/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2005-03-19 15:10:26 UTC, a Saturday. */
#define TIME_NS INT64_C(1111245026618000000)

static struct rl_buffer mail;

static const char *written(const char *subject, const char *body, size_t length)
{
    char to_text[] = "to@example.org";
    char *to[] = {to_text};
    const struct rl_mail_heading heading = {"from@example.org", to, 1, subject};
    mail.length = 0;
    rl_mail_write(&heading, TIME_NS, "unique", body, length, &mail);
    rl_buffer_append_char(&mail, '\0');
    assert_false(mail.failed);
    return mail.data;
}

static void assert_body(const char *body, const char *encoding, const char *expected)
{
    const char *text = written("s", body, strlen(body));
    const char *empty_line = strstr(text, "\r\n\r\n");
    char header[80];
    snprintf(header, sizeof header, "\r\nContent-Transfer-Encoding: %s\r\n\r\n", encoding);
    assert_non_null(strstr(text, header));
    assert_string_equal(empty_line + 4, expected);
}

static void assert_subject(const char *subject, const char *expected)
{
    const char *begin = strstr(written(subject, "", 0), "\r\nSubject: ") + 2;
    const char *end = strstr(begin, "\r\nDate: ");
    char *found = strndup(begin, (size_t)(end - begin));
    assert_string_equal(found, expected);
    free(found);
}

static void a_whole_mail(void **state)
{
    (void)state;
    assert_string_equal(written("errors", "one\ntwo\n", 8),
                        "From: from@example.org\r\n"
                        "To: to@example.org\r\n"
                        "Subject: errors\r\n"
                        "Date: Sat, 19 Mar 2005 15:10:26 +0000\r\n"
                        "Message-ID: <unique@example.org>\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=\"utf-8\"\r\n"
                        "Content-Transfer-Encoding: 7bit\r\n"
                        "\r\n"
                        "one\r\ntwo\r\n");
}

static void bodies(void **state)
{
    (void)state;
    assert_body("tab\tand = ~\n", "7bit", "tab\tand = ~\r\n");
    assert_body("no newline", "7bit", "no newline\r\n");
    assert_body("\n\n", "7bit", "\r\n\r\n");
    assert_body("1 = \xc3\xa9 \n\t\n", "quoted-printable", "1 =3D =C3=A9=20\r\n=09\r\n");
    assert_body("a\rb\x01\n", "quoted-printable", "a=0Db=01\r\n");
    assert_body("\xff", "quoted-printable", "=FF\r\n");
}

static void lines_are_of_bounded_length(void **state)
{
    (void)state;
    char body[3000];
    memset(body, 'x', sizeof body);
    body[998] = body[1998] = '\n'; /* 998 bytes, then 999: one too many */
    for (size_t length = 999; length <= 1999; length += 1000) {
        const char *text = written("s", body, length);
        const bool quoted = strstr(text, "quoted-printable") != NULL;
        assert_int_equal(quoted, length == 1999);
        const size_t most = quoted ? 78 : 1000;
        for (const char *at = text; *at != '\0'; at = strstr(at, "\r\n") + 2)
            assert_true((size_t)(strstr(at, "\r\n") + 2 - at) <= most);
    }
}

static void subjects(void **state)
{
    (void)state;
    assert_subject("plain = ascii_?", "Subject: plain = ascii_?");
    assert_subject("\xc3\xa9", "Subject: =?utf-8?q?=C3=A9?=");
    assert_subject("a b\xc3\xa9_?=", "Subject: =?utf-8?q?a_b=C3=A9=5F=3F=3D?=");
    assert_subject("=?utf-8?q?x?=", "Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=");
    assert_subject(" x", "Subject: =?utf-8?q?_x?=");
    /* Folded at a blank, which begins the next line. */
    assert_subject("0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789",
                   "Subject: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\r\n"
                   " 0123456789");
}

static void encoded_words_are_short_and_of_whole_characters(void **state)
{
    (void)state;
    char subject[400] = "";
    for (int i = 0; i < 100; i++)
        strcat(subject, i % 3 == 0 ? "\xe2\x9c\x93" : "x");
    const char *at = strstr(written(subject, "", 0), "Subject: ") + strlen("Subject: ");
    const char *end = strstr(at, "\r\nDate: ");
    unsigned words = 0;
    while (at < end) {
        const char *line_end = strstr(at, "\r\n");
        assert_true(line_end - at <= 75);
        at = strstr(at, "?q?") + 3;
        for (; *at != '?'; words++)
            at += *at == '=' ? 9 : 1; /* all of a character, or the next "?" would not be found */
        at = line_end + 3;
    }
    assert_int_equal(words, 100);
}

static void addresses(void **state)
{
    (void)state;
    const char *good[] = {"a@b", "a.b+c@example.org", "root", "a@[127.0.0.1]",
                          "o'neill@example.org"};
    const char *bad[] = {"",       "a@b\r\nDATA", "a@b\n", "<a@b>",      "a@b>",  "a b@c",
                         "@b",     "a@",          "a@b@c", "a,b@c",      "a;b@c", "\"a\"@b",
                         "a\\b@c", "a@b\t",       "\x7f",  "\xc3\xa9@b", "a(b)@c"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_null(rl_address_fault(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_non_null(rl_address_fault(bad[i]));
    assert_non_null(rl_subject_fault("a\r\nb"));
    assert_non_null(rl_subject_fault("\xff"));
    assert_null(rl_subject_fault("gr\xc3\xb6\xc3\x9f"
                                 "er"));
    assert_null(rl_host_fault("::1"));
    assert_non_null(rl_host_fault("user@host"));
}

/* Whenever a mail may go it goes: no minute has more than it may hold, and of those that are in no
 * hurry always one less. */
static void no_minute_holds_more_than_the_budget(void **state)
{
    (void)state;
    for (unsigned most = 1; most <= 12; most++) {
        for (int hurry = 0; hurry < 2; hurry++) {
            struct rl_budget budget;
            int64_t sent[200], now = 5;
            assert_true(rl_budget_init(&budget, most));
            for (unsigned i = 0; i < 200; i++) {
                const int64_t next = rl_budget_next(&budget, hurry);
                now = next > now ? next : now;
                sent[i] = now;
                rl_budget_spend(&budget, now);
            }
            const unsigned allowed = hurry || most == 1 ? most : most - 1;
            for (unsigned i = allowed; i < 200; i++)
                assert_true(sent[i] - sent[i - allowed] > INT64_C(60000000000));
            assert_true(sent[199] < (200 / allowed + 2) * INT64_C(61000000000));
            rl_budget_destroy(&budget);
        }
    }
}

static void append_tally(struct rl_buffer *out, size_t *last, const char *line, int level,
                         bool fold)
{
    const size_t start = out->length;
    rl_tally_begin(out);
    rl_buffer_append(out, line, strlen(line));
    const struct rl_tally tally = {
        .count = 1, .line_bytes = (uint32_t)strlen(line), .level = level};
    rl_tally_end(out, start, last, tally, fold);
}

static void repeats_in_a_row_are_one_tally(void **state)
{
    (void)state;
    struct rl_buffer out = {0};
    size_t last = 0;
    for (int i = 0; i < 1000; i++)
        append_tally(&out, &last, "the same\n", 40, true);
    const size_t one = out.length;
    assert_in_range(one, sizeof(struct rl_tally) + 9, sizeof(struct rl_tally) + 16);
    assert_int_equal(rl_tallies_count(out.data, out.length), 1000);
    append_tally(&out, &last, "the same\n", 50, true);
    append_tally(&out, &last, "another \n", 50, true);
    append_tally(&out, &last, "another \n", 50, false);
    assert_int_equal(out.length, 4 * one);
    assert_int_equal(rl_tallies_count(out.data, out.length), 1003);
    /* What was handed on is not counted into. */
    out.length = 0;
    append_tally(&out, &last, "another \n", 50, true);
    assert_int_equal(out.length, one);
    assert_int_equal(rl_tallies_count(out.data, out.length), 1);
    rl_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_mail),
        cmocka_unit_test(bodies),
        cmocka_unit_test(lines_are_of_bounded_length),
        cmocka_unit_test(subjects),
        cmocka_unit_test(encoded_words_are_short_and_of_whole_characters),
        cmocka_unit_test(addresses),
        cmocka_unit_test(repeats_in_a_row_are_one_tally),
        cmocka_unit_test(no_minute_holds_more_than_the_budget),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rl_buffer_free(&mail);
    return failed;
}
