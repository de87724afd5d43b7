/* spdlog, asynchronous: one queue for all threads, one thread that formats and writes. Its queue is
 * of records; as many as the bytes of the rings come to. */
#include "peer.h"

#define SPDLOG_ACTIVE_LEVEL SPDLOG_LEVEL_INFO
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

namespace
{
std::shared_ptr<spdlog::logger> logger;
}

#define PEER_LOG(...) SPDLOG_LOGGER_INFO(logger, __VA_ARGS__)
#define PEER_BRACES
#include "calls.h"

const char *const peer_variants[] = {"text", nullptr};

int peer_start(const peer_options *options)
try {
    const size_t records =
        options->ring_bytes * options->threads / sizeof(spdlog::details::async_msg);
    spdlog::init_thread_pool(records, 1);
    logger = std::make_shared<spdlog::async_logger>(
        "bench", std::make_shared<spdlog::sinks::basic_file_sink_mt>(options->path),
        spdlog::thread_pool(), spdlog::async_overflow_policy::block);
    logger->set_pattern("%Y-%m-%d %H:%M:%S.%f %l %t %s:%# %v");
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "spdlog: %s\n", error.what());
    return -1;
}

void peer_thread_start()
{
}

void peer_thread_end()
{
}

int peer_finish()
{
    logger->flush();
    logger.reset();
    spdlog::shutdown(); /* joins its thread, which has then taken all of the queue */
    return 0;
}
