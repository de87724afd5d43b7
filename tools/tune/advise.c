#include "advise.h"

#include "record.h"

#include <math.h>

/* The writer gives space back in steps of an eighth of the ring, and reserve_for_warnings keeps
 * another one free. */
#define STEP 0.125

/* On a machine that wakes up later than what is asked for, shorter sleeps than this part of it cost
 * much and gain little. */
#define LEAST_PART 0.25

/* A ring takes no record larger than its quarter. */
#define LEAST_RECORDS 4

/* ---- flush interval ---- */

static bool has_order(const struct load *load)
{
    return load->threads > 1;
}

/* How long records shall wait to be put in order: the default unless that alone uses the delay up.
 */
static double window_of(const struct load *load)
{
    const double delay_us = load->delay_ms * 1000;
    if (!has_order(load))
        return 0;
    return delay_us >= 2 * ORDER_WINDOW_US ? ORDER_WINDOW_US : delay_us / 2;
}

/* Two digits are enough for anybody, and what is rounded down is still in time. */
static double two_digits(double us)
{
    const double unit = pow(10, floor(log10(us)) - 1);
    return unit <= 1 ? floor(us) : floor(us / unit + 1e-9) * unit;
}

static double within(double least, double value, double most)
{
    return fmin(fmax(value, least), most);
}

static double interval_of(double us)
{
    return two_digits(within(INTERVAL_LEAST_US, us, INTERVAL_MOST_US));
}

double advise_sleep_us(const struct load *load)
{
    return interval_of(load->delay_ms * 1000 - window_of(load));
}

/* Interval, lateness and the writing of what came meanwhile have to fit into what the order of
 * threads leaves of the delay. */
static void advise_interval(struct advice *advice, const struct load *load,
                            const struct machine *machine)
{
    const double idle_part = fmax(1 - advice->share, 0);
    const double late_us = machine->wakes.p99_us;
    const double left_us = (load->delay_ms * 1000 - advice->window_us) * idle_part;
    const double interval_us = interval_of(fmax(left_us - late_us, left_us * LEAST_PART));
    const double every_us = 1e6 / (load->rate * load->threads);
    advice->flush_interval_us = (uint32_t)interval_us;
    advice->sparse = every_us > interval_us;
    const double asleep_us = advice->sparse ? fmax(IDLE_SLEEP_US, interval_us) : interval_us;
    if (idle_part > 0)
        advice->delay_us = advice->window_us + (asleep_us + late_us) / idle_part;
    else
        advice->delay_us = INFINITY;
    advice->delay_kept = advice->delay_us <= load->delay_ms * 1000 * (1 + 1e-9);
    advice->sleep_us = asleep_us + machine->wakes.max_us;
}

/* ---- ring ---- */

static const struct drain *drain_of(const struct load *load, const struct machine *machine)
{
    return load->binary ? &machine->binary : &machine->text;
}

/* The worst moment: the burst begins when the writer goes away, be it asleep or in write(2). What
 * is left of the burst when it is back, it takes as fast as all threads leave it time to. */
static void advise_burst(struct advice *advice, const struct load *load,
                         const struct machine *machine)
{
    const double away_s = (advice->sleep_us + advice->window_us) / 1e6 + advice->stall_ms / 1e3;
    const double back_to_back = 1e9 / machine->call_ns;
    advice->burst_rate = load->burst_rate > 0 ? fmin(load->burst_rate, back_to_back) : back_to_back;
    const double left_s = load->burst / advice->burst_rate - away_s;
    if (left_s <= 0)
        return;
    const double taken = drain_of(load, machine)->rate / load->threads - load->rate;
    advice->burst_drained = within(0, taken, advice->burst_rate) * left_s;
}

static double next_power_of_two(double bytes)
{
    return exp2(ceil(log2(bytes)));
}

static void advise_ring(struct advice *advice, const struct load *load)
{
    const double arrival_us = advice->sleep_us + advice->window_us;
    advice->sleep_records = load->rate * arrival_us / 1e6 / (1 - advice->share);
    advice->stall_records = load->rate * advice->stall_ms / 1e3;
    const double records =
        advice->sleep_records + advice->stall_records + load->burst - advice->burst_drained;
    const double usable = 1 - STEP - (load->reserve ? STEP : 0);
    const double record = (double)advice->record_bytes;
    advice->needed_bytes = fmax(ceil(records), 1) * record / usable;
    const double least = fmax(RING_LEAST_BYTES, LEAST_RECORDS * record);
    const double ring = next_power_of_two(fmax(advice->needed_bytes, least));
    if (ring > RING_MOST_BYTES)
        return;
    advice->ring_bytes = (uint64_t)ring;
    advice->memory_bytes = ring * load->threads + LIBRARY_BYTES;
}

struct advice advise(const struct load *load, const struct machine *machine)
{
    const struct drain *drain = drain_of(load, machine);
    const double rate = load->rate * load->threads;
    struct advice advice = {
        .record_bytes = record_bytes(load->argument_bytes),
        .share = rate / drain->rate,
        .most_rate = drain->rate / load->threads,
        .window_us = window_of(load),
        .stall_ms = fmax(load->stall_ms, machine->writes.longest_us / 1e3),
    };
    advice.sustainable = advice.share < 1;
    advice.tight = advice.share > SHARE_TIGHT;
    if (advice.window_us > 0 && advice.window_us < ORDER_WINDOW_US)
        advice.order_window_us = (uint32_t)fmax(advice.window_us, 1);
    advise_interval(&advice, load, machine);
    const double looks = 1e6 / (advice.flush_interval_us + machine->wakes.p50_us);
    advice.core = rate * drain->cpu_ns / 1e9 +
                  (advice.sparse ? fmin(looks, rate + 1e6 / IDLE_SLEEP_US) : looks) *
                      machine->wakes.cpu_us / 1e6;
    advise_burst(&advice, load, machine);
    if (advice.sustainable)
        advise_ring(&advice, load);
    return advice;
}
