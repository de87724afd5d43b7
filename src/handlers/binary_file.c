/* The binary file: records with their arguments, as blocks of a log file (.rlog).
 *
 * Where it rotates, `append` decides: each file is a stream of its own, which must begin with the
 * record that wants a new file. A mark tells `write` where that is. */
#include "handlers/binary_file.h"

#include "base/os.h"
#include "handlers/rotation.h"
#include "logfile/write.h"
#include "logfile/zstd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define QUOTE(x)  QUOTE2(x)
#define QUOTE2(x) #x
#define VERSION                                                                                    \
    QUOTE(RINGLOG_VERSION_MAJOR)                                                                   \
    "." QUOTE(RINGLOG_VERSION_MINOR) "." QUOTE(RINGLOG_VERSION_PATCH)

struct binary_file {
    struct rl_log_file file;
    bool begun;  /* this process's stream has its first block */
    bool copied; /* by a fork: a stream begins with the child's first record, or never */
    struct rl_logfile_writer writer;

    /* Of a file that rotates. */
    bool rotates;         /* what follows is known */
    uint64_t size;        /* that it had before this stream */
    int64_t end_s;        /* of its interval */
    bool new_file;        /* what is appended next wants a new one */
    int64_t last_time_ns; /* of the last record */

    /* What was last said of the clocks, and when they were last compared. */
    int64_t wall_offset_ns, clock_said_ns, clock_read_ns;
};

/* Clocks are compared so often, and what they say is written when the time of day was moved by so
 * much, and once in a while. */
#define CLOCK_READ_NS INT64_C(100000000)
#define CLOCK_STEP_NS INT64_C(1000000)
#define CLOCK_SAID_NS INT64_C(600000000000)

/* What closes a file: an END block, and the rest of what is open. */
#define END_BYTES 512
/* What a record takes at most beside twice its fields: time, site, thread. */
#define ROW_BYTES_MOST 64

static struct binary_file *file_of(struct ringlog_handler *handler)
{
    return (struct binary_file *)(void *)handler;
}

/* ---- the stream ---- */

/* proc(5): 32 hexadecimal digits and four hyphens. Zero where it cannot be read. */
static void read_boot_id(unsigned char boot_id[16])
{
    char text[37] = "";
    memset(boot_id, 0, 16);
    const int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    const ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    unsigned digits = 0;
    for (ssize_t i = 0; i < length && digits < 32; i++) {
        const char *hexadecimal = "0123456789abcdef";
        const char *digit = text[i] == '\0' ? NULL : strchr(hexadecimal, text[i]);
        if (digit == NULL)
            continue;
        boot_id[digits / 2] =
            (unsigned char)(boot_id[digits / 2] << 4 | (unsigned)(digit - hexadecimal));
        digits++;
    }
}

/* NULL: blocks are not compressed. */
static struct rl_zstd_writer *zstd_of(struct binary_file *file)
{
    const int level = file->file.options.zstd_level;
    if (level != 0 && file->file.zstd == NULL) { /* a forked child's own */
        file->file.zstd = rl_zstd_writer_new(level);
        if (file->file.zstd == NULL)
            rl_handler_error(&file->file.base, ENOMEM, "compress");
    }
    return file->file.zstd;
}

static void begin(struct binary_file *file, struct rl_span process_name, struct rl_buffer *out)
{
    char host[256] = "", process[64] = "";
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    if (process_name.length < sizeof process)
        memcpy(process, process_name.bytes, process_name.length);
    struct rl_logfile_identity identity = {
        .host = host,
        .process_name = process,
        .version = VERSION,
        .pid = getpid(),
        .time_ns = rl_wall_ns(),
        .monotonic_ns = rl_monotonic_ns(),
    };
    file->wall_offset_ns = identity.time_ns - identity.monotonic_ns;
    file->clock_said_ns = file->clock_read_ns = identity.monotonic_ns;
    read_boot_id(identity.boot_id);
    if (file->begun)
        rl_logfile_writer_free(&file->writer);
    rl_logfile_writer_init(&file->writer, &identity);
    file->writer.zstd = zstd_of(file);
    rl_logfile_writer_begin(&file->writer, out);
    file->begun = true;
}

/* ---- rotation ---- */

static const struct rl_rotation *rotation_of(const struct binary_file *file)
{
    const struct rl_rotation *rotation = rl_rcu_dereference(file->file.rotation);
    return rotation != NULL && file->file.opener == getpid() ? rotation : NULL;
}

static uint64_t size_now(const struct binary_file *file)
{
    const struct rl_logfile_writer *writer = &file->writer;
    if (!file->begun || (writer->sequence == 0 && writer->stage.count == 0))
        return file->size;
    return file->size + rl_logfile_writer_bytes(writer);
}

