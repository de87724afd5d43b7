#include "handlers/open_files.h"

#include "base/error.h"
#include "base/os.h"
#include "base/references.h"
#include "base/thread.h"
#include "handlers/rotation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

/* A path that was opened; kept for ever. A fork child reads what it finds: links are published
 * whole. */
struct entry {
    struct entry *next;
    char *path;
    struct rl_log_file *file; /* NULL: closed */
    struct rl_file_id id;     /* of the file behind the path; zero: not open yet */
    int64_t created_ns;       /* by this process, on its clock; 0: by another */
};

static struct entry *entries;  /* edge rcu, for fork children */
static pthread_mutex_t *mutex; /* of all that */

static void lock(void)
{
    pthread_mutex_lock(rl_fork_proof_mutex(&mutex));
}

static void unlock(void)
{
    pthread_mutex_unlock(rl_fork_proof_mutex(&mutex));
}

static struct entry *entry_of(const char *path)
{
    for (struct entry *entry = rl_rcu_dereference(entries); entry != NULL; entry = entry->next)
        if (strcmp(entry->path, path) == 0)
            return entry;
    return NULL;
}

static struct entry *make_entry(const char *path)
{
    struct entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL || (entry->path = strdup(path)) == NULL) {
        free(entry);
        return NULL;
    }
    entry->next = entries;
    rl_rcu_assign(entries, entry);
    return entry;
}

/* Who follows the path, whatever is behind it. */
static bool follows_path(const struct entry *entry)
{
    return entry->id.inode == 0 || entry->file->watch ||
           rl_rcu_dereference(entry->file->rotation) != NULL;
}

static bool is_same(const struct entry *entry, const char *path, const struct stat *status)
{
    if (entry->file == NULL || entry->file->opener != getpid())
        return false;
    if (status != NULL && S_ISREG(status->st_mode) && entry->id.inode != 0 &&
        rl_file_id_equal(entry->id, rl_file_id_of(status)))
        return true;
    return strcmp(entry->path, path) == 0 && follows_path(entry);
}

static struct rl_log_file *find(const char *path, const struct stat *status)
{
    for (struct entry *entry = rl_rcu_dereference(entries); entry != NULL; entry = entry->next)
        if (is_same(entry, path, status) && rl_ref_take_if_any(&entry->file->base.references))
            return entry->file;
    return NULL;
}

static void note(struct entry *entry, const struct stat *status, bool created)
{
    const struct rl_file_id id = rl_file_id_of(status);
    if (created || !rl_file_id_equal(entry->id, id))
        entry->created_ns = created ? rl_wall_ns() : 0;
    entry->id = id;
}

int rl_open_files_join(struct rl_log_file *file, const struct stat *status,
                       struct rl_log_file **first)
{
    lock();
    *first = find(file->path, status);
    struct entry *entry = entry_of(file->path);
    if (entry == NULL)
        entry = make_entry(file->path);
    const int result = entry == NULL ? rl_error(-ENOMEM, "open %s: out of memory", file->path) : 0;
    if (entry != NULL && *first == NULL) {
        entry->file = file;
        if (status != NULL)
            note(entry, status, file->created);
    }
    unlock();
    return result;
}

void rl_open_files_note(const struct rl_log_file *file, const struct stat *status, bool created)
{
    lock();
    struct entry *entry = entry_of(file->path);
    if (entry != NULL)
        note(entry, status, created);
    unlock();
}

void rl_open_files_leave(const struct rl_log_file *file)
{
    lock();
    struct entry *entry = entry_of(file->path);
    if (entry != NULL && entry->file == file)
        entry->file = NULL;
    unlock();
}

int rl_open_files_rotate(struct rl_log_file *file, struct rl_rotation *rotation)
{
    lock();
    const struct rl_rotation *has = rl_rcu_dereference(file->rotation);
    if (has == NULL)
        rl_rcu_assign(file->rotation, rotation);
    unlock();
    if (has == NULL)
        return 0;
    const bool same = rl_rotation_same_rules(has, rotation);
    rl_rotation_free(rotation);
    return same ? 0 : rl_error(-EBUSY, "%s: is open with other rules of rotation", file->path);
}

static int64_t earlier_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t rl_open_files_began_s(const char *path)
{
    struct statx status;
    if (statx(AT_FDCWD, path, 0, STATX_BASIC_STATS | STATX_BTIME, &status) != 0)
        return rl_wall_ns() / SECOND_NS;
    int64_t created_ns = 0;
    lock();
    const struct entry *entry = entry_of(path);
    if (entry != NULL && rl_file_id_is_at(entry->id, path))
        created_ns = entry->created_ns;
    unlock();
    if (created_ns != 0)
        return created_ns / SECOND_NS;
    return (status.stx_mask & STATX_BTIME) == 0
               ? status.stx_mtime.tv_sec
               : earlier_of(status.stx_mtime.tv_sec, status.stx_btime.tv_sec);
}
