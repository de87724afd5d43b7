/* The mail handler: records come as tallies, wait in a spool until the minute's budget has a mail
 * for them, and go to a server by libcurl's SMTP. How one is made: smtp_new.c. */
#include "net/smtp.h"
#include "base/error.h"
#include "base/os.h"
#include "handlers/lines.h"
#include "net/address.h"
#include "net/mail.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#if LIBCURL_VERSION_NUM >= 0x080200
#    define RCPT_ALLOWFAILS CURLOPT_MAIL_RCPT_ALLOWFAILS
#else
#    define RCPT_ALLOWFAILS CURLOPT_MAIL_RCPT_ALLLOWFAILS /* so it was spelled */
#endif

/* How long the first record waits for others to share its mail. */
#define COLLECT_NS 1000000000

static struct rl_smtp *smtp_of(struct ringlog_handler *handler)
{
    return (struct rl_smtp *)(void *)handler;
}

/* ---- writer: events to tallies ---- */

/* What makes two records the same when their lines differ in time or thread. */
static void append_key(const struct rl_event *event, struct rl_buffer *out)
{
    const struct rl_record *record = event->record;
    rl_buffer_append(out, event->line.logger_name.bytes, event->line.logger_name.length);
    rl_buffer_append_char(out, '\0');
    rl_line_append_message(&event->line, out);
    rl_buffer_append(out, record->exception_text, record->exception_length);
    rl_buffer_append(out, record->stack_text, record->stack_length);
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct rl_smtp *smtp = smtp_of(handler);
    struct rl_buffer *out = &handler->out;
    const size_t start = out->length;
    rl_tally_begin(out);
    const size_t line_at = out->length;
    if (!rl_handler_append_line(handler, event, out)) {
        out->length = start;
        return;
    }
    const size_t key_at = out->length;
    if (!smtp->each && rl_rcu_dereference(handler->formatter) != NULL)
        append_key(event, out);
    const struct rl_tally tally = {
        .last_ns = event->record->time_ns,
        .count = 1,
        .line_bytes = (uint32_t)(key_at - line_at),
        .key_bytes = (uint32_t)(out->length - key_at),
        .level = event->record->level,
    };
    rl_tally_end(out, start, &smtp->last_tally, tally, !smtp->each);
}

/* ---- the handler's thread: tallies to mails ---- */

static void note_kept(struct rl_smtp *smtp)
{
    rl_courier_note_kept(&smtp->courier, smtp->spool.bytes + smtp->courier.message.length);
}

static ssize_t take(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    struct rl_smtp *smtp = smtp_of(handler);
    if (smtp->spool.records == 0)
        smtp->first_ns = rl_monotonic_ns();
    for (size_t done = 0; done < length;) {
        const struct rl_tally *tally = (const struct rl_tally *)(const void *)(bytes + done);
        if (!rl_spool_add(&smtp->spool, tally))
            rl_handler_count_lost(handler, tally->count);
        done += tally->bytes;
    }
    note_kept(smtp);
    return (ssize_t)length;
}

/* The same for every try of one mail, and for no other mail. */
static void make_unique(struct rl_smtp *smtp, char text[64])
{
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
        random = (uint64_t)rl_monotonic_ns();
    snprintf(text, 64, "%" PRIx64 ".%x.%" PRIu64 ".%016" PRIx64, (uint64_t)rl_wall_ns(),
             (unsigned)getpid(), ++smtp->mails, random);
}

static bool write_mail(struct rl_smtp *smtp)
{
    struct rl_courier *courier = &smtp->courier;
    struct rl_buffer body = {0};
    char unique[64];
    make_unique(smtp, unique);
    const struct rl_mail_heading heading = {smtp->from, smtp->to, smtp->to_count, smtp->subject};
    courier->records = rl_spool_take(&smtp->spool, smtp->each, &body);
    if (courier->records != 0)
        rl_mail_write(&heading, rl_wall_ns(), unique, body.data, body.length, &courier->message);
    rl_buffer_free(&body);
    return courier->records != 0 && !courier->message.failed;
}

static int64_t due_ns(const struct rl_smtp *smtp, bool hurry)
{
    const int64_t free_ns = rl_budget_next(&smtp->budget, hurry);
    const int64_t collected_ns = hurry || smtp->each ? 0 : smtp->first_ns + COLLECT_NS;
    return free_ns > collected_ns ? free_ns : collected_ns;
}

static int64_t load(struct rl_courier *courier, bool hurry, int64_t now_ns)
{
    struct rl_smtp *smtp = smtp_of(&courier->base);
    if (smtp->spool.records == 0)
        return -1;
    const int64_t due = due_ns(smtp, hurry);
    if (due > now_ns)
        return due;
    if (!write_mail(smtp)) {
        rl_handler_error_text(&courier->base, ENOMEM, "no memory for a mail");
        rl_handler_count_lost(&courier->base, courier->records + rl_spool_clear(&smtp->spool));
        courier->records = 0;
        rl_buffer_free(&courier->message);
        return -1;
    }
    note_kept(smtp);
    return 0;
}

