/* From when to when a file reaches, without reading its records. */
#include "base/error.h"
#include "logfile/index.h"
#include "logfile/reader.h"
#include "logfile/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct span {
    int64_t first_ns, last_ns;
    bool any;
};

static void add(struct span *span, uint32_t kind, int64_t least_ns, int64_t greatest_ns)
{
    if (kind != RL_BLOCK_RECORDS && kind != RL_BLOCK_LOSS)
        return;
    if (!span->any || least_ns < span->first_ns)
        span->first_ns = least_ns;
    if (!span->any || greatest_ns > span->last_ns)
        span->last_ns = greatest_ns;
    span->any = true;
}

static int pass_definitions(void *context, uint32_t stream, struct rl_cursor *definitions)
{
    (void)context;
    (void)stream;
    (void)definitions;
    return 0;
}

/* Whether the file has an index that reaches back to its beginning. */
static bool by_index(int fd, uint64_t size, struct span *span)
{
    struct rl_index index = {0};
    uint64_t begin = size;
    if (rl_index_read(&index, fd, size, pass_definitions, NULL) == 0) {
        const struct rl_index_entry *entries = (const void *)index.entries.data;
        for (size_t i = 0; i < index.entries.length / sizeof *entries; i++) {
            add(span, entries[i].kind, entries[i].least_time_ns, entries[i].greatest_time_ns);
            begin = entries[i].offset;
        }
    }
    rl_index_free(&index);
    return begin == 0;
}

static int by_heads(int fd, struct span *span)
{
    struct rl_scan scan;
    struct rl_block block;
    int result;
    *span = (struct span){0};
    rl_scan_init(&scan, fd);
    scan.input.jumps = true;
    while ((result = rl_scan_find(&scan, &block)) > 0) {
        add(span, block.kind, block.least_time_ns, block.greatest_time_ns);
        rl_scan_pass(&scan, &block);
    }
    rl_scan_free(&scan);
    return result;
}

/* The same file, from its beginning. */
static int open_again(int fd)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_RDONLY | O_CLOEXEC);
}

int ringlog_reader_times(const ringlog_reader *reader, int64_t *first_ns, int64_t *last_ns)
{
    struct stat status;
    if (fstat(reader->fd, &status) != 0 || !S_ISREG(status.st_mode))
        return rl_error(-ESPIPE, "%s: is no file that could be looked at twice", reader->name);
    const int fd = open_again(reader->fd);
    if (fd < 0)
        return rl_error_errno(-errno, "%s", reader->name);
    struct span span = {0};
    const int result = by_index(fd, (uint64_t)status.st_size, &span) ? 0 : by_heads(fd, &span);
    close(fd);
    if (result < 0)
        return rl_error_errno(result, "%s", reader->name);
    if (!span.any)
        return rl_error(-ENODATA, "%s: holds no record", reader->name);
    *first_ns = span.first_ns;
    *last_ns = span.last_ns;
    return 0;
}
