/* End to end: one thread logs flat out under BLOCK, and the clock stops when the handler has
 * everything. Into nothing, into /dev/null as text, into a file on tmpfs as text. */
#include "messages.h"

#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <ringlog/handlers.h>
#include <string>
#include <unistd.h>

namespace
{

constexpr unsigned RECORDS = 500000;
const char LINE[] = "%(asctime)s %(levelname)s %(threadName)s %(filename)s:%(lineno)d %(message)s";

/* A directory in memory, gone with this object. */
class tmpfs_directory
{
  public:
    tmpfs_directory()
    {
        if (mkdtemp(path) == nullptr)
            std::perror(path);
    }
    ~tmpfs_directory()
    {
        std::remove(file().c_str());
        rmdir(path);
    }
    std::string file() const
    {
        return std::string(path) + "/bench.log";
    }

  private:
    char path[32] = "/dev/shm/ringlog-XXXXXX";
};

enum class sink { null, dev_null, tmpfs };

ringlog_handler *new_handler(sink sink, const tmpfs_directory &directory)
{
    ringlog_handler *handler = nullptr;
    ringlog_file_options options{};
    options.truncate = true;
    switch (sink) {
    case sink::null:
        ringlog_null_handler_new(&handler);
        break;
    case sink::dev_null:
        ringlog_file_handler_new(&handler, "/dev/null", nullptr);
        break;
    case sink::tmpfs:
        ringlog_file_handler_new(&handler, directory.file().c_str(), &options);
        break;
    }
    return handler;
}

void set_format(ringlog_handler *handler)
{
    ringlog_formatter_options options{};
    options.format = LINE;
    ringlog_formatter *formatter;
    if (ringlog_formatter_new(&formatter, &options) < 0)
        return;
    ringlog_handler_set_formatter(handler, formatter);
    ringlog_formatter_unref(formatter);
}

/* The library from init to shutdown, with one handler. */
bool start(benchmark::State &state, sink sink, const tmpfs_directory &directory)
{
    ringlog_handler *handler = new_handler(sink, directory);
    if (handler == nullptr) {
        state.SkipWithError(ringlog_last_error());
        return false;
    }
    set_format(handler);
    ringlog_logger_set_level(ringlog_root(), RINGLOG_INFO);
    ringlog_logger_add_handler(ringlog_root(), handler);
    ringlog_handler_unref(handler);
    ringlog_options options{};
    options.ring_bytes = 1 << 20;
    if (ringlog_init(&options) < 0) {
        state.SkipWithError(ringlog_last_error());
        return false;
    }
    ringlog_thread_init();
    return true;
}

template <void (*Log)(ringlog_logger *), sink Sink> void write(benchmark::State &state)
{
    const tmpfs_directory directory;
    for (auto _ : state) {
        state.PauseTiming();
        if (!start(state, Sink, directory))
            break;
        ringlog_logger *logger = ringlog_root();
        Log(logger);
        ringlog_flush(-1);
        state.ResumeTiming();
        for (unsigned i = 0; i < RECORDS; i++)
            Log(logger);
        ringlog_flush(-1);
        state.PauseTiming();
        ringlog_shutdown(-1);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * RECORDS);
}

#define WRITE(log, sink)                                                                           \
    BENCHMARK_TEMPLATE(write, log, sink)->UseRealTime()->MeasureProcessCPUTime()
WRITE(log_static, sink::null);
WRITE(log_string, sink::null);
WRITE(log_int, sink::null);
WRITE(log_complex, sink::null);
WRITE(log_static, sink::dev_null);
WRITE(log_string, sink::dev_null);
WRITE(log_int, sink::dev_null);
WRITE(log_complex, sink::dev_null);
WRITE(log_static, sink::tmpfs);
WRITE(log_string, sink::tmpfs);
WRITE(log_int, sink::tmpfs);
WRITE(log_complex, sink::tmpfs);

} // namespace

BENCHMARK_MAIN();
