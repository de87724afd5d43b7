/* The two ends of a ring, each by itself and on one core: what they cost when no line moves. */
#include "ring_batch.h"
#include "timed.h"

namespace
{

bool open(benchmark::State &state)
{
    if (!ring_batch_open())
        state.SkipWithError("no memory for a ring");
    return ring_batch_open();
}

void give_back()
{
    ring_batch_consume();
    ring_batch_release();
}

/* Each iteration: a batch by `body`, timed; what comes before and after is not. */
template <typename Before, typename Body, typename After>
void time_batch(benchmark::State &state, Before before, Body body, After after)
{
    if (!open(state))
        return;
    batch_timer timer(state, RING_BATCH);
    for (auto _ : state) {
        before();
        timer.time(body);
        after();
    }
    timer.report();
}

void capture(benchmark::State &state)
{
    time_batch(
        state, [] {}, [] { ring_batch_capture(RING_BATCH); }, give_back);
}
BENCHMARK(capture)->UseManualTime();

void take_publish(benchmark::State &state)
{
    time_batch(
        state, [] {}, [] { ring_batch_take(RING_BATCH); }, give_back);
}
BENCHMARK(take_publish)->UseManualTime();

void peek_step(benchmark::State &state)
{
    time_batch(
        state, [] { ring_batch_capture(RING_BATCH); }, [] { ring_batch_consume(); },
        ring_batch_release);
}
BENCHMARK(peek_step)->UseManualTime();

/* Once a batch, whatever its size. */
void release(benchmark::State &state)
{
    if (!open(state))
        return;
    timed_batches(
        state, 1, [] { ring_batch_release(); },
        [] {
            ring_batch_capture(1);
            ring_batch_consume();
        });
}
BENCHMARK(release)->UseManualTime();

} // namespace

BENCHMARK_MAIN();
