#include "net/mail.h"

#include "base/thread.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LINE_BYTES    998 /* RFC 5322, 2.1.1, without CR LF */
#define HEADER_BYTES  78  /* where headers are folded */
#define ENCODED_BYTES 75  /* of one encoded word, RFC 2047, 2; of one quoted-printable line: 76 */

static const char hexadecimal[] = "0123456789ABCDEF";

static void put(struct rl_buffer *out, const char *text)
{
    rl_buffer_append(out, text, strlen(text));
}

static void put_hex(struct rl_buffer *out, char byte)
{
    const unsigned char value = (unsigned char)byte;
    const char code[3] = {'=', hexadecimal[value >> 4], hexadecimal[value & 15]};
    rl_buffer_append(out, code, sizeof code);
}

static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((text[i] < ' ' || text[i] > '~') && text[i] != '\t' && text[i] != '\n')
            return false;
    return true;
}

/* ---- headers ---- */

/* One header with all of them, folded between two. */
static void put_to(const struct rl_mail_heading *heading, struct rl_buffer *out)
{
    size_t column = strlen("To: ");
    put(out, "To: ");
    for (size_t i = 0; i < heading->to_count; i++) {
        const size_t bytes = strlen(heading->to[i]) + 2;
        if (i != 0 && column + bytes > HEADER_BYTES) {
            put(out, ",\r\n ");
            column = 1;
        } else if (i != 0) {
            put(out, ", ");
        }
        put(out, heading->to[i]);
        column += bytes;
    }
    put(out, "\r\n");
}

/* Folded at blanks, which then begin the next line. */
static void put_plain_subject(const char *subject, struct rl_buffer *out)
{
    size_t column = strlen("Subject: ");
    put(out, "Subject: ");
    while (*subject != '\0') {
        const size_t blanks = strspn(subject, " ");
        const size_t word = blanks + strcspn(subject + blanks, " ");
        if (column + word > HEADER_BYTES && blanks != 0 && column > strlen("Subject: ") &&
            subject[blanks] != '\0') {
            put(out, "\r\n");
            column = 0;
        }
        rl_buffer_append(out, subject, word);
        column += word;
        subject += word;
    }
    put(out, "\r\n");
}

static bool is_plain_in_word(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || (byte != '\0' && strchr("!*+-/", byte) != NULL);
}

/* Encoded words of RFC 2047, each of whole characters. */
static void put_encoded_subject(const char *subject, struct rl_buffer *out)
{
    static const char begin[] = "=?utf-8?q?", end[] = "?=";
    put(out, "Subject: ");
    size_t column = strlen("Subject: "), left = strlen(subject);
    bool open = false;
    while (left != 0) {
        uint32_t code_point;
        const unsigned bytes = rl_utf8_decode(subject, left, &code_point);
        const size_t needed =
            bytes == 1 && (is_plain_in_word(*subject) || *subject == ' ') ? 1 : bytes * 3;
        if (open && column + needed + strlen(end) > ENCODED_BYTES) {
            put(out, "?=\r\n ");
            column = 1;
            open = false;
        }
        if (!open) {
            put(out, begin);
            column += strlen(begin);
            open = true;
        }
        if (*subject == ' ')
            rl_buffer_append_char(out, '_');
        else if (needed == 1)
            rl_buffer_append_char(out, *subject);
        else
            for (unsigned i = 0; i < bytes; i++)
                put_hex(out, subject[i]);
        column += needed;
        subject += bytes;
        left -= bytes;
    }
    put(out, end);
    put(out, "\r\n");
}

/* Also encoded: what looks like an encoded word, or has a word too long for a line. */
static void put_subject(const char *subject, struct rl_buffer *out)
{
    bool plain = is_plain(subject, strlen(subject)) && strstr(subject, "=?") == NULL &&
                 subject[0] != ' ' && subject[strlen(subject) - 1] != ' ';
    for (const char *word = subject; plain && *word != '\0'; word += strspn(word, " ")) {
        const size_t bytes = strcspn(word, " ");
        plain = bytes <= HEADER_BYTES - strlen("Subject: ");
        word += bytes;
    }
    if (plain)
        put_plain_subject(subject, out);
    else
        put_encoded_subject(subject, out);
}

/* In UTC, and in English whatever the locale is. */
static void put_date(int64_t time_ns, struct rl_buffer *out)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const time_t seconds = (time_t)(time_ns / 1000000000 - (time_ns % 1000000000 < 0));
    struct tm tm = {0};
    rl_libc_lock();
    gmtime_r(&seconds, &tm);
    rl_libc_unlock();
    char text[64];
    snprintf(text, sizeof text, "Date: %.3s, %02d %.3s %d %02d:%02d:%02d +0000\r\n",
             days + (size_t)tm.tm_wday * 3, tm.tm_mday, months + (size_t)tm.tm_mon * 3,
             tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    put(out, text);
}

static void put_message_id(const char *unique, const char *from, struct rl_buffer *out)
{
    const char *domain = strchr(from, '@');
    put(out, "Message-ID: <");
    put(out, unique);
    put(out, domain == NULL ? "@localhost" : domain);
    put(out, ">\r\n");
}

/* ---- the body ---- */

static bool has_long_line(const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = newline == NULL ? end : newline;
        if (line_end - text > LINE_BYTES)
            return true;
        text = line_end + 1;
    }
    return false;
}

static void put_lines(const char *text, size_t length, struct rl_buffer *out)
{
    for (const char *end = text + length; text < end;) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = newline == NULL ? end : newline;
        rl_buffer_append(out, text, (size_t)(line_end - text));
        put(out, "\r\n");
        text = line_end + 1;
    }
}

/* RFC 2045, 6.7: lines of at most 76 bytes, and none that ends in a blank. */
static void put_quoted(const char *text, size_t length, struct rl_buffer *out)
{
    size_t column = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            put(out, "\r\n");
            column = 0;
            continue;
        }
        const bool last = i + 1 == length || text[i + 1] == '\n';
        const bool blank = text[i] == ' ' || text[i] == '\t';
        const bool plain =
            text[i] != '=' && ((text[i] > ' ' && text[i] <= '~') || (blank && !last));
        const size_t needed = plain ? 1 : 3;
        if (column + needed > ENCODED_BYTES) {
            put(out, "=\r\n");
            column = 0;
        }
        if (plain)
            rl_buffer_append_char(out, text[i]);
        else
            put_hex(out, text[i]);
        column += needed;
    }
    if (column != 0)
        put(out, "\r\n");
}

void rl_mail_write(const struct rl_mail_heading *heading, int64_t time_ns, const char *unique,
                   const char *body, size_t length, struct rl_buffer *out)
{
    const bool plain = is_plain(body, length) && !has_long_line(body, length);
    put(out, "From: ");
    put(out, heading->from);
    put(out, "\r\n");
    put_to(heading, out);
    put_subject(heading->subject, out);
    put_date(time_ns, out);
    put_message_id(unique, heading->from, out);
    put(out, "Auto-Submitted: auto-generated\r\n"
             "MIME-Version: 1.0\r\n"
             "Content-Type: text/plain; charset=\"utf-8\"\r\n"
             "Content-Transfer-Encoding: ");
    put(out, plain ? "7bit\r\n\r\n" : "quoted-printable\r\n\r\n");
    if (plain)
        put_lines(body, length, out);
    else
        put_quoted(body, length, out);
}
