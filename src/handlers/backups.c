#include "handlers/backups.h"

#include "base/os.h"
#include "handlers/backup_list.h"
#include "handlers/compressor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How many names that somebody else has taken are passed over. */
#define NAMES_TRIED 100

/* ---- putting away ---- */

/* Takes nobody's place. */
static int rename_to_free(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -errno;
    /* A file system that cannot promise it. */
    if (access(to, F_OK) == 0)
        return -EEXIST;
    return rename(from, to) == 0 ? 0 : -errno;
}

static int call_rotator(const struct rl_rotation_rules *rules, const char *from, const char *to)
{
    const int result = rules->rotator(rules->context, from, to);
    return result > 0 ? -EIO : result;
}

/* The number behind those of this date that are there: a place that became free in front of them
 * would make the youngest look oldest. */
static int next_number(const struct rl_rotation_rules *rules, const char *path, const char *suffix,
                       unsigned *number)
{
    struct rl_backup_list list;
    const int result = rl_backup_list_read(&list, rules, path, false);
    if (result < 0)
        return result;
    *number = 0;
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.items[i].suffix, suffix) == 0 && list.items[i].number >= *number)
            *number = list.items[i].number + 1;
    rl_backup_list_free(&list);
    return 0;
}

int rl_backups_put_dated(const struct rl_rotation_rules *rules, const char *path,
                         const char *suffix, char to[RL_PATH_BYTES])
{
    unsigned number;
    int result = next_number(rules, path, suffix, &number);
    for (unsigned tried = 0; result == 0 && tried < NAMES_TRIED; tried++, number++) {
        result = rl_backup_path(rules, path, suffix, number, to);
        if (result < 0)
            break;
        result = rules->rotator != NULL ? call_rotator(rules, path, to) : rename_to_free(path, to);
        if (result != -EEXIST)
            break;
        result = 0;
    }
    return result;
}

static int add_extension(const char *path, unsigned compress, char to[RL_PATH_BYTES])
{
    const int length = snprintf(to, RL_PATH_BYTES, "%s%s", path,
                                rl_backup_extension((enum ringlog_compress)compress));
    return length < 0 || length >= RL_PATH_BYTES ? -ENAMETOOLONG : 0;
}

/* Number i becomes i + 1, in whatever form it is there: the other forms of i + 1 go. */
static int shift_one(const struct rl_rotation_rules *rules, const char *from, const char *to)
{
    char old[RL_PATH_BYTES], new[RL_PATH_BYTES];
    const unsigned forms = rules->compress == RINGLOG_COMPRESS_NONE ? 1 : RINGLOG_COMPRESS_ZSTD + 1;
    bool any = false;
    for (unsigned i = 0; i < forms; i++)
        any |= add_extension(from, i, old) == 0 && access(old, F_OK) == 0;
    for (unsigned i = 0; any && i < forms; i++) {
        int result = add_extension(from, i, old);
        result = result < 0 ? result : add_extension(to, i, new);
        if (result < 0)
            return result;
        if (rename(old, new) == 0)
            rl_compressor_renamed(old, new);
        else if (errno != ENOENT)
            return -errno;
        else if (unlink(new) != 0 && errno != ENOENT)
            return -errno;
    }
    return 0;
}

/* The log file itself becomes number 1. */
static int put_first(const struct rl_rotation_rules *rules, const char *path, const char *to)
{
    if (rules->rotator != NULL)
        return unlink(to), call_rotator(rules, path, to);
    if (rename(path, to) != 0)
        return -errno;
    char form[RL_PATH_BYTES];
    for (unsigned i = 1; rules->compress != RINGLOG_COMPRESS_NONE && i <= RINGLOG_COMPRESS_ZSTD;
         i++)
        if (add_extension(to, i, form) == 0)
            unlink(form);
    return 0;
}

static int shift(const struct rl_rotation_rules *rules, const char *path)
{
    char from[RL_PATH_BYTES], to[RL_PATH_BYTES];
    int result = rl_backup_path(rules, path, "", rules->backup_count, to);
    for (unsigned i = rules->backup_count - 1; result == 0 && i >= 1; i--) {
        result = rl_backup_path(rules, path, "", i, from);
        if (result == 0)
            result = shift_one(rules, from, to);
        strcpy(to, from);
    }
    return result == 0 ? put_first(rules, path, to) : result;
}

int rl_backups_put_numbered(const struct rl_rotation_rules *rules, const char *path,
                            char to[RL_PATH_BYTES])
{
    const int result = rl_backup_path(rules, path, "", 1, to);
    if (result < 0)
        return result;
    if (rules->compress == RINGLOG_COMPRESS_NONE)
        return shift(rules, path);
    /* The compressor may be about to give one of them its name. It yields to everything else, and
     * is not waited for. */
    if (!rl_compressor_try_lock())
        return -EAGAIN;
    const int shifted = shift(rules, path);
    rl_compressor_unlock();
    return shifted;
}

/* ---- retention ---- */

void rl_backups_trim(const struct rl_rotation_rules *rules, const char *path, bool count)
{
    const unsigned most = count && rules->timed ? rules->backup_count : 0;
    if (most == 0 && rules->max_age_s == 0 && rules->max_total_bytes == 0)
        return;
    struct rl_backup_list list;
    if (rl_backup_list_read(&list, rules, path, true) < 0)
        return;
    const int64_t oldest_s = rl_rotation_second(rl_wall_ns()) - rules->max_age_s;
    uint64_t bytes = 0;
    unsigned kept = 0;
    for (size_t i = list.count; i-- > 0;) {
        const struct rl_backup *backup = &list.items[i];
        const bool twin = i + 1 < list.count && rl_backup_is_twin(backup, backup + 1);
        kept += !twin;
        bytes += backup->bytes;
        if ((most != 0 && kept > most) ||
            (rules->max_age_s != 0 && backup->modified_s < oldest_s) ||
            (rules->max_total_bytes != 0 && bytes > rules->max_total_bytes))
            unlink(backup->path);
    }
    rl_backup_list_free(&list);
}

void rl_backups_resume(const struct rl_rotation_rules *rules, const char *path)
{
    struct rl_backup_list list;
    if (rl_backup_list_read(&list, rules, path, true) < 0)
        return;
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].torn)
            rl_compressor_remove_torn(list.items[i].path);
    /* Only then: the compressor begins at once, and makes files of the same names. */
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].compressed == RINGLOG_COMPRESS_NONE)
            rl_compressor_add(list.items[i].path, rules->compress);
    rl_backup_list_free(&list);
}
