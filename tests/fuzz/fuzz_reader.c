/* Any bytes through the reader of log files, once as they are and once with every checksum made
 * good, so that what lies behind the checksum is reached: lines, JSON, arguments, and selections,
 * which go by the index. For libFuzzer:
 *
 *     fuzz_reader -rss_limit_mb=512 CORPUS */
#include "logfile/block.h"
#include "ringlog/reader.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_arguments(ringlog_reader *reader)
{
    struct ringlog_reader_argument argument;
    size_t position = 0;
    while (ringlog_reader_next_argument(reader, &position, &argument))
        if (argument.value.text != NULL && argument.value.length != 0)
            (void)*(volatile const char *)(argument.value.text + argument.value.length - 1);
}

/* How a reader is set up: by something that changes with the input. */
static void set_up(ringlog_reader *reader, size_t choice)
{
    static const char *const loggers[] = {"net.http", "s*"};
    const struct ringlog_reader_selection selection = {
        .level = choice % 2 != 0 ? 30 : 0,
        .since_ns = choice / 2 % 2 != 0 ? INT64_C(1767323046000000000) : 0,
        .until_ns = choice / 4 % 2 != 0 ? INT64_C(1767323048000000000) : 0,
        .loggers = loggers,
        .logger_count = choice / 8 % 3,
    };
    ringlog_reader_select(reader, &selection);
    if (choice % 5 == 0) {
        const struct ringlog_formatter_options json = {.style = RINGLOG_STYLE_JSON};
        ringlog_reader_set_format(reader, &json);
        return;
    }
    const struct ringlog_formatter_options format = {
        .format = "%(asctime)s %(levelname)s %(name)s %(threadName)s %(processName)s %(pathname)s "
                  "%(module)s %(lineno)d %(relativeCreated)d %(message)s"};
    ringlog_reader_set_format(reader, &format);
}

static void read_all(int fd, size_t choice)
{
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    const char *text;
    size_t length;
    uint64_t count;
    int64_t first_ns, last_ns;
    if (ringlog_reader_open_fd(&reader, fd, "fuzz") < 0)
        abort();
    set_up(reader, choice);
    ringlog_reader_times(reader, &first_ns, &last_ns);
    while (ringlog_reader_next(reader, &record) > 0) {
        read_arguments(reader);
        ringlog_reader_message(reader, &text, &length);
        if (choice % 3 == 0)
            ringlog_reader_lines(reader, record->time_ns + 1000000, &text, &length, &count);
        else
            ringlog_reader_line(reader, &text, &length);
    }
    ringlog_reader_close(reader);
}

static void read_bytes(const uint8_t *data, size_t size, size_t choice)
{
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size ||
        lseek(fd, 0, SEEK_SET) < 0)
        abort();
    read_all(fd, choice);
}

static void mend_checksums(uint8_t *data, size_t size)
{
    struct rl_block block;
    for (size_t at = rl_block_search(data, size); size - at >= RL_BLOCK_HEADER;
         at += 1 + rl_block_search(data + at + 1, size - at - 1)) {
        if (!rl_block_parse(data + at, &block))
            continue;
        const uint64_t bytes = rl_block_bytes(block.payload_bytes);
        if (bytes > size - at)
            continue;
        rl_block_put_checksums(data + at, &block);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_bytes(data, size, 0);
    uint8_t *mended = malloc(size + 1);
    memcpy(mended, data, size);
    mend_checksums(mended, size);
    read_bytes(mended, size, 1 + size % 119);
    free(mended);
    return 0;
}
