/* Event classes: what a call site logs, with these fields of these types. The metadata declares
 * them as they come.
 *
 * Of one site there are several where its level or its fields are not always the same. One that was
 * read from many files is one: what it says decides, not its number. */
#ifndef LOGDUMP_OUTPUT_CTF_CLASSES_H
#define LOGDUMP_OUTPUT_CTF_CLASSES_H

#include "item.h"
#include "output/buffer.h"

#include <stdint.h>

struct ctf_classes {
    struct buffer shape; /* of the class that is looked for */
    struct ctf_class *list;
    size_t count;
    uint32_t *slots; /* of a hash table: number of a class, and 1; 0: free */
    size_t slot_count;
};

/* Begins with the record's call site. */
void ctf_classes_begin(struct ctf_classes *classes, const struct ringlog_reader_record *record);

/* A field. `number` is that of an argument without a key (NULL). */
void ctf_classes_add(struct ctf_classes *classes, enum ringlog_value_type type, const char *key,
                     size_t key_length, size_t number);

/* The number of the class; a new one is declared in `metadata`, which is emptied first. */
uint32_t ctf_classes_find(struct ctf_classes *classes, struct buffer *metadata);

void ctf_classes_free(struct ctf_classes *classes);

#endif
