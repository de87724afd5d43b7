/* Takes a record's fields apart as far as everybody needs: run-time level, the parts of an event.
 * What it is given may come from a file: every length is checked. */
#ifndef RL_RECORD_DECODE_H
#define RL_RECORD_DECODE_H

#include "record/record.h"

/* Given record->site and all its fields at `fields`: sets level, fields and fields_bytes (behind a
 * run-time level), and of an event time_ns (if it names one), exception and stack texts. false: the
 * fields are shorter than the site says. */
bool rl_record_decode(struct rl_record *record, const unsigned char *fields, size_t bytes);

/* The codes of record->fields: a run-time level is the record's, not a field of its format. */
static inline const uint8_t *rl_site_codes(const struct rl_site *site, unsigned *count)
{
    const unsigned skipped =
        (site->flags & RINGLOG_SITE_RUNTIME_LEVEL_) != 0 && site->field_count != 0;
    *count = site->field_count - skipped;
    return rl_site_fields(site) + skipped;
}

/* Bytes of one field at `at`, or 0 when it does not fit into `left`. */
size_t rl_field_bytes(uint8_t code, const unsigned char *at, size_t left);

#endif
