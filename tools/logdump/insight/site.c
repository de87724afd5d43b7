#include "insight/site.h"

#include "insight/figures.h"

#include <string.h>

void add_site(struct buffer *line, const struct tally *site, size_t columns)
{
    size_t path_length, line_length, format_length;
    const char *path = key_part(site, 0, &path_length);
    const char *number = key_part(site, 1, &line_length);
    const char *format = key_part(site, 2, &format_length);
    const char *slash = memrchr(path, '/', path_length);
    const char *file = slash == NULL ? path : slash + 1;
    struct buffer name = {0};
    buffer_append(&name, file, path_length - (size_t)(file - path));
    buffer_printf(&name, ":%.*s \"", (int)line_length, number);
    buffer_append(&name, format, format_length);
    buffer_append(&name, "\"", 1);
    shown_cut(line, name.data, name.length, columns);
    buffer_free(&name);
}
