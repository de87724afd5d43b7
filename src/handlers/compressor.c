#include "handlers/compressor.h"

#include "base/file_id.h"
#include "base/os.h"
#include "base/thread.h"
#include "handlers/backup_list.h"
#include "handlers/compress.h"
#include "handlers/handler.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ioprio_set(2): class idle, of the calling thread. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_IDLE        (3 << 13)
/* How long the thread may take to see that it is to end. */
#define GRACE_MS 200
/* A file that a fork child still writes to is compressed anew, so often. */
#define TRIES 5
/* What a wake-up that is missed costs at most. */
#define LONGEST_WAIT_NS 1000000000

struct job {
    struct job *next;
    enum ringlog_compress how;
    char path[]; /* RL_PATH_BYTES: it may be renamed */
};

/* On a page that a fork child finds zeroed: what the parent compresses is the parent's. */
struct compressor {
    struct job *inbox; /* new jobs, the last one first: who rotates waits for no lock; edge inbox */
    uint32_t calls;    /* grows with each wake-up; atomic, relaxed, a futex */
    bool ending, giving_up; /* after the last job; at once; atomic, relaxed */

    pthread_mutex_t naming; /* around names, and what follows */
    struct job *first;      /* the one that is being worked on, and those behind it */

    bool running; /* the thread exists; one thread at a time starts and stops it */
    pthread_t thread;
};

static struct compressor *the_compressor; /* edge rcu */
static pthread_mutex_t *making;           /* of it, and of its thread */

static struct compressor *compressor(void)
{
    struct compressor *found = rl_rcu_dereference(the_compressor);
    if (found != NULL)
        return found;
    pthread_mutex_lock(rl_fork_proof_mutex(&making));
    found = the_compressor;
    if (found == NULL) {
        found = rl_map_wiped(sizeof *found);
        rl_rcu_assign(the_compressor, found);
    }
    pthread_mutex_unlock(rl_fork_proof_mutex(&making));
    return found;
}

/* ---- one file ---- */

/* A file on its way. */
struct work {
    struct job *job;
    int from, to;
    bool named;               /* what is being made is complete and has its name */
    char torn[RL_PATH_BYTES]; /* the one before */
};

static int open_torn(struct work *work, const struct stat *status)
{
    const int length = snprintf(work->torn, sizeof work->torn, "%s%s" RL_BACKUP_TORN,
                                work->job->path, rl_backup_extension(work->job->how));
    if (length < 0 || (size_t)length >= sizeof work->torn)
        return -ENAMETOOLONG;
    rl_compressor_remove_torn(work->torn);
    work->to = open(work->torn, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (work->to < 0)
        return -errno;
    flock(work->to, LOCK_EX | LOCK_NB); /* alive: see rl_compressor_remove_torn() */
    if (fchown(work->to, status->st_uid, status->st_gid) != 0)
        errno = 0; /* it is ours then */
    return fchmod(work->to, status->st_mode & 07777) == 0 ? 0 : -errno;
}

/* All of it is in the other file and on the disk: how much that is. */
static int64_t fill(struct work *work, const struct stat *before, const bool *stop)
{
    const int64_t length = rl_compress(work->job->how, work->from, work->to, stop);
    if (length < 0)
        return length;
    struct stat after;
    /* A fork child may have written to it still. */
    if (fstat(work->from, &after) != 0 || after.st_size != length)
        return -EAGAIN;
    const struct timespec times[2] = {before->st_atim, after.st_mtim};
    futimens(work->to, times); /* its age is that of what is in it */
    return fsync(work->to) == 0 ? length : -errno;
}

static void sync_directory(const char *path)
{
    char directory[RL_PATH_BYTES];
    snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(path, '/') - path) + 1, path);
    const int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

static bool has_same_bytes(const char *a, const char *b)
{
    char x[4096], y[4096];
    FILE *one = fopen(a, "re"), *other = fopen(b, "re");
    bool same = one != NULL && other != NULL;
    for (size_t length = 1; same && length != 0;) {
        length = fread(x, 1, sizeof x, one);
        same = fread(y, 1, sizeof y, other) == length && memcmp(x, y, length) == 0;
    }
    if (one != NULL)
        fclose(one);
    if (other != NULL)
        fclose(other);
    return same;
}

