/* Log files, read: records, told losses, and gaps where something is missing.
 *
 * Whatever the bytes, it ends, keeps its memory within bounds, and gives out no record that was not
 * written: what is damaged is left out and named. */
#ifndef RL_LOGFILE_READ_H
#define RL_LOGFILE_READ_H

#include "logfile/index.h"
#include "logfile/rows.h"
#include "logfile/scan.h"
#include "logfile/select.h"
#include "logfile/streams.h"

enum rl_item {
    RL_ITEM_END = 0,
    RL_ITEM_RECORD = 1,
    RL_ITEM_LOSS = 2,
    RL_ITEM_GAP = 3,
    RL_ITEM_STREAM = 4,  /* a process began to write */
    RL_ITEM_MISSING = 5, /* records of one thread are not there */
    RL_ITEM_CLOSED = 6,  /* a process closed the file */
    RL_ITEM_CLOCK = 7,   /* both clocks at one moment */
};

/* Something that cannot be read. */
struct rl_gap {
    uint64_t from, to;       /* bytes of the file; equal: none, what is missing is not there */
    uint64_t records;        /* missing, as far as the blocks around tell */
    uint64_t first_sequence; /* of the missing records, if there are some */
    uint32_t blocks;         /* missing */
    const char *why;
};

/* A hole in what one thread numbered: known when its next record is read. */
struct rl_missing {
    const struct rl_thread *thread;
    uint64_t first, count;
};

struct rl_told_loss {
    uint64_t count;
    int64_t from_ns, to_ns;
    uint32_t reason;                /* enum rl_lost, or one that a later version knows */
    const struct rl_thread *thread; /* NULL: of no thread in particular */
};

struct rl_block_site {
    struct rl_read_site *site;
    struct rl_read_logger *logger; /* that its definition names */
};

struct rl_logfile_reader {
    struct rl_scan scan;
    struct rl_selection selection;
    struct rl_streams streams;

    /* The index of the file, if it has one and a selection makes it worth reading. */
    struct rl_index index;
    size_t index_left;     /* entries that lie ahead */
    uint64_t skip_records; /* in front of those that a selection takes from the end */
    bool index_tried;

    /* The block that was found; `open` while rows of it are left. */
    struct rl_block block;
    bool found, open;
    bool unwanted;       /* the selection takes none of its records: its body was not read */
    int definitions_bad; /* 0, or what is wrong with its definitions: -EBADMSG, -E2BIG */
    struct rl_rows rows;
    uint32_t rows_left;
    struct rl_row row;
    bool row_held;       /* it comes after what is missing before it */
    uint32_t unreadable; /* of the rows so far: what they need to know is lost */
    uint64_t first_unreadable;
    /* What the places in its tables stand for; NULL: what their definition was in is lost. */
    struct rl_buffer sites;   /* struct rl_block_site */
    struct rl_buffer threads; /* const struct rl_read_thread * */
    struct rl_buffer refused; /* uint8_t: sites of which the selection takes no record */
    struct rl_buffer fields;

    /* The last item. */
    struct rl_stream *stream;
    struct rl_record record;
    struct rl_read_site *site;
    uint64_t sequence;        /* of the record in its stream, */
    uint64_t thread_sequence; /* and in its thread */
    struct rl_gap gap;
    struct rl_missing missing;
    struct rl_told_loss loss;
    int64_t clock_step_ns;
};

void rl_logfile_reader_init(struct rl_logfile_reader *reader, int fd);
void rl_logfile_reader_free(struct rl_logfile_reader *reader);

/* enum rl_item, or: -EBADMSG the input is no log; -ENODATA it is empty; -ENOMEM; what read(2)
 * says. What the item holds stays valid until the next call. */
int rl_logfile_reader_next(struct rl_logfile_reader *reader);

/* ---- pass.c ---- */

/* Of a file that is read from its beginning, if only some of it is wanted: its index, and how many
 * records come before that. 0 or -ENOMEM. */
int rl_logfile_reader_look_ahead(struct rl_logfile_reader *reader);

/* Whether something of the block may be wanted. Asked once of each block, in their order. */
bool rl_logfile_reader_wants(struct rl_logfile_reader *reader, struct rl_stream *stream,
                             const struct rl_block *block);

/* Passes over blocks of which the index says that they are not wanted. */
void rl_logfile_reader_pass_unwanted(struct rl_logfile_reader *reader);

#endif
