#include "handlers/backup_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- names ---- */

const char *rl_backup_extension(enum ringlog_compress compress)
{
    return compress == RINGLOG_COMPRESS_GZIP   ? ".gz"
           : compress == RINGLOG_COMPRESS_ZSTD ? ".zst"
                                               : "";
}

int rl_backup_path(const struct rl_rotation_rules *rules, const char *path, const char *suffix,
                   unsigned number, char to[RL_PATH_BYTES])
{
    char plain[RL_PATH_BYTES], tail[16] = "";
    if (number != 0)
        snprintf(tail, sizeof tail, ".%u", number);
    const int length =
        snprintf(plain, sizeof plain, "%s%s%s%s", path, suffix[0] == '\0' ? "" : ".", suffix, tail);
    if (length < 0 || (size_t)length >= sizeof plain)
        return -ENAMETOOLONG;
    if (rules->namer == NULL) {
        memcpy(to, plain, (size_t)length + 1);
        return 0;
    }
    to[0] = '\0';
    const int result = rules->namer(rules->context, plain, to, RL_PATH_BYTES);
    if (result != 0)
        return result < 0 ? result : -EIO;
    return to[0] == '\0' ? -EINVAL : 0;
}

/* A number as we write it: no zero in front, and not so large that it would not fit. */
static bool read_number(const char *text, unsigned *number)
{
    *number = 0;
    for (; *text >= '0' && *text <= '9' && *number < 100000000; text++)
        *number = *number * 10 + (unsigned)(*text - '0');
    return *text == '\0' && *number != 0;
}

/* "2024-05-08" or "2024-05-08.2" */
static bool read_dated(const struct rl_rotation_rules *rules, const char *text,
                       struct rl_backup *backup)
{
    const size_t length = rl_schedule_match(&rules->schedule, text);
    if (length == 0 || length >= sizeof backup->suffix)
        return false;
    memcpy(backup->suffix, text, length);
    backup->suffix[length] = '\0';
    backup->number = 0;
    if (text[length] == '\0')
        return true;
    char number[16];
    return text[length] == '.' && read_number(text + length + 1, &backup->number) &&
           snprintf(number, sizeof number, "%u", backup->number) == (int)strlen(text + length + 1);
}

/* "3", of those that there may be. */
static bool read_numbered(const struct rl_rotation_rules *rules, const char *text,
                          struct rl_backup *backup)
{
    return text[0] != '0' && read_number(text, &backup->number) &&
           backup->number <= rules->backup_count;
}

static bool read_tail(const struct rl_rotation_rules *rules, const char *text,
                      struct rl_backup *backup)
{
    return rules->timed ? read_dated(rules, text, backup) : read_numbered(rules, text, backup);
}

/* With a namer the name can be anything, but it holds what is ours, and comes out again when the
 * namer is asked for it (as CPython finds them). */
static bool read_named(const struct rl_rotation_rules *rules, const char *path, const char *found,
                       struct rl_backup *backup)
{
    const char *name = strrchr(found, '/') + 1;
    const size_t length = strlen(name);
    char part[64], made[RL_PATH_BYTES];
    for (size_t from = 0; from < length; from++) {
        for (size_t bytes = 1; bytes < sizeof part && from + bytes <= length; bytes++) {
            memcpy(part, name + from, bytes);
            part[bytes] = '\0';
            if (read_tail(rules, part, backup) &&
                rl_backup_path(rules, path, backup->suffix, backup->number, made) == 0 &&
                strcmp(made, found) == 0)
                return true;
        }
    }
    return false;
}

static bool take_end(char *text, const char *end)
{
    const size_t length = strlen(text), bytes = strlen(end);
    if (bytes == 0 || length <= bytes || strcmp(text + length - bytes, end) != 0)
        return false;
    text[length - bytes] = '\0';
    return true;
}