/* Under the lock. -EAGAIN: the old file has grown; -ESTALE: it is gone. */
static int check_source(const struct work *work, int64_t size)
{
    struct stat open, there;
    if (fstat(work->from, &open) != 0 || lstat(work->job->path, &there) != 0 ||
        !rl_file_id_equal(rl_file_id_of(&open), rl_file_id_of(&there)))
        return -ESTALE;
    return open.st_size == size ? 0 : -EAGAIN;
}

/* Under the lock: the new file takes its name. */
static int take_name(struct work *work, int64_t size)
{
    char name[RL_PATH_BYTES];
    const int result = check_source(work, size);
    const int length =
        snprintf(name, sizeof name, "%s%s", work->job->path, rl_backup_extension(work->job->how));
    if (result < 0)
        return result;
    if (length < 0 || (size_t)length >= sizeof name)
        return -ENAMETOOLONG;
    if (renameat2(AT_FDCWD, work->torn, AT_FDCWD, name, RENAME_NOREPLACE) == 0)
        return 0;
    /* It may be there if a process died between this step and the next. Anything else stays. */
    if (errno != EEXIST || !has_same_bytes(work->torn, name))
        return -errno;
    unlink(work->torn);
    return 0;
}

/* Under the lock: the new file takes the place of the old one. All of it in one go: a rollover
 * that came when both are there would rename them one after the other, and who is killed between
 * these leaves the same lines under two numbers. */
static int take_place(struct work *work, int64_t size)
{
    int result = take_name(work, size);
    if (result < 0)
        return result;
    work->named = true;
    sync_directory(work->torn);
    result = check_source(work, size);
    if (result < 0)
        return result;
    return unlink(work->job->path) == 0 ? 0 : -errno;
}

/* Under the lock. */
static int open_both(struct work *work, struct stat *status)
{
    work->from = open(work->job->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (work->from < 0 || fstat(work->from, status) != 0)
        return -errno;
    return S_ISREG(status->st_mode) ? open_torn(work, status) : -EINVAL;
}

static int try_to_compress(struct compressor *all, struct work *work)
{
    struct stat status;
    pthread_mutex_lock(&all->naming);
    int result = open_both(work, &status);
    pthread_mutex_unlock(&all->naming);
    if (result < 0)
        return result;
    const int64_t size = fill(work, &status, &all->giving_up);
    if (size < 0)
        return (int)size;
    pthread_mutex_lock(&all->naming);
    result = take_place(work, size);
    pthread_mutex_unlock(&all->naming);
    return result;
}

static void compress_file(struct compressor *all, struct job *job)
{
    int result = -EAGAIN;
    for (unsigned tries = 0; result == -EAGAIN && tries < TRIES; tries++) {
        struct work work = {.job = job, .from = -1, .to = -1};
        result = try_to_compress(all, &work);
        if (work.to >= 0 && !work.named)
            unlink(work.torn);
        if (work.from >= 0)
            close(work.from);
        if (work.to >= 0)
            close(work.to);
    }
    /* Removed meanwhile, or to be done another time. */
    if (result == 0 || result == -ENOENT || result == -ESTALE || result == -ECANCELED)
        return;
    char message[RL_PATH_BYTES + 100];
    pthread_mutex_lock(&all->naming);
    snprintf(message, sizeof message, "ringlog: compress %s: %s", job->path,
             strerrordesc_np(-result));
    pthread_mutex_unlock(&all->naming);
    rl_handlers_report(message);
}

/* ---- the queue ---- */

/* Under the lock: what is in the inbox goes behind what is there. */
static void take_in(struct compressor *all)
{
    /* Pairs with: inbox.put. */
    struct job *last_first =
        __atomic_exchange_n(&all->inbox, NULL, __ATOMIC_ACQUIRE); /* inbox.take */
    struct job *in_order = NULL;
    while (last_first != NULL) {
        struct job *next = last_first->next;
        last_first->next = in_order;
        in_order = last_first;
        last_first = next;
    }
    struct job **end = &all->first;
    while (*end != NULL)
        end = &(*end)->next;
    *end = in_order;
}

/* The finished job goes; the next one, or NULL. */
static struct job *next_job(struct compressor *all, struct job *done)
{
    pthread_mutex_lock(&all->naming);
    take_in(all);
    if (done != NULL)
        all->first = done->next;
    struct job *job = all->first;
    pthread_mutex_unlock(&all->naming);
    free(done);
    return job;
}

static bool is_set(const bool *flag)
{
    return __atomic_load_n(flag, __ATOMIC_RELAXED);
}

static void wake(struct compressor *all)
{
    __atomic_fetch_add(&all->calls, 1, __ATOMIC_RELAXED);
    rl_futex_wake(&all->calls, 1);
}

static void *run(void *argument)
{
    struct compressor *all = argument;
    setpriority(PRIO_PROCESS, (id_t)rl_tid(), 19);
    syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_IDLE);
    struct job *job = NULL;
    while (!is_set(&all->giving_up)) {
        /* Read in this order: what comes after the look at the inbox changes the number. */
        const uint32_t calls = __atomic_load_n(&all->calls, __ATOMIC_RELAXED);
        const bool ending = is_set(&all->ending);
        job = next_job(all, job);
        if (job != NULL)
            compress_file(all, job);
        else if (ending)
            break;
        else
            rl_futex_wait(&all->calls, calls, LONGEST_WAIT_NS);
    }
    return NULL;
}

