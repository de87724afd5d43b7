/* Batches timed by hand: what a batch needs before and after does not count. */
#ifndef BENCH_MICRO_TIMED_H
#define BENCH_MICRO_TIMED_H

#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdint>

/* Adds up what each iteration, a batch of so many calls, took. */
class batch_timer
{
  public:
    batch_timer(benchmark::State &state, unsigned batch) : state_(state), batch_(batch)
    {
    }

    /* Times the body: one iteration. */
    template <typename Body> void time(Body body)
    {
        const auto start = std::chrono::steady_clock::now();
        body();
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        state_.SetIterationTime(spent.count());
        seconds_ += spent.count();
    }

    /* Reports the time of one call, and how many there are in a second. */
    void report()
    {
        const double calls = static_cast<double>(state_.iterations()) * batch_;
        state_.SetItemsProcessed(static_cast<int64_t>(calls));
        state_.counters["ns_per_call"] = seconds_ * 1e9 / calls;
    }

  private:
    benchmark::State &state_;
    unsigned batch_;
    double seconds_ = 0;
};

/* Each iteration: `body` as often as the batch is long, timed, then `after`, which is not. */
template <typename Body, typename After>
void timed_batches(benchmark::State &state, unsigned batch, Body body, After after)
{
    batch_timer timer(state, batch);
    for (auto _ : state) {
        timer.time([&] {
            for (unsigned i = 0; i < batch; i++)
                body();
        });
        after();
    }
    timer.report();
}

#endif
