#include "net/transport.h"

#include "base/error.h"
#include "base/os.h"
#include "net/at_exit.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A kept connection that was idle for longer is not trusted to be there still. */
#define IDLE_NS 30000000000
/* A server that makes progress for ever, a byte at a time, is left after so many times the limit.
 */
#define STEPS 30
/* What libcurl calls connecting: names, TCP, TLS, greeting, login. */
#define CONNECT_STEPS 2

static CURLcode global_code;

static void global_init(void)
{
    global_code = curl_global_init(CURL_GLOBAL_DEFAULT);
    rl_exit_watch();
}

int rl_transport_global(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, global_init);
    return global_code == CURLE_OK
               ? 0
               : rl_error(-ENOMEM, "libcurl: %s", curl_easy_strerror(global_code));
}

/* ---- callbacks ---- */

static void note_progress(struct rl_transport *transport)
{
    transport->progress_ns = rl_monotonic_ns();
}

static size_t give(char *to, size_t size, size_t count, void *context)
{
    struct rl_transport *transport = context;
    /* libcurl goes on without a word when a server offers no way to log in. */
    if (transport->needs_login && !transport->logged_in)
        return CURL_READFUNC_ABORT;
    const size_t left = transport->length - transport->sent;
    const size_t bytes = left < size * count ? left : size * count;
    memcpy(to, transport->bytes + transport->sent, bytes);
    transport->sent += bytes;
    note_progress(transport);
    if (bytes == 0 && transport->on_all_sent != NULL)
        transport->on_all_sent(transport->context);
    return bytes;
}

/* Kept for error texts, so a server shall drive no terminal with them. */
static void keep_printable(char *to, size_t size, const char *line, size_t length)
{
    if (length >= size)
        length = size - 1;
    for (size_t i = 0; i < length; i++)
        to[i] = line[i] >= ' ' && line[i] < 0x7f ? line[i] : '?';
    to[length] = '\0';
}

static size_t hear(char *line, size_t size, size_t count, void *context)
{
    struct rl_transport *transport = context;
    const char *begin = transport->options->replies;
    size_t length = size * count;
    while (length > 0 && (unsigned char)line[length - 1] <= ' ')
        length--;
    transport->logged_in |= length >= 3 && memcmp(line, "235", 3) == 0; /* RFC 4954 */
    const bool goodbye = length >= 3 && memcmp(line, "221", 3) == 0; /* to our QUIT */
    if (length > strlen(begin) && memcmp(line, begin, strlen(begin)) == 0 && !goodbye)
        keep_printable(transport->reply, sizeof transport->reply, line, length);
    if (length > 0 && (line[0] == '4' || line[0] == '5'))
        keep_printable(transport->refusal, sizeof transport->refusal, line, length);
    note_progress(transport);
    return size * count;
}

static int seek(void *context, curl_off_t offset, int origin)
{
    struct rl_transport *transport = context;
    if (origin != SEEK_SET || offset < 0 || (size_t)offset > transport->length)
        return CURL_SEEKFUNC_FAIL;
    transport->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static size_t ignore(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes, (void)context;
    return size * count;
}

/* Sockets are not for programs that the application starts; and hang_up() has to know them. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct rl_transport *transport = context;
    (void)purpose;
    pthread_mutex_lock(&transport->sockets_mutex);
    int fd = -1;
    if (transport->socket_count < RL_SOCKETS)
        fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0)
        transport->sockets[transport->socket_count++] = fd;
    transport->logged_in = false;
    pthread_mutex_unlock(&transport->sockets_mutex);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int close_socket(void *context, curl_socket_t fd)
{
    struct rl_transport *transport = context;
    pthread_mutex_lock(&transport->sockets_mutex);
    for (unsigned i = 0; i < transport->socket_count; i++)
        if (transport->sockets[i] == fd)
            transport->sockets[i--] = transport->sockets[--transport->socket_count];
    const int closed = close(fd); /* under the mutex: nobody cuts a number that is another's */
    pthread_mutex_unlock(&transport->sockets_mutex);
    return closed;
}

static void shut_sockets(struct rl_transport *transport, int how)
{
    pthread_mutex_lock(&transport->sockets_mutex);
    for (unsigned i = 0; i < transport->socket_count; i++)
        shutdown(transport->sockets[i], how);
    pthread_mutex_unlock(&transport->sockets_mutex);
}

void rl_transport_cut(struct rl_transport *transport)
{
    shut_sockets(transport, SHUT_RDWR);
}

/* ---- options ---- */

static void set_callbacks(struct rl_transport *transport)
{
    CURL *easy = transport->easy;
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(easy, CURLOPT_READDATA, transport);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, transport);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, hear);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transport);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transport);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transport);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transport->error);
}

static bool set_security(CURL *easy, const struct rl_transport_options *options)
{
    const long verify = options->insecure ? 0 : 1;
    bool set = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, options->protocols) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify * 2) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
    if (options->ca_file != NULL) {
        set &= curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file) == CURLE_OK;
        set &= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
    }
    set &= curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_NOPROXY, "*") == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
    return set;
}

static bool set_limits(CURL *easy, const struct rl_transport_options *options)
{
    const long seconds = (long)(options->timeout_ms + 999) / 1000;
    /* libcurl gives the first of several addresses half of it. */
    const long connect_ms = (long)options->timeout_ms * CONNECT_STEPS;
    bool set = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) == CURLE_OK;
    set &=
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->timeout_ms * STEPS) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds) == CURLE_OK;
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A name server that does not answer keeps a thread of libcurl's waiting, but not us. */
    set &= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
