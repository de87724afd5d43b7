/* Logs what is hard to write down, in every style at once, and says beside it what was logged.
 *
 *     log_hostile COUNT
 *
 * writes json.log, ecs.log, google.log, logfmt.log and hostile.rlog into the working directory;
 * then reader.log, which is hostile.rlog in JSON; and expected.txt, a line a record: what it holds,
 * each word a letter and a value, texts in hexadecimal (read_expected() of test_styles.py). */
#include "unit/random.h"

#include <ringlog/fields.h>
#include <ringlog/files.h>
#include <ringlog/handlers.h>
#include <ringlog/reader.h>
#include <ringlog/ringlog.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define STRING_BYTES 65536
#define require(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s (%s)\n", __FILE__, __LINE__, #condition,            \
                    ringlog_last_error());                                                         \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static FILE *expected;
static ringlog_logger *logger;

/* ---- what was logged ---- */

static void tell_hex(const char *letter, const void *bytes, size_t length)
{
    fprintf(expected, " %s", letter);
    for (size_t i = 0; i < length; i++)
        fprintf(expected, "%02x", ((const unsigned char *)bytes)[i]);
}

static void tell_text(const char *letter, const char *text)
{
    tell_hex(letter, text, strlen(text));
}

static void tell_real(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    fprintf(expected, " d%016" PRIx64, bits);
}

/* As a reader with doubles has it, for whom a tie between two of them is not always one. */
static void tell_wide(long double value)
{
    char digits[64];
    snprintf(digits, sizeof digits, "%.*Le", LDBL_DECIMAL_DIG - 1, value);
    if (isfinite(value) && !isfinite((double)value))
        tell_text("s", digits);
    else
        tell_real((double)value == value ? (double)value : strtod(digits, NULL));
}

/* A string as an argument or a value. */
static void tell_string(const char *text)
{
    if (text == NULL)
        fprintf(expected, " n");
    else
        tell_hex(strlen(text) > STRING_BYTES ? "S" : "s", text, strlen(text));
}

/* ---- what to log ---- */

static const char *const spices[] = {
    "\"",
    "\\",
    "\r\n",
    "\n{\"level\":\"forged\"}\n",
    "\t",
    "\x7f",
    "\x1b[2J",
    "\xe2\x80\xa8",
    "\xe2\x80\xa9",
    "\xe2\x80\xae",
    "\xc2\x85",
    "\xc2\x9b",
    "\xc3\xa4",
    "\xf0\x9f\x98\x80",
    "\xed\xa0\x80",
    "\xed\xb0\x80",
    "\xc0\xaf",
    "\xf4\x90\x80",
    "\xf8\x88\x80\x80\x80",
    "\xe2\x82",
    "\xff\xfe",
    "\xef\xbf\xbd",
    "\xef\xbb\xbf",
    "\\u0022",
    "key=value",
    " ",
    "%s%n",
    "'",
    "</script>",
    "plain text",
};

/* Without a NUL; `room` counts one. */
static size_t fill(char *text, size_t room)
{
    size_t length = 0;
    const unsigned pieces = random_below(8);
    for (unsigned i = 0; i < pieces; i++) {
        char random[9] = {0};
        const char *piece = random;
        if (random_below(2) != 0)
            piece = spices[random_below(sizeof spices / sizeof *spices)];
        else
            for (unsigned k = 0; k < sizeof random - 1; k++)
                random[k] = (char)(1 + random_below(255));
        if (length + strlen(piece) >= room)
            break;
        memcpy(text + length, piece, strlen(piece));
        length += strlen(piece);
    }
    text[length] = '\0';
    return length;
}

/* Mostly short; now and then as long as may be, or longer. */
static const char *string(void)
{
    static char buffers[8][2 * STRING_BYTES];
    static unsigned next;
    char *text = buffers[next++ % 8];
    size_t length = fill(text, 200);
    if (random_below(1000) == 0)
        while (length < STRING_BYTES - 200 + random_below(1000))
            length += fill(text + length, 200);
    return text;
}

static int64_t integer(void)
{
    return (int64_t)random_integer();
}

/* ---- one record of each kind ---- */

/* Logs, and tells the message that printf makes of it. A string that was cut is cut there too. */
#define LOG(...)                                                                                   \
    do {                                                                                           \
        static char message_[6 * STRING_BYTES];                                                    \
        const int length_ = snprintf(message_, sizeof message_, __VA_ARGS__);                      \
        require(length_ >= 0 && (size_t)length_ < sizeof message_);                                \
        fprintf(expected, " LINFO");                                                               \
        tell_hex("M", message_, (size_t)length_);                                                  \
        ringlog_info(logger, __VA_ARGS__);                                                         \
    } while (0)