/* A rollover that failed is due again. */
static bool is_owed(const struct rl_rotation *rotation)
{
    const int64_t owed_ns = __atomic_load_n(&rotation->owed_ns, __ATOMIC_RELAXED);
    return owed_ns != 0 && rl_monotonic_ns() >= owed_ns;
}

/* What has been appended since `before` is marked. */
static void mark(struct binary_file *file, size_t before)
{
    const size_t bytes = file->file.base.out.length - before;
    if (bytes == 0 || rl_rcu_dereference(file->file.rotation) == NULL)
        return;
    rl_marks_add(&file->file.base.marks, (struct rl_mark){.time_ns = file->last_time_ns,
                                                          .bytes = (uint32_t)bytes,
                                                          .new_file = file->new_file});
    file->new_file = false;
}

/* The rules may have come with a second handler for the file. */
static void learn_rules(struct binary_file *file, const struct rl_rotation *rotation)
{
    if (file->rotates)
        return;
    file->rotates = true;
    file->size = file->file.opened_bytes;
    file->end_s = __atomic_load_n(&rotation->rollover_at_s, __ATOMIC_RELAXED);
}

static bool wants_new(const struct binary_file *file, const struct rl_rotation *rotation,
                      const struct rl_record *record)
{
    return is_owed(rotation) ||
           rl_rotation_is_due(&rotation->rules, file->end_s, size_now(file),
                              record->fields_bytes + END_BYTES, record->time_ns);
}

/* The same, where the open block may turn out to be smaller than it might be: then it is closed, to
 * know. */
static bool is_due(struct binary_file *file, const struct rl_rotation *rotation,
                   const struct rl_record *record)
{
    if (!wants_new(file, rotation, record))
        return false;
    if (!file->begun)
        return true;
    const size_t before = file->file.base.out.length;
    rl_logfile_writer_finish_block(&file->writer, &file->file.base.out);
    mark(file, before);
    return wants_new(file, rotation, record);
}

/* Ends the file, if the record wants a new one. */
static void turn(struct binary_file *file, const struct rl_record *record)
{
    const struct rl_rotation *rotation = rotation_of(file);
    struct rl_buffer *out = &file->file.base.out;
    if (rotation == NULL)
        return;
    learn_rules(file, rotation);
    if (!is_due(file, rotation, record))
        return;
    const size_t before = out->length;
    if (file->begun)
        rl_logfile_writer_end(&file->writer, out);
    mark(file, before);
    if (file->begun)
        rl_logfile_writer_free(&file->writer);
    file->begun = false;
    file->new_file = true;
    file->size = 0;
    struct rl_interval interval = {.end_s = file->end_s};
    const int64_t second = rl_rotation_second(record->time_ns);
    if (rotation->rules.timed && second >= file->end_s)
        rl_schedule_next(&rotation->rules.schedule, second, &interval);
    file->end_s = interval.end_s;
}

/* ---- the contract ---- */

/* Only a flag that is up costs a locked instruction. */
static bool take_flag(bool *flag)
{
    return __atomic_load_n(flag, __ATOMIC_RELAXED) &&
           __atomic_exchange_n(flag, false, __ATOMIC_RELAXED);
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct ringlog_handler *sink = rl_handler_sink(handler);
    struct binary_file *file = file_of(sink);
    const struct rl_record *record = event->record;
    struct rl_buffer *out = &sink->out;
    turn(file, record);
    file->last_time_ns = record->time_ns;
    const size_t before = out->length;
    /* Another file wants its own beginning. */
    if (!file->begun || take_flag(&file->file.moved))
        begin(file, event->line.process_name, out);
    if (take_flag(&sink->dropped))
        rl_logfile_writer_forget(&file->writer);
    const struct rl_record_loss *loss = record->loss;
    const int result =
        loss != NULL
            ? rl_logfile_writer_loss(&file->writer, record->thread, loss->count, loss->from_ns,
                                     loss->to_ns, (enum rl_lost)loss->reason, out)
            : rl_logfile_writer_add(&file->writer, record, out);
    if (result < 0) {
        rl_handler_error(sink, -result, "encode a record");
        __atomic_fetch_add(&sink->counts.lost, 1, __ATOMIC_RELAXED);
    }
    mark(file, before);
}

/* Whether all of these, the last of which is the latest or nearly so, certainly stay in the file
 * that there is. */
static bool fit_file(const struct binary_file *file, const struct rl_batch_row *rows,
                     unsigned count)
{
    const struct rl_rotation *rotation = rotation_of(file);
    if (rotation == NULL)
        return rl_rcu_dereference(file->file.rotation) == NULL;
    if (!file->rotates || is_owed(rotation))
        return false;
    uint64_t bytes = END_BYTES;
    int64_t latest_ns = rows[0].time_ns;
    for (unsigned i = 0; i < count; i++) {
        bytes += ROW_BYTES_MOST + 2 * (uint64_t)rows[i].fields_bytes;
        latest_ns = rows[i].time_ns > latest_ns ? rows[i].time_ns : latest_ns;
    }
    return !rl_rotation_is_due(&rotation->rules, file->end_s, size_now(file), bytes, latest_ns);
}

