/* Parses strictly: what two readers could take for different things is refused, as RFC 9112
 * section 11 advises. */
#include "http_parse.h"

#include <string.h>
#include <strings.h>

static bool is_token_char(unsigned char c)
{
    return c > ' ' && c < 0x7f && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

static bool is_token(const char *text)
{
    const char *at = text;
    while (is_token_char((unsigned char)*at))
        at++;
    return at != text && *at == '\0';
}

/* What may stand in a target or a field value; tabs and bytes above ASCII only in values. */
static bool is_visible(const char *text, bool value)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        const bool loose = *at == ' ' || *at == '\t' || *at >= 0x80;
        if (*at == 0x7f || (loose ? !value : *at < ' '))
            return false;
    }
    return true;
}

/* Cuts `line` at the next space and returns what follows, NULL when there is none. */
static char *cut_at_space(char *line)
{
    char *space = strchr(line, ' ');
    if (space == NULL)
        return NULL;
    *space = '\0';
    return space + 1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_version(const char *text)
{
    return strncmp(text, "HTTP/", 5) == 0 && is_digit(text[5]) && text[6] == '.' &&
           is_digit(text[7]) && text[8] == '\0';
}

static int parse_request_line(char *line, struct http_request *request)
{
    char *target = cut_at_space(line);
    char *version = target == NULL ? NULL : cut_at_space(target);
    if (version == NULL || !is_token(line) || target[0] != '/' || !is_visible(target, false) ||
        !is_version(version))
        return 400;
    request->keep_alive = strcmp(version, "HTTP/1.1") == 0;
    if (!request->keep_alive && strcmp(version, "HTTP/1.0") != 0)
        return 505;
    request->method = line;
    request->target = target;
    request->path_length = strcspn(target, "?");
    request->query = target + request->path_length;
    if (*request->query == '?')
        request->query++;
    return 200;
}

static bool parse_length(const char *value, uint64_t *length)
{
    const size_t digits = strspn(value, "0123456789");
    if (digits == 0 || digits > 18 || value[digits] != '\0')
        return false;
    *length = 0;
    for (const char *at = value; *at != '\0'; at++)
        *length = *length * 10 + (uint64_t)(*at - '0');
    return true;
}

/* Whether a comma-separated list holds the word. */
static bool list_holds(const char *list, const char *word)
{
    while (*list != '\0') {
        list += strspn(list, ", \t");
        const size_t length = strcspn(list, ", \t");
        if (length == strlen(word) && strncasecmp(list, word, length) == 0)
            return true;
        list += length;
    }
    return false;
}

/* What the fields of one head said so far. */
struct fields {
    unsigned hosts;
    unsigned lengths;
    unsigned codings;
};

static char *trim(char *value)
{
    value += strspn(value, " \t");
    size_t length = strlen(value);
    while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
        length--;
    value[length] = '\0';
    return value;
}

static int parse_field(char *line, struct http_request *request, struct fields *seen)
{
    char *colon = strchr(line, ':');
    if (colon == NULL)
        return 400;
    *colon = '\0';
    char *value = trim(colon + 1);
    /* A folded line, or a blank before the colon, is no token either. */
    if (!is_token(line) || !is_visible(value, true))
        return 400;
    if (strcasecmp(line, "Host") == 0) {
        seen->hosts++;
    } else if (strcasecmp(line, "Content-Length") == 0) {
        seen->lengths++;
        if (!parse_length(value, &request->body_bytes))
            return 400;
    } else if (strcasecmp(line, "Transfer-Encoding") == 0) {
        seen->codings++;
    } else if (strcasecmp(line, "Connection") == 0) {
        if (list_holds(value, "close"))
            request->keep_alive = false;
        else if (list_holds(value, "keep-alive"))
            request->keep_alive = true;
    }
    return 200;
}

static int judge(const struct http_request *request, const struct fields *seen, bool is_1_1)
{
    if (seen->hosts > 1 || (seen->hosts == 0 && is_1_1) || seen->lengths > 1 ||
        (seen->lengths != 0 && seen->codings != 0))
        return 400;
    if (seen->codings != 0)
        return 411; /* bodies without a length are not for this server */
    if (request->body_bytes > HTTP_MAX_BODY_BYTES)
        return 413;
    return 200;
}

/* Ends the line at `line` and returns the next one. A CR, LF or NUL of its own is an error. */
static char *cut_line(char *line)
{
    char *end = strpbrk(line, "\r\n");
    if (end == NULL || end[0] != '\r' || end[1] != '\n')
        return NULL;
    *end = '\0';
    return end + 2;
}

/* `head` ends in CR LF CR LF and a NUL. */
static int parse_lines(char *head, struct http_request *request)
{
    char *line = head;
    char *next = cut_line(line);
    if (next == NULL)
        return 400;
    int status = parse_request_line(line, request);
    const bool is_1_1 = request->keep_alive;
    struct fields seen = {0};
    for (line = next; status == 200 && *line != '\r'; line = next) {
        next = cut_line(line);
        if (next == NULL)
            return 400;
        status = parse_field(line, request, &seen);
    }
    return status == 200 ? judge(request, &seen, is_1_1) : status;
}

int http_parse_head(char *bytes, size_t length, size_t *scanned, struct http_request *request)
{
    *request = (struct http_request){.method = "-", .target = "-", .query = ""};
    /* Empty lines before a request are passed over: some clients end bodies with them. */
    size_t start = 0;
    while (length - start >= 2 && memcmp(bytes + start, "\r\n", 2) == 0)
        start += 2;
    const size_t from = *scanned > start ? *scanned : start;
    const char *end = memmem(bytes + from, length - from, "\r\n\r\n", 4);
    if (end == NULL) {
        *scanned = length > 3 ? length - 3 : 0;
        return length < HTTP_MAX_HEAD_BYTES ? 0 : 431;
    }
    request->head_bytes = (size_t)(end + 4 - bytes);
    *scanned = 0;
    if (request->head_bytes > HTTP_MAX_HEAD_BYTES)
        return 431;
    /* The lines are read as strings; the byte behind them is the body's and comes back. */
    const char behind = bytes[request->head_bytes];
    bytes[request->head_bytes] = '\0';
    const int status = parse_lines(bytes + start, request);
    bytes[request->head_bytes] = behind;
    return status;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool http_percent_decode(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '%') {
            *to++ = *from;
            continue;
        }
        const int high = hex_digit(from[1]);
        const int low = high < 0 ? -1 : hex_digit(from[2]);
        if (low < 0 || high + low == 0)
            return false;
        *to++ = (char)(high << 4 | low);
        from += 2;
    }
    *to = '\0';
    return true;
}
