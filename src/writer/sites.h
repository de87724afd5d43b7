/* What the writer prepares once for each call site: its program, and the parts of its path. */
#ifndef RL_WRITER_SITES_H
#define RL_WRITER_SITES_H

#include "format/pattern.h"
#include "record/dictionary.h"

struct rl_site_info {
    const struct rl_site *site;
    struct rl_program *program; /* NULL: the format cannot be compiled, and stands for itself */
    struct rl_line line;        /* pathname, filename, module, function, line number */
};

struct rl_sites {
    const struct rl_dictionary *dictionary;
    struct rl_site_info **by_id; /* as many places as the dictionary has ids; mapped, sparse */
    /* For a site that came inside its record: used until the next such record. */
    struct rl_site_info carried;
};

/* The site's info, or NULL: no such site, or no memory. */
const struct rl_site_info *rl_sites_find(struct rl_sites *sites, uint32_t id);

/* The info of a site that lies in a record. */
const struct rl_site_info *rl_sites_carry(struct rl_sites *sites, const struct rl_site *site);

#endif
