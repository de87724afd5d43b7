/* The page of a report around its data; page.html, embedded. */
#ifndef LOGDUMP_INSIGHT_REPORT_PAGE_H
#define LOGDUMP_INSIGHT_REPORT_PAGE_H

#include <stddef.h>

extern const unsigned char page_head[], page_tail[];
extern const size_t page_head_bytes, page_tail_bytes;

#endif
