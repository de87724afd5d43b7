#include "writer/sites.h"

#include "base/os.h"
#include "capture/capture.h"
#include "record/record.h"

#include <stdlib.h>

static void fill(struct rl_site_info *info, const struct rl_site *site)
{
    *info = (struct rl_site_info){.site = site};
    if (rl_program_new_of_site(&info->program, site->flags, rl_site_format(site),
                               site->format_length, rl_site_fields(site), site->field_count) < 0)
        info->program = NULL;
    info->line.pathname = (struct rl_span){rl_site_file(site), site->file_length};
    info->line.function = (struct rl_span){rl_site_function(site), site->function_length};
    info->line.line_number = site->line;
    rl_line_split_path(&info->line);
}

static bool open_table(struct rl_sites *sites)
{
    sites->dictionary = rl_capture_dictionary();
    if (sites->dictionary == NULL)
        return false;
    sites->by_id = rl_map_sparse(sites->dictionary->bytes / 8 * sizeof *sites->by_id);
    return sites->by_id != NULL;
}

static const struct rl_site_info *meet(struct rl_sites *sites, uint32_t id)
{
    const struct rl_site *site = rl_dictionary_find(sites->dictionary, id);
    struct rl_site_info *info = site == NULL ? NULL : malloc(sizeof *info);
    if (info == NULL)
        return NULL;
    fill(info, site);
    sites->by_id[id] = info;
    return info;
}

const struct rl_site_info *rl_sites_find(struct rl_sites *sites, uint32_t id)
{
    if (sites->by_id == NULL && !open_table(sites))
        return NULL;
    if (id >= sites->dictionary->bytes / 8)
        return NULL;
    const struct rl_site_info *info = sites->by_id[id];
    return info != NULL ? info : meet(sites, id);
}

const struct rl_site_info *rl_sites_carry(struct rl_sites *sites, const struct rl_site *site)
{
    rl_program_free(sites->carried.program);
    fill(&sites->carried, site);
    return &sites->carried;
}
