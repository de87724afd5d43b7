/* What a call site is called. */
#ifndef LOGDUMP_INSIGHT_SITE_H
#define LOGDUMP_INSIGHT_SITE_H

#include "insight/shown.h"
#include "insight/table.h"

/* `server.c:42 "request %d from %s"`, cut off behind so many columns. */
void add_site(struct buffer *line, const struct tally *site, size_t columns);

#endif
