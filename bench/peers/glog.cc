/* glog: no queue; the caller formats and writes, through a buffer of stdio's. */
#include <glog/logging.h>

#define PEER_STREAM LOG(INFO)
#include "streams.h"

#include "calls.h"

const char *const peer_variants[] = {"text", nullptr};

int peer_start(const peer_options *options)
{
    FLAGS_timestamp_in_logfile_name = false;
    FLAGS_stderrthreshold = google::NUM_SEVERITIES;
    google::InitGoogleLogging("peer_glog");
    google::SetLogDestination(google::INFO, options->path);
    google::SetLogSymlink(google::INFO, "");
    return 0;
}

void peer_thread_start()
{
}

void peer_thread_end()
{
}

int peer_finish()
{
    google::FlushLogFiles(google::INFO);
    return 0;
}
