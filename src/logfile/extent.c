#include "logfile/extent.h"

#include "logfile/index.h"
#include "logfile/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void add(struct rl_extent *extent, uint32_t kind, int64_t least_ns, int64_t greatest_ns,
                uint32_t records)
{
    if (kind != RL_BLOCK_RECORDS && kind != RL_BLOCK_LOSS)
        return;
    if (!extent->any || least_ns < extent->first_ns)
        extent->first_ns = least_ns;
    if (!extent->any || greatest_ns > extent->last_ns)
        extent->last_ns = greatest_ns;
    extent->any = true;
    extent->records += records;
}

static int pass_definitions(void *context, uint32_t stream, struct rl_cursor *definitions)
{
    (void)context;
    (void)stream;
    (void)definitions;
    return 0;
}

bool rl_extent_of_index(const struct rl_index *index, struct rl_extent *extent)
{
    const struct rl_index_entry *entries = (const void *)index->entries.data;
    const size_t count = index->entries.length / sizeof *entries;
    *extent = (struct rl_extent){0};
    for (size_t i = 0; i < count; i++)
        add(extent, entries[i].kind, entries[i].least_time_ns, entries[i].greatest_time_ns,
            entries[i].records);
    return count != 0 && entries[count - 1].offset == 0; /* the last block comes first */
}

static bool by_index(int fd, uint64_t size, struct rl_extent *extent)
{
    struct rl_index index = {0};
    const bool whole = rl_index_read(&index, fd, size, pass_definitions, NULL) == 0 &&
                       rl_extent_of_index(&index, extent);
    rl_index_free(&index);
    return whole;
}

static int by_heads(int fd, struct rl_extent *extent)
{
    struct rl_scan scan;
    struct rl_block block;
    int result;
    *extent = (struct rl_extent){0};
    rl_scan_init(&scan, fd);
    scan.input.jumps = true;
    while ((result = rl_scan_find(&scan, &block)) > 0) {
        add(extent, block.kind, block.least_time_ns, block.greatest_time_ns, block.records);
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

/* With the index, if there is one and it is not known that it does not reach far enough. */
static int look(int fd, bool may_have_index, struct rl_extent *extent)
{
    struct stat status;
    *extent = (struct rl_extent){0};
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return -ESPIPE;
    const int again = open_again(fd);
    if (again < 0)
        return -errno;
    const bool known = may_have_index && by_index(again, (uint64_t)status.st_size, extent);
    const int result = known ? 0 : by_heads(again, extent);
    close(again);
    return result;
}

int rl_extent_of(int fd, struct rl_extent *extent)
{
    return look(fd, true, extent);
}

int rl_extent_of_heads(int fd, struct rl_extent *extent)
{
    return look(fd, false, extent);
}