static void log_text(void)
{
    char text[64] = "";
    const size_t length = random_below(sizeof text);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)random_bits();
    ringlog_log_text(logger, RINGLOG_ERROR, text, length);
    fprintf(expected, " LERROR");
    tell_hex("M", text, length);
}

static void log_strings(void)
{
    const char *first = string(), *second = string();
    const int number = (int)integer();
    LOG("%s|%d%s", first, number, second);
    tell_string(first);
    fprintf(expected, " i%d", number);
    tell_string(second);
}

static void log_numbers(void)
{
    const int64_t wide = integer();
    const uint64_t natural = random_integer();
    const unsigned narrow = (unsigned)integer();
    const double real = random_double();
    LOG("\"%" PRId64 "\" %" PRIu64 " %x %g \\", wide, natural, narrow, real);
    fprintf(expected, " i%" PRId64 " i%" PRIu64 " i%u", wide, natural, narrow);
    tell_real(real);
}

static void log_odd_ones(void)
{
    void *address = (void *)(uintptr_t)random_integer();
    const int byte = 1 + (int)random_below(255);
    const double real = random_double();
    const long double wide = (long double)real * (random_below(2) != 0 ? 1 : 1.25L);
    const int width = (int)random_below(20);
    const char *null = NULL;
    __asm__("" : "+r"(null)); /* the compiler shall not know */
    LOG("line\nfeed %p %c %.3Le %*d", address, byte, wide, width, 7);
    fprintf(expected, " p%" PRIxPTR " i%d", (uintptr_t)address, byte);
    tell_wide(wide);
    fprintf(expected, " i%d i7\n", width);
    LOG("%s", null);
    fprintf(expected, " n\n");
    LOG("%.4s", "abcdef");
    tell_text("s", "abcd");
}

static void log_keyed(void)
{
    const char *text = string(), *null = NULL;
    const int64_t wide = integer();
    const uint64_t natural = random_integer();
    const double real = random_double();
    const bool flag = random_below(2) != 0;
    char bytes[20];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)random_bits();
    __asm__("" : "+r"(null));
    ringlog_warning_kv(logger, "keys \"and\" 100%d\\", "user", text, "wide", wide, "natural",
                       natural, "real", real, "flag", flag, "bytes",
                       ringlog_bytes(bytes, sizeof bytes), "nothing", null, "here", (void *)bytes,
                       "level", 9, "log", 1, "a b=\"c\"", 2, "user", 3);
    fprintf(expected, " LWARNING");
    tell_text("M", "keys \"and\" 100%d\\");
    tell_text("K", "user");
    tell_string(text);
    tell_text("K", "wide");
    fprintf(expected, " i%" PRId64, wide);
    tell_text("K", "natural");
    fprintf(expected, " i%" PRIu64, natural);
    tell_text("K", "real");
    tell_real(real);
    tell_text("K", "flag");
    fprintf(expected, flag ? " t" : " f");
    tell_text("K", "bytes");
    tell_hex("x", bytes, sizeof bytes);
    tell_text("K", "nothing");
    fprintf(expected, " n");
    tell_text("K", "here");
    fprintf(expected, " p%" PRIxPTR, (uintptr_t)bytes);
    tell_text("K", "level");
    fprintf(expected, " i9");
    tell_text("K", "log");
    fprintf(expected, " i1");
    tell_text("K", "a b=\"c\"");
    fprintf(expected, " i2");
}

static bool is_new(char keys[][64], unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(keys[i], keys[count]) == 0)
            return false;
    return keys[count][0] != '\0';
}

/* Keys of any bytes, and an event's texts. */
static void log_event(void)
{
    static const char *const known[] = {"time",      "file",      "fields", "fields.time", "log",
                                        "log.level", "process.x", "error",  "stack",       "a%20b"};
    char keys[6][64];
    struct ringlog_extra extra[6];
    unsigned count = 0;
    for (unsigned i = 0; i < 6; i++) {
        if (random_below(3) == 0)
            snprintf(keys[count], sizeof keys[count], "%s", known[random_below(10)]);
        else
            fill(keys[count], sizeof keys[count]);
        if (!is_new(keys, count))
            continue;
        extra[count] = RINGLOG_EXTRA(keys[count], (int)i);
        count++;
    }
    const char *text = string();
    char exception[1000], stack[1000], file[64], function[64];
    fill(exception, sizeof exception);
    fill(stack, sizeof stack);
    fill(file, sizeof file);
    fill(function, sizeof function);
    const struct ringlog_event event = {.level = 25,
                                        .text = text,
                                        .text_length = strlen(text),
                                        .file = file,
                                        .function = function,
                                        .line = 7,
                                        .exception_text = exception,
                                        .stack_text = stack,
                                        .extra = extra,
                                        .extra_count = count};
    require(ringlog_log_ex(logger, &event) == 0);
    tell_text("L", "");
    fprintf(expected, "Level_25");
    tell_text("M", text); /* cut only where the ring is too small */
    tell_text("e", exception);
    tell_text("k", stack);
    tell_text("F", file);
    tell_text("G", function);
    for (unsigned i = 0; i < count; i++) {
        tell_text("K", keys[i]);
        fprintf(expected, " i%d", (int)extra[i].value.word);
    }
}