#endif
    return set;
}

/* ---- life ---- */

void rl_transport_init(struct rl_transport *transport, const struct rl_transport_options *options)
{
    *transport = (struct rl_transport){.options = options};
    pthread_mutex_init(&transport->sockets_mutex, NULL);
}

bool rl_transport_open(struct rl_transport *transport)
{
    if (transport->multi != NULL && rl_monotonic_ns() - transport->progress_ns > IDLE_NS)
        rl_transport_hang_up(transport);
    if (transport->multi == NULL) {
        transport->multi = curl_multi_init();
        transport->easy = curl_easy_init();
        if (transport->multi == NULL || transport->easy == NULL) {
            rl_transport_hang_up(transport);
            return false;
        }
    }
    curl_easy_reset(transport->easy); /* keeps the connection, forgets what it was told */
    set_callbacks(transport);
    return set_security(transport->easy, transport->options) &&
           set_limits(transport->easy, transport->options);
}

bool rl_transport_start(struct rl_transport *transport, const char *bytes, size_t length)
{
    transport->bytes = bytes;
    transport->length = length;
    transport->sent = 0;
    transport->error[0] = transport->reply[0] = transport->refusal[0] = '\0';
    note_progress(transport);
    transport->started_ns = transport->progress_ns;
    transport->under_way = curl_multi_add_handle(transport->multi, transport->easy) == CURLM_OK;
    return transport->under_way;
}

/* Made to fail where curl waits for an answer: it would otherwise wait for one to QUIT. */
void rl_transport_hang_up(struct rl_transport *transport)
{
    shut_sockets(transport, SHUT_RD);
    if (transport->under_way)
        curl_multi_remove_handle(transport->multi, transport->easy);
    transport->under_way = false;
    curl_easy_cleanup(transport->easy);
    curl_multi_cleanup(transport->multi);
    transport->easy = NULL;
    transport->multi = NULL;
}

void rl_transport_leave(struct rl_transport *transport)
{
    const struct rl_transport_options *options = transport->options;
    void (*on_all_sent)(void *) = transport->on_all_sent;
    void *context = transport->context;
    rl_transport_init(transport, options);
    transport->on_all_sent = on_all_sent;
    transport->context = context;
}

/* ---- one transfer ---- */

static int error_of(CURL *easy, CURLcode code)
{
    long number = 0;
    switch (code) {
    case CURLE_OK:
        return 0;
    case CURLE_COULDNT_CONNECT:
        curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
        return number != 0 ? (int)number : ECONNREFUSED;
    case CURLE_COULDNT_RESOLVE_HOST:
        return EHOSTUNREACH;
    case CURLE_OPERATION_TIMEDOUT:
        return ETIMEDOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
        return EKEYREJECTED;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_USE_SSL_FAILED:
        return EPROTO;
    case CURLE_LOGIN_DENIED:
        return EACCES;
    case CURLE_OUT_OF_MEMORY:
        return ENOMEM;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
        return ECONNRESET;
    default:
        return EIO;
    }
}

static bool is_stalled(const struct rl_transport *transport)
{
    const int64_t steps = *transport->reply == '\0' ? CONNECT_STEPS : 1;
    return rl_monotonic_ns() - transport->progress_ns >
           steps * transport->options->timeout_ms * 1000000;
}

static void describe(struct rl_transport *transport, struct rl_outcome *outcome)
{
    const char *what = transport->error;
    if (outcome->code == CURLE_OPERATION_TIMEDOUT)
        what = "no answer in time";
    if (*what == '\0')
        what = outcome->code == CURLE_OK ? "not accepted" : curl_easy_strerror(outcome->code);
    const char *reply = transport->reply;
    snprintf(outcome->text, sizeof outcome->text, "%.140s%s%.150s", what,
             *reply == '\0' ? "" : "; the server said: ", reply);
}

static void end(struct rl_transport *transport, CURLcode code, struct rl_outcome *outcome)
{
    if (code == CURLE_ABORTED_BY_CALLBACK && transport->needs_login && !transport->logged_in) {
        code = CURLE_LOGIN_DENIED;
        strcpy(transport->error, "the server offers no way to log in");
    }
    *outcome = (struct rl_outcome){.code = code, .error = error_of(transport->easy, code)};
    curl_easy_getinfo(transport->easy, CURLINFO_RESPONSE_CODE, &outcome->status);
    describe(transport, outcome);
    curl_multi_remove_handle(transport->multi, transport->easy);
    transport->under_way = false;
    curl_easy_setopt(transport->easy, CURLOPT_PASSWORD, NULL);
    curl_easy_setopt(transport->easy, CURLOPT_XOAUTH2_BEARER, NULL);
    /* libcurl would go on with a connection whose server is in mid-sentence. */
    if (code != CURLE_OK)
        rl_transport_hang_up(transport);
}

bool rl_transport_step(struct rl_transport *transport, int wait_ms, struct rl_outcome *outcome)
{
    int running = 0, left;
    if (curl_multi_perform(transport->multi, &running) == CURLM_OK && running != 0) {
        if (!is_stalled(transport)) {
            curl_multi_poll(transport->multi, NULL, 0, wait_ms, NULL);
            return false;
        }
        end(transport, CURLE_OPERATION_TIMEDOUT, outcome);
        return true;
    }
    const CURLMsg *message = curl_multi_info_read(transport->multi, &left);
    end(transport, message == NULL ? CURLE_FAILED_INIT : message->data.result, outcome);
    return true;
}