/* ---- the handler's thread: a mail to its server ---- */

/* libcurl sends addresses as they are: once more, close to where it happens. */
static int check_again(const struct rl_smtp *smtp)
{
    const char *fault = rl_address_fault(smtp->from);
    for (size_t i = 0; fault == NULL && i < smtp->to_count; i++)
        fault = rl_address_fault(smtp->to[i]);
    if (fault == NULL)
        fault = rl_subject_fault(smtp->subject);
    return fault == NULL ? 0 : rl_error(-EINVAL, "an address or the subject %s", fault);
}

static int log_in(struct rl_smtp *smtp, CURL *easy)
{
    smtp->courier.transport.needs_login = true;
    char password[RL_SECRET_BYTES];
    int result = rl_secret_get(&smtp->password, RL_SMTP ": password", password);
    if (result < 0)
        return result;
    if (curl_easy_setopt(easy, CURLOPT_USERNAME, smtp->user) != CURLE_OK ||
        curl_easy_setopt(easy, CURLOPT_PASSWORD, password) != CURLE_OK)
        result = rl_error(-ENOMEM, "libcurl: out of memory");
    rl_secret_wipe(password);
    return result;
}

static int address(struct rl_courier *courier)
{
    struct rl_smtp *smtp = smtp_of(&courier->base);
    CURL *easy = courier->transport.easy;
    const int result = check_again(smtp);
    if (result < 0)
        return result;
    bool set = curl_easy_setopt(easy, CURLOPT_URL, smtp->url) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_MAIL_FROM, smtp->from) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, smtp->recipients) == CURLE_OK;
    /* As Python: who is refused does not keep the mail from the others. */
    set &= curl_easy_setopt(easy, RCPT_ALLOWFAILS, 1L) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L) == CURLE_OK;
    if (smtp->starttls)
        set &= curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL) == CURLE_OK;
    if (!set)
        return rl_error(-ENOMEM, "libcurl: out of memory");
    return smtp->user == NULL ? 0 : log_in(smtp, easy);
}

/* The last byte is out: whatever the server says, if anything, this may be a mail. */
void rl_smtp_spend(void *context)
{
    rl_budget_spend(&((struct rl_smtp *)context)->budget, rl_monotonic_ns());
}

static enum rl_verdict judge(struct rl_courier *courier, const struct rl_outcome *outcome)
{
    const struct rl_smtp *smtp = smtp_of(&courier->base);
    const struct rl_transport *transport = &courier->transport;
    if (outcome->code == CURLE_OK) {
        if (*transport->refusal != '\0') /* of a recipient who was not the only one */
            rl_handler_error_text(&courier->base, EIO, transport->refusal);
        return RL_DELIVERED;
    }
    /* A server that has no STARTTLS today is no reason to forget what there is to say. */
    if (*transport->reply == '5' && outcome->code != CURLE_USE_SSL_FAILED)
        return RL_GIVEN_UP;
    courier->not_before_ns = rl_budget_next(&smtp->budget, true);
    return RL_AGAIN;
}

static void unload(struct rl_courier *courier)
{
    rl_courier_note_kept(courier, smtp_of(&courier->base)->spool.bytes);
}

static uint64_t clear(struct rl_courier *courier)
{
    struct rl_smtp *smtp = smtp_of(&courier->base);
    const uint64_t records = rl_spool_clear(&smtp->spool);
    rl_courier_note_kept(courier, courier->message.length);
    return records;
}

static void forked(struct ringlog_handler *handler)
{
    struct rl_smtp *smtp = smtp_of(handler);
    const struct rl_spool old = smtp->spool;
    rl_courier_forked(&smtp->courier);
    smtp->spool = (struct rl_spool){.most_bytes = old.most_bytes, .fold = old.fold};
    rl_time_text_init(&smtp->spool.time_text, NULL, false);
}

/* ---- the contracts ---- */

static void close_smtp(struct ringlog_handler *handler)
{
    struct rl_smtp *smtp = smtp_of(handler);
    rl_courier_close(&smtp->courier);
    rl_smtp_destroy(smtp);
}

const struct rl_handler_ops rl_smtp_handler_ops = {
    .kind = "smtp",
    .append = append,
    .write = take,
    .count = rl_tallies_count,
    .tick = rl_courier_tick,
    .abandon = rl_courier_abandon,
    .forked = forked,
    .close = close_smtp,
};

const struct rl_courier_ops rl_smtp_courier_ops = {
    .load = load, .address = address, .judge = judge, .unload = unload, .clear = clear};
