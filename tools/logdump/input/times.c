#include "input/times.h"

#include <errno.h>
#include <string.h>

/* 0, -ENODATA when it holds no record, or another -errno. */
static int times_of_one(const char *path, int64_t *first_ns, int64_t *last_ns, const char **why)
{
    ringlog_reader *reader;
    if (strcmp(path, "-") == 0) {
        *why = "standard input cannot be read twice";
        return -ESPIPE;
    }
    int result = ringlog_reader_open(&reader, path);
    if (result == 0) {
        result = ringlog_reader_times(reader, first_ns, last_ns);
        ringlog_reader_close(reader);
    }
    *why = ringlog_last_error();
    return result;
}

bool times_of(const struct files *files, int64_t *first_ns, int64_t *last_ns, const char **why)
{
    bool any = false;
    *first_ns = INT64_MAX;
    *last_ns = INT64_MIN;
    *why = "there is no file";
    for (size_t i = 0; i < files->count; i++) {
        int64_t first, last;
        const int result = times_of_one(files->paths[i], &first, &last, why);
        if (result == -ENODATA)
            continue;
        if (result < 0)
            return false;
        any = true;
        *first_ns = first < *first_ns ? first : *first_ns;
        *last_ns = last > *last_ns ? last : *last_ns;
    }
    return any;
}