static void take_extension(char *text, struct rl_backup *backup)
{
    backup->torn = take_end(text, RL_BACKUP_TORN);
    if (take_end(text, rl_backup_extension(RINGLOG_COMPRESS_GZIP)))
        backup->compressed = RINGLOG_COMPRESS_GZIP;
    else if (take_end(text, rl_backup_extension(RINGLOG_COMPRESS_ZSTD)))
        backup->compressed = RINGLOG_COMPRESS_ZSTD;
}

/* Whether the file belongs to the log file at `path`; fills in what its name says. */
static bool read_name(const struct rl_rotation_rules *rules, const char *path, const char *found,
                      struct rl_backup *backup)
{
    char stem[RL_PATH_BYTES];
    const size_t base = strlen(path);
    if (strlen(found) >= sizeof stem)
        return false;
    strcpy(stem, found);
    if (rules->compress != RINGLOG_COMPRESS_NONE)
        take_extension(stem, backup);
    if (backup->torn && backup->compressed == RINGLOG_COMPRESS_NONE)
        return false;
    if (rules->namer != NULL)
        return read_named(rules, path, stem, backup);
    return strncmp(stem, path, base) == 0 && stem[base] == '.' &&
           read_tail(rules, stem + base + 1, backup);
}

/* ---- the list ---- */

static int by_age(const void *a, const void *b)
{
    const struct rl_backup *x = a, *y = b;
    const int dates = strcmp(x->suffix, y->suffix);
    if (dates != 0)
        return dates;
    /* Of numbered files the higher one is older, of those of one date the younger. */
    const int numbers = (x->number > y->number) - (x->number < y->number);
    return x->suffix[0] == '\0' ? -numbers : numbers;
}

bool rl_backup_is_twin(const struct rl_backup *a, const struct rl_backup *b)
{
    return by_age(a, b) == 0;
}

static int add(struct rl_backup_list *list, size_t *room, struct rl_backup backup, const char *path)
{
    if (list->count == *room) {
        *room = *room == 0 ? 16 : *room * 2;
        struct rl_backup *items = realloc(list->items, *room * sizeof *items);
        if (items == NULL)
            return -ENOMEM;
        list->items = items;
    }
    backup.path = strdup(path);
    if (backup.path == NULL)
        return -ENOMEM;
    list->items[list->count++] = backup;
    return 0;
}

/* What lies under a name of ours need not be ours. */
static bool look_at(const char *found, struct rl_backup *backup)
{
    struct stat status;
    if (lstat(found, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    backup->modified_s = status.st_mtim.tv_sec;
    backup->bytes = (uint64_t)status.st_size;
    return true;
}

int rl_backup_list_read(struct rl_backup_list *list, const struct rl_rotation_rules *rules,
                        const char *path, bool look)
{
    *list = (struct rl_backup_list){0};
    char found[RL_PATH_BYTES];
    size_t room = 0;
    const int directory = (int)(strrchr(path, '/') - path) + 1;
    snprintf(found, sizeof found, "%.*s", directory, path);
    DIR *open = opendir(found);
    if (open == NULL)
        return -errno;
    int result = 0;
    for (struct dirent *entry; result == 0 && (entry = readdir(open)) != NULL;) {
        struct rl_backup backup = {.compressed = RINGLOG_COMPRESS_NONE};
        const int length = snprintf(found, sizeof found, "%.*s%s", directory, path, entry->d_name);
        if (length > 0 && (size_t)length < sizeof found && read_name(rules, path, found, &backup) &&
            (!look || look_at(found, &backup)))
            result = add(list, &room, backup, found);
    }
    closedir(open);
    if (result < 0)
        rl_backup_list_free(list);
    else if (list->count != 0)
        qsort(list->items, list->count, sizeof *list->items, by_age);
    return result;
}

void rl_backup_list_free(struct rl_backup_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].path);
    free(list->items);
    *list = (struct rl_backup_list){0};
}
