/* Writes a large binary log through the library, for bench/search/search.py.
 *
 *     large_log FILE BYTES spread|bursts
 *
 * Messages of a server, with arguments that vary. One record in a thousand is an ERROR: spread
 * evenly, or a thousand of them together in every million, as incidents have it. */
#include <inttypes.h>
#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A linear congruential generator (Knuth): the same log every time. */
static uint64_t state = 1;

static uint32_t any(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33);
}

/* Log-uniform, as sizes and times are. */
static uint32_t size(void)
{
    return any() >> (any() % 31);
}

static void log_one(ringlog_logger *http, ringlog_logger *store)
{
    static const char *const paths[] = {
        "/", "/index.html", "/api/v1/users", "/api/v1/orders", "/static/site.css", "/health"};
    switch (any() % 5) {
    case 0:
        ringlog_info(http, "GET %s from 10.1.%u.%u: %d, %u bytes in %u us", paths[any() % 6],
                     any() % 256, any() % 256, 200, size(), size() >> 8);
        break;
    case 1:
        ringlog_debug(store, "page %" PRIu64 " read, %u of %u cached", (uint64_t)size() * 8192,
                      any() % 1024, 1024U);
        break;
    case 2:
        ringlog_info(store, "commit %" PRIu64 " took %0.3f ms", state >> 20, (double)size() / 1e6);
        break;
    case 3:
        ringlog_debug(http, "connection %u: keep-alive", any() % 4096);
        break;
    default:
        ringlog_info(store, "checkpoint: %u dirty pages, %0.2f of the log", any() % 65536,
                     (double)(any() % 100) / 100);
        break;
    }
}

static uint64_t bytes_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (uint64_t)status.st_size : 0;
}

static void fail(const char *what)
{
    fprintf(stderr, "large_log: %s: %s\n", what, ringlog_last_error());
    exit(1);
}

int main(int argc, char **argv)
{
    if (argc != 4 || (strcmp(argv[3], "spread") != 0 && strcmp(argv[3], "bursts") != 0)) {
        fputs("usage: large_log FILE BYTES spread|bursts\n", stderr);
        return 2;
    }
    const char *path = argv[1];
    const uint64_t bytes = strtoull(argv[2], NULL, 10);
    const bool spread = strcmp(argv[3], "spread") == 0;
    ringlog_handler *file;
    if (ringlog_binary_file_handler_new(&file, path, NULL) < 0)
        fail(path);
    ringlog_logger_add_handler(ringlog_root(), file);
    ringlog_handler_unref(file);
    ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG);
    if (ringlog_init(NULL) < 0)
        fail("init");
    ringlog_logger *http = ringlog_get_logger("server.http");
    ringlog_logger *store = ringlog_get_logger("server.store");
    for (uint64_t i = 0; i % 1000000 != 0 || bytes_of(path) < bytes; i++) {
        const bool error = spread ? i % 1000 == 500 : i % 1000000 >= 999000;
        if (error)
            ringlog_error(http, "upstream %u timed out after %u ms", any() % 8,
                          1000 + size() % 9000);
        else
            log_one(http, store);
    }
    return ringlog_shutdown(60000) == 0 ? 0 : 1;
}
