#include "input/files.h"

#include "output/out.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_known(const struct files *files, const char *path)
{
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->paths[i], path) == 0)
            return true;
    return false;
}

static void add(struct files *files, const char *path)
{
    if (is_known(files, path))
        return;
    files->paths = must_have(reallocarray(files->paths, files->count + 1, sizeof *files->paths));
    files->paths[files->count++] = must_have(strdup(path));
}

static bool is_regular(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static char *join(const char *folder, const char *name)
{
    char *path;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    return must_have(asprintf(&path, "%s%s%s", folder, slash, name) < 0 ? NULL : path);
}

/* The regular files of a folder of which the name matches, by name. */
static size_t add_matches(struct files *files, const char *folder, bool in_folder,
                          const char *pattern)
{
    struct dirent **names;
    size_t found = 0;
    const int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (fnmatch(pattern, names[i]->d_name, FNM_PERIOD) == 0) {
            char *path = in_folder ? join(folder, names[i]->d_name) : strdup(names[i]->d_name);
            if (is_regular(must_have(path))) {
                add(files, path);
                found++;
            }
            free(path);
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return found;
}

static bool add_folder(struct files *files, const char *folder)
{
    const size_t plain = add_matches(files, folder, true, "*.rlog");
    if (plain + add_matches(files, folder, true, "*.rlog.*") != 0)
        return true;
    complain("%s: no .rlog files in this directory", folder);
    return false;
}

/* What rotation called earlier files of this name: "app.rlog.1", "app.rlog.2026-01-02", compressed
 * or not. */
static void add_rotated(struct files *files, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        must_have(slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1));
    char *pattern;
    must_have(asprintf(&pattern, "%s.*", slash == NULL ? path : slash + 1) < 0 ? NULL : pattern);
    add_matches(files, folder, slash != NULL, pattern);
    free(pattern);
    free(folder);
}

static bool add_pattern(struct files *files, const char *pattern)
{
    glob_t found;
    if (glob(pattern, 0, NULL, &found) != 0) {
        complain("%s: nothing matches", pattern);
        return false;
    }
    for (size_t i = 0; i < found.gl_pathc; i++)
        add(files, found.gl_pathv[i]);
    globfree(&found);
    return true;
}

static bool add_name(struct files *files, const char *name, bool rotated)
{
    struct stat status;
    if (strcmp(name, "-") == 0) {
        add(files, name);
        return true;
    }
    if (stat(name, &status) != 0) {
        if (strpbrk(name, "*?[") != NULL)
            return add_pattern(files, name);
        complain("%s: %s", name, strerror(errno));
        return false;
    }
    if (S_ISDIR(status.st_mode))
        return add_folder(files, name);
    add(files, name);
    if (rotated)
        add_rotated(files, name);
    return true;
}

bool files_find(struct files *files, char *const *names, bool rotated)
{
    bool all = true;
    *files = (struct files){0};
    for (; *names != NULL; names++)
        all &= add_name(files, *names, rotated);
    return all;
}

void files_free(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
}
