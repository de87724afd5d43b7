/* Boost.Log: records of attributes, a bounded queue, one thread that formats and writes. Its queue
 * is of records, and its length a constant. */
#include <boost/core/null_deleter.hpp>
#include <boost/log/attributes/clock.hpp>
#include <boost/log/attributes/constant.hpp>
#include <boost/log/core.hpp>
#include <boost/log/expressions.hpp>
#include <boost/log/sinks/async_frontend.hpp>
#include <boost/log/sinks/block_on_overflow.hpp>
#include <boost/log/sinks/bounded_fifo_queue.hpp>
#include <boost/log/sinks/text_ostream_backend.hpp>
#include <boost/log/sources/record_ostream.hpp>
#include <boost/log/sources/severity_logger.hpp>
#include <boost/log/support/date_time.hpp>
#include <boost/log/trivial.hpp>
#include <boost/log/utility/manipulators/add_value.hpp>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace logging = boost::log;

namespace
{

/* What a record's attributes take is a kilobyte, about. */
constexpr std::size_t QUEUE_RECORDS = 1024;

using backend = logging::sinks::text_ostream_backend;
using sink = logging::sinks::asynchronous_sink<
    backend, logging::sinks::bounded_fifo_queue<QUEUE_RECORDS, logging::sinks::block_on_overflow>>;
using severity = logging::trivial::severity_level;

boost::shared_ptr<sink> front;
thread_local logging::sources::severity_logger<severity> logger;

/* Once a file, not once a call. */
constexpr const char *FILE_NAME = [] {
    const char *name = __FILE__;
    for (const char *at = name; *at != '\0'; at++)
        if (*at == '/')
            name = at + 1;
    return name;
}();

auto format()
{
    namespace expressions = logging::expressions;
    return expressions::stream << expressions::format_date_time<boost::posix_time::ptime>(
                                      "TimeStamp", "%Y-%m-%d %H:%M:%S.%f")
                               << ' ' << expressions::attr<severity>("Severity") << ' '
                               << expressions::attr<pid_t>("ThreadID") << ' '
                               << expressions::attr<std::string>("File") << ':'
                               << expressions::attr<int>("Line") << ' ' << expressions::smessage;
}

} // namespace

#define PEER_STREAM                                                                                \
    BOOST_LOG_SEV(logger, severity::info)                                                          \
        << logging::add_value("File", FILE_NAME) << logging::add_value("Line", __LINE__)
#include "streams.h"

#include "calls.h"

const char *const peer_variants[] = {"text", nullptr};

int peer_start(const peer_options *options)
{
    const auto file = boost::make_shared<std::ofstream>(options->path);
    if (!*file) {
        std::cerr << "Boost.Log: " << options->path << ": cannot be opened\n";
        return -1;
    }
    const auto back = boost::make_shared<backend>();
    back->add_stream(file);
    front = boost::make_shared<sink>(back);
    front->set_formatter(format());
    const auto core = logging::core::get();
    core->add_global_attribute("TimeStamp", logging::attributes::local_clock());
    core->add_sink(front);
    return 0;
}

void peer_thread_start()
{
    logging::core::get()->add_thread_attribute("ThreadID",
                                               logging::attributes::constant<pid_t>(gettid()));
}

void peer_thread_end()
{
}

int peer_finish()
{
    logging::core::get()->remove_sink(front);
    front->stop();
    front->flush();
    return 0;
}