/* Where everything is as it was for the record before. */
static unsigned append_rows(struct ringlog_handler *handler, const struct rl_batch_row *rows,
                            unsigned count)
{
    struct ringlog_handler *sink = rl_handler_sink(handler);
    struct binary_file *file = file_of(sink);
    if (!file->begun || __atomic_load_n(&file->file.moved, __ATOMIC_RELAXED) ||
        __atomic_load_n(&sink->dropped, __ATOMIC_RELAXED) || !fit_file(file, rows, count))
        return 0;
    const size_t before = sink->out.length;
    const unsigned added = rl_logfile_writer_add_rows(&file->writer, rows, count, &sink->out);
    if (added != 0)
        file->last_time_ns = rows[added - 1].time_ns;
    mark(file, before);
    return added;
}

/* A step of the clock makes records seem earlier or later than they are: so it is in the log. */
static void tell_clock(struct binary_file *file, struct rl_buffer *out)
{
    const int64_t monotonic_ns = rl_monotonic_ns();
    if (monotonic_ns - file->clock_read_ns < CLOCK_READ_NS)
        return;
    file->clock_read_ns = monotonic_ns;
    const int64_t wall_ns = rl_wall_ns();
    const int64_t step_ns = wall_ns - monotonic_ns - file->wall_offset_ns;
    if (step_ns < CLOCK_STEP_NS && step_ns > -CLOCK_STEP_NS &&
        monotonic_ns - file->clock_said_ns < CLOCK_SAID_NS)
        return;
    file->wall_offset_ns += step_ns;
    file->clock_said_ns = monotonic_ns;
    rl_logfile_writer_clock(&file->writer, wall_ns, monotonic_ns, out);
}

static void end_batch(struct ringlog_handler *handler)
{
    struct binary_file *file = file_of(handler);
    const size_t before = handler->out.length;
    if (file->begun && file->writer.stage.count != 0) {
        rl_logfile_writer_finish_block(&file->writer, &handler->out);
        tell_clock(file, &handler->out);
    }
    mark(file, before);
}

/* The child writes a stream of its own; what the parent's held may be torn, and is left behind. */
static void forked(struct ringlog_handler *handler)
{
    file_of(handler)->begun = false;
    file_of(handler)->copied = true;
    file_of(handler)->new_file = false;
    file_of(handler)->file.zstd = NULL;
}

static void write_end(struct binary_file *file)
{
    struct rl_buffer out = {0};
    if (!file->begun) /* also a log without records says whose it is */
        begin(file, (struct rl_span){"", 0}, &out);
    rl_logfile_writer_end(&file->writer, &out);
    for (size_t done = 0; done < out.length;) {
        const ssize_t wrote =
            rl_log_file_write(&file->file.base, out.data + done, out.length - done);
        if (wrote == -EINTR)
            continue;
        if (wrote <= 0) {
            rl_handler_error(&file->file.base, wrote < 0 ? (int)-wrote : EIO, "write the end");
            break;
        }
        done += (size_t)wrote;
    }
    rl_buffer_free(&out);
    rl_logfile_writer_free(&file->writer);
}

static void close_file(struct ringlog_handler *handler)
{
    struct binary_file *file = file_of(handler);
    const bool delayed = file->file.fd < 0 && !file->begun;
    if (handler->sink == NULL && (file->begun || !file->copied) && !delayed)
        write_end(file);
    rl_log_file_close(handler);
}

static const struct rl_handler_ops ops = {
    .kind = "binary file",
    .append = append,
    .append_rows = append_rows,
    .write = rl_log_file_write,
    .end_batch = end_batch,
    .sync = rl_log_file_sync,
    .forked = forked,
    .close = close_file,
};

int rl_binary_file_new(ringlog_handler **handler, const char *path,
                       const struct ringlog_file_options *options, struct rl_rotation *rotation)
{
    const struct rl_log_file_plan plan = {
        .ops = &ops,
        .bytes = sizeof(struct binary_file),
        .mode = 0600,
        .binary = true,
        .rotation = rotation,
    };
    if (rotation != NULL)
        rotation->by_marks = true;
    return rl_log_file_new(handler, &plan, path, options);
}

int ringlog_binary_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                           const struct ringlog_file_options *given, size_t bytes)
{
    struct ringlog_file_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    return rl_binary_file_new(handler, path, &options, NULL);
}
