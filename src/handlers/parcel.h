/* Whole records as bytes, with everything they point to: so that they can wait, and be logged later
 * as if they came then.
 *
 * A parcel is made and opened in one process; nothing in it is for files. */
#ifndef RL_HANDLERS_PARCEL_H
#define RL_HANDLERS_PARCEL_H

#include "handlers/handler.h"

/* Records in the order they came. Zero is an empty queue; the writer's alone. */
struct rl_parcels {
    struct rl_buffer bytes;
    size_t taken; /* at the front */
    size_t count;
    pid_t process; /* whose: a fork child's are empty */
};

/* false: no memory. `text`, if not NULL, becomes the record's message as it stands. */
bool rl_parcels_put(struct rl_parcels *parcels, const struct rl_event *event,
                    const struct rl_span *text);

size_t rl_parcels_bytes(const struct rl_parcels *parcels);

/* A record taken out again. Zero to begin with; valid until the next one is taken. */
struct rl_opened {
    struct rl_event event;
    struct rl_record record;
    struct rl_scrap *scraps;
    struct rl_program *program; /* owned */
    struct rl_buffer site;      /* whose program it is */
};

/* Takes the first; false: there is none. */
bool rl_parcels_take(struct rl_parcels *parcels, struct rl_opened *opened);

/* Forgets what is left and says how many that were. */
size_t rl_parcels_clear(struct rl_parcels *parcels);

void rl_opened_free(struct rl_opened *opened);

#endif
