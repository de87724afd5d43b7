/* The binary file: records with their arguments, as blocks of a log file (.rlog). */
#include "base/os.h"
#include "handlers/log_file.h"
#include "logfile/write.h"

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
    bool begun; /* this process's stream has its first block */
    bool copied; /* by a fork: a stream begins with the child's first record, or never */
    struct rl_logfile_writer writer;
};

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
    read_boot_id(identity.boot_id);
    rl_logfile_writer_init(&file->writer, &identity);
    rl_logfile_writer_begin(&file->writer, out);
    file->begun = true;
}

/* ---- the contract ---- */

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct binary_file *file = file_of(handler);
    const struct rl_record *record = event->record;
    struct rl_buffer *out = &handler->out;
    /* Another file wants its own beginning. */
    if (!file->begun || __atomic_exchange_n(&file->file.moved, false, __ATOMIC_RELAXED))
        begin(file, event->line.process_name, out);
    if (__atomic_exchange_n(&handler->dropped, false, __ATOMIC_RELAXED))
        rl_logfile_writer_forget(&file->writer);
    const struct rl_record_loss *loss = record->loss;
    const int result =
        loss != NULL ? rl_logfile_writer_loss(&file->writer, record->thread, loss->count,
                                              loss->from_ns, loss->to_ns,
                                              (enum rl_lost)loss->reason, out)
                     : rl_logfile_writer_add(&file->writer, record, out);
    if (result < 0) {
        rl_handler_error(handler, -result, "encode a record");
        __atomic_fetch_add(&handler->counts.lost, 1, __ATOMIC_RELAXED);
    }
}

static void end_batch(struct ringlog_handler *handler)
{
    struct binary_file *file = file_of(handler);
    if (file->begun)
        rl_logfile_writer_finish_block(&file->writer, &handler->out);
}

/* The child writes a stream of its own; what the parent's held may be torn, and is left behind. */
static void forked(struct ringlog_handler *handler)
{
    file_of(handler)->begun = false;
    file_of(handler)->copied = true;
}

static void write_end(struct binary_file *file)
{
    struct rl_buffer out = {0};
    if (!file->begun) /* also a log without records says whose it is */
        begin(file, (struct rl_span){"", 0}, &out);
    rl_logfile_writer_end(&file->writer, &out);
    for (size_t done = 0; done < out.length;) {
        const ssize_t wrote = rl_log_file_write(&file->file.base, out.data + done, out.length - done);
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
    if (file->begun || !file->copied)
        write_end(file);
    rl_log_file_close(handler);
}

static const struct rl_handler_ops ops = {
    .kind = "binary file",
    .append = append,
    .write = rl_log_file_write,
    .end_batch = end_batch,
    .sync = rl_log_file_sync,
    .forked = forked,
    .close = close_file,
};

int ringlog_binary_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                           const struct ringlog_file_options *options, size_t bytes)
{
    return rl_log_file_new(handler, sizeof(struct binary_file), &ops, path, options, bytes, 0600);
}