/* A context holds no more than 64 KiB. */
static void log_in_context(void)
{
    char text[4096];
    fill(text, sizeof text);
    require(ringlog_context_set("request", text) == 0);
    LOG("in context");
    tell_text("K", "request");
    tell_string(text);
    require(ringlog_context_clear() == 0);
}

static void log_one(void)
{
    static void (*const kinds[])(void) = {log_text,  log_strings, log_numbers,   log_odd_ones,
                                          log_keyed, log_event,   log_in_context};
    kinds[random_below(sizeof kinds / sizeof *kinds)]();
    fputc('\n', expected);
}

/* ---- where to ---- */

static void attach(ringlog_handler *handler)
{
    require(ringlog_logger_add_handler(ringlog_root(), handler) == 0);
    ringlog_handler_unref(handler);
}

static void log_to(const char *path, enum ringlog_style style)
{
    ringlog_handler *file;
    ringlog_formatter *formatter;
    require(ringlog_file_handler_new(&file, path, NULL) == 0);
    const struct ringlog_extra host = RINGLOG_EXTRA("host", "h\"1\"");
    require(ringlog_formatter_new(&formatter,
                                  &(struct ringlog_formatter_options){
                                      .style = style, .defaults = &host, .default_count = 1}) == 0);
    require(ringlog_handler_set_formatter(file, formatter) == 0);
    ringlog_formatter_unref(formatter);
    attach(file);
}

/* The binary log through a reader, in JSON. */
static void read_again(const char *from, const char *to)
{
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    FILE *file = fopen(to, "w");
    require(file != NULL && ringlog_reader_open(&reader, from) == 0);
    const struct ringlog_extra host = RINGLOG_EXTRA("host", "h\"1\"");
    require(ringlog_reader_set_format(
                reader, &(struct ringlog_formatter_options){.style = RINGLOG_STYLE_JSON,
                                                            .defaults = &host,
                                                            .default_count = 1}) == 0);
    int kind;
    while ((kind = ringlog_reader_next(reader, &record)) > 0) {
        const char *line;
        size_t length;
        if (kind != RINGLOG_READER_RECORD)
            continue;
        require(ringlog_reader_line(reader, &line, &length) == 0);
        require(fwrite(line, 1, length, file) == length && fputc('\n', file) == '\n');
        /* Alone it is escaped in the way of patterns. */
        require(ringlog_reader_message(reader, &line, &length) == 0);
        require(memchr(line, '\n', length) == NULL && memchr(line, '\x1b', length) == NULL);
    }
    require(kind == 0);
    ringlog_reader_close(reader);
    fclose(file);
}

int main(int argc, char **argv)
{
    require(argc == 2);
    random_start(1);
    expected = fopen("expected.txt", "w");
    require(expected != NULL);
    log_to("json.log", RINGLOG_STYLE_JSON);
    log_to("ecs.log", RINGLOG_STYLE_JSON_ECS);
    log_to("google.log", RINGLOG_STYLE_JSON_GOOGLE);
    log_to("logfmt.log", RINGLOG_STYLE_LOGFMT);
    ringlog_handler *binary;
    require(ringlog_binary_file_handler_new(&binary, "hostile.rlog", NULL) == 0);
    attach(binary);
    require(ringlog_init(&(struct ringlog_options){.string_bytes = STRING_BYTES,
                                                   .ring_bytes = 4 << 20}) == 0);
    logger = ringlog_get_logger("net.\"quoted\"\n\\\xff");
    require(logger != NULL && ringlog_logger_set_level(logger, RINGLOG_DEBUG) == 0);
    for (unsigned long i = strtoul(argv[1], NULL, 10); i > 0; i--)
        log_one();
    require(ringlog_shutdown(-1) == 0);
    require(fclose(expected) == 0);
    read_again("hostile.rlog", "reader.log");
    return 0;
}
