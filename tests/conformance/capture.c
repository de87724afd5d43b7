#include "capture.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

/* Call sites live for ever, as the macros' static ones do. */
struct kept_site {
    struct ringlog_site site;
    struct kept_site *next;
};

static struct kept_site *sites;

static bool is_at(const struct ringlog_site *site, const struct ringlog_place *place)
{
    return site->line == place->line && strcmp(site->format, place->format) == 0 &&
           strcmp(site->file, place->file) == 0 && strcmp(site->function, place->function) == 0;
}

static struct ringlog_site *site_at(const struct ringlog_place *place)
{
    for (struct kept_site *kept = sites; kept != NULL; kept = kept->next)
        if (is_at(&kept->site, place))
            return &kept->site;
    struct kept_site *kept = malloc(sizeof *kept);
    if (kept == NULL)
        trouble("no memory");
    kept->site = (struct ringlog_site){
        .layout = RINGLOG_SITE_LAYOUT_,
        .flags = RINGLOG_SITE_RUNTIME_LEVEL_,
        .line = place->line,
        .format = place->format,
        .file = place->file,
        .function = place->function,
    };
    kept->next = sites;
    sites = kept;
    return &kept->site;
}

/* The inlined capture wants a count that the compiler knows. The level is the first argument, and
 * the first and the last of the array stand in for nothing. */
#define CAPTURE_(count)                                                                            \
    case count:                                                                                    \
        ringlog_capture_(logger, site, level, all, (count) + 3);                                   \
        break;

void capture_call(const ringlog_logger *logger, int level, const struct ringlog_place *place,
                  const struct ringlog_argument *arguments, unsigned count)
{
    if (!ringlog_gate_(logger, level))
        return;
    struct ringlog_site *site = site_at(place);
    struct ringlog_argument all[8 + 3] = {RINGLOG_NO_ARGUMENT_, RINGLOG_ARGUMENT_(level)};
    if (count != 0 && count <= 8)
        memcpy(all + 2, arguments, count * sizeof *arguments);
    switch (count) {
        CAPTURE_(0)
        CAPTURE_(1)
        CAPTURE_(2)
        CAPTURE_(3)
        CAPTURE_(4)
        CAPTURE_(5)
        CAPTURE_(6)
        CAPTURE_(7)
        CAPTURE_(8)
    default:
        trouble("a record with %u arguments", count);
    }
}