static struct job *new_job(const char *path, enum ringlog_compress how)
{
    if (strlen(path) >= RL_PATH_BYTES)
        return NULL;
    struct job *job = calloc(1, sizeof *job + RL_PATH_BYTES);
    if (job == NULL)
        return NULL;
    job->how = how;
    strcpy(job->path, path);
    return job;
}

static void start(struct compressor *all)
{
    pthread_mutex_lock(rl_fork_proof_mutex(&making));
    if (!all->running)
        all->running = rl_thread_start(&all->thread, "ringlog-compress", run, all) == 0;
    pthread_mutex_unlock(rl_fork_proof_mutex(&making));
}

void rl_compressor_add(const char *path, enum ringlog_compress how)
{
    struct compressor *all = compressor();
    struct job *job = all == NULL ? NULL : new_job(path, how);
    if (job == NULL)
        return;
    job->next = __atomic_load_n(&all->inbox, __ATOMIC_RELAXED);
    /* Pairs with: inbox.take. So that who takes the list finds its links. */
    while (!__atomic_compare_exchange_n(&all->inbox, &job->next, job, true,
                                        __ATOMIC_RELEASE, /* inbox.put */
                                        __ATOMIC_RELAXED))
        ;
    start(all);
    wake(all);
}

void rl_compressor_remove_torn(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlink(path);
    close(fd);
}

bool rl_compressor_try_lock(void)
{
    struct compressor *all = compressor();
    return all != NULL && pthread_mutex_trylock(&all->naming) == 0;
}

void rl_compressor_unlock(void)
{
    pthread_mutex_unlock(&compressor()->naming);
}

void rl_compressor_renamed(const char *from, const char *to)
{
    struct compressor *all = compressor();
    take_in(all);
    for (struct job *job = all->first; job != NULL; job = job->next)
        if (strcmp(job->path, from) == 0)
            strcpy(job->path, to);
}

/* ---- the end ---- */

static void free_jobs(struct compressor *all)
{
    for (struct job *job = next_job(all, NULL); job != NULL;)
        job = next_job(all, job);
}

/* false: it hangs in a call of the system, and keeps what it has. */
static bool end_thread(struct compressor *all, int64_t deadline_ns)
{
    const int64_t left_ns = deadline_ns - rl_monotonic_ns();
    const int left_ms = left_ns > 0 ? (int)(left_ns / 1000000) : 0;
    __atomic_store_n(&all->ending, true, __ATOMIC_RELAXED);
    wake(all);
    if (rl_thread_join(all->thread, deadline_ns < 0 ? -1 : left_ms) == 0)
        return true;
    __atomic_store_n(&all->giving_up, true, __ATOMIC_RELAXED);
    if (rl_thread_join(all->thread, GRACE_MS) == 0)
        return true;
    pthread_detach(all->thread);
    return false;
}

void rl_compressor_stop(int64_t deadline_ns)
{
    struct compressor *all = rl_rcu_dereference(the_compressor);
    pthread_mutex_lock(rl_fork_proof_mutex(&making));
    if (all != NULL && all->running) {
        if (end_thread(all, deadline_ns)) {
            free_jobs(all);
            all->running = all->ending = all->giving_up = false;
        } else {
            rl_rcu_assign(the_compressor, NULL); /* and what the thread is told stays so */
        }
    }
    pthread_mutex_unlock(rl_fork_proof_mutex(&making));
}
