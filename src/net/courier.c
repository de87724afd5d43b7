#include "net/courier.h"

#include "base/error.h"
#include "base/os.h"
#include "net/at_exit.h"

#include <errno.h>

#define FIRST_PAUSE_NS INT64_C(1000000000)
#define MOST_PAUSE_NS  INT64_C(60000000000)
/* The longest wait for the network before looking whether records came. */
#define STEP_MS 10

/* 1, 2, 4 ... 60 seconds. */
static int64_t pause_ns(unsigned failures)
{
    const int64_t pause = failures < 7 ? FIRST_PAUSE_NS << (failures - 1) : MOST_PAUSE_NS;
    return pause < MOST_PAUSE_NS ? pause : MOST_PAUSE_NS;
}

static void unload(struct rl_courier *courier)
{
    courier->ops->unload(courier);
    courier->loaded = false;
    courier->message.length = 0;
    courier->records = 0;
    courier->failures = 0;
    courier->retry_ns = courier->not_before_ns = 0;
}

static void give_up(struct rl_courier *courier)
{
    rl_handler_count_lost(&courier->base, courier->records);
    unload(courier);
}

static void fail(struct rl_courier *courier, int error, const char *text)
{
    rl_handler_error_text(&courier->base, error, text);
    courier->failures++;
    courier->retry_ns = rl_monotonic_ns() + pause_ns(courier->failures);
    if (courier->retry_ns < courier->not_before_ns)
        courier->retry_ns = courier->not_before_ns;
    if (courier->once)
        give_up(courier);
}

/* ---- one try ---- */

static void finish(struct rl_courier *courier, const struct rl_outcome *outcome)
{
    const enum rl_verdict verdict = courier->ops->judge(courier, outcome);
    const int error = outcome->error == 0 ? EIO : outcome->error;
    if (verdict == RL_DELIVERED) {
        unload(courier);
    } else if (verdict == RL_AGAIN) {
        fail(courier, error, outcome->text);
    } else {
        rl_handler_error_text(&courier->base, error, outcome->text);
        give_up(courier);
    }
}

static void begin(struct rl_courier *courier)
{
    if (!rl_transport_open(&courier->transport)) {
        fail(courier, ENOMEM, "libcurl: out of memory");
        return;
    }
    const int result = courier->ops->address(courier);
    if (result < 0)
        fail(courier, -result, ringlog_last_error());
    else if (!rl_transport_start(&courier->transport, courier->message.data,
                                 courier->message.length))
        fail(courier, ENOMEM, "libcurl: cannot start");
}

/* ---- the schedule ---- */

/* The end is near: whether `due_ns` comes before it. Without a deadline only what can be foreseen
 * is waited for, and an outage cannot. */
static bool is_in_vain(const struct rl_courier *courier, const struct rl_tick *why, int64_t due_ns)
{
    if (!why->ending)
        return false;
    return why->end_ns < 0 ? courier->failures != 0 : due_ns >= why->end_ns;
}

static int64_t give_all_up(struct rl_courier *courier, struct rl_tick *why)
{
    why->gave_up = true;
    if (courier->loaded)
        give_up(courier);
    rl_handler_count_lost(&courier->base, courier->ops->clear(courier));
    rl_transport_hang_up(&courier->transport);
    return -1;
}

static int64_t nothing_left(struct rl_courier *courier, const struct rl_tick *why)
{
    if (why->ending)
        rl_transport_hang_up(&courier->transport);
    return -1;
}

static int64_t tick(struct rl_courier *courier, struct rl_tick *why)
{
    struct rl_transport *transport = &courier->transport;
    struct rl_outcome outcome;
    if (why->abandoned)
        return give_all_up(courier, why);
    if (transport->under_way) {
        if (!rl_transport_step(transport, why->more ? 0 : STEP_MS, &outcome))
            return rl_monotonic_ns();
        finish(courier, &outcome);
    }
    const int64_t now_ns = rl_monotonic_ns();
    int64_t due_ns = courier->retry_ns;
    if (!courier->loaded) {
        const bool hurry = (why->hurry || why->ending) && !why->more;
        due_ns = courier->ops->load(courier, hurry, now_ns);
        if (due_ns < 0)
            return nothing_left(courier, why);
        courier->loaded = due_ns == 0;
    } else if (why->ending && !courier->tried_at_end) {
        courier->tried_at_end = true;
        courier->retry_ns = due_ns = courier->not_before_ns;
    }
    if (due_ns > now_ns)
        return is_in_vain(courier, why, due_ns) ? give_all_up(courier, why) : due_ns;
    begin(courier);
    return rl_monotonic_ns();
}

int64_t rl_courier_tick(struct ringlog_handler *handler, struct rl_tick *why)
{
    if (!rl_exit_enter())
        return INT64_MAX; /* the process is about to end */
    const int64_t due_ns = tick(rl_courier_of(handler), why);
    rl_exit_leave();
    return due_ns;
}

void rl_courier_abandon(struct ringlog_handler *handler)
{
    rl_transport_cut(&rl_courier_of(handler)->transport);
}

/* ---- life ---- */

void rl_courier_forked(struct rl_courier *courier)
{
    rl_exit_forked();
    rl_transport_leave(&courier->transport);
    courier->loaded = false;
    courier->message = (struct rl_buffer){0};
    courier->records = 0;
    courier->failures = 0;
    courier->retry_ns = courier->not_before_ns = 0;
    courier->tried_at_end = false;
}

void rl_courier_close(struct rl_courier *courier)
{
    rl_handler_count_lost(&courier->base, courier->records + courier->ops->clear(courier));
    if (rl_exit_enter()) {
        rl_transport_hang_up(&courier->transport);
        rl_exit_leave();
    }
    rl_buffer_free(&courier->message);
}

void rl_courier_note_kept(struct rl_courier *courier, size_t bytes)
{
    __atomic_store_n(&courier->base.kept_bytes, bytes, __ATOMIC_RELAXED);
}

int rl_courier_timeout(const char *what, uint32_t *timeout_ms)
{
    if (*timeout_ms == 0)
        *timeout_ms = 5000;
    if (*timeout_ms < 10 || *timeout_ms > 600000)
        return rl_error(-EINVAL, "%s: timeout_ms %u: not between 10 and 600000", what,
                        (unsigned)*timeout_ms);
    return 0;
}

int rl_courier_init(struct rl_courier *courier, const struct rl_handler_ops *handler_ops,
                    const struct rl_courier_ops *ops,
                    const struct ringlog_isolation_options *isolation)
{
    courier->ops = ops;
    if (isolation->isolation == RINGLOG_NOT_ISOLATED)
        return rl_error(-EINVAL, "%s handler: always isolated", handler_ops->kind);
    const int result = rl_transport_global();
    return result < 0 ? result : rl_handler_init(&courier->base, handler_ops, isolation, true);
}
