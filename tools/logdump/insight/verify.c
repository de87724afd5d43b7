#include "insight/verify.h"

#include "exit.h"
#include "insight/shown.h"
#include "output/out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* So many holes of a thread are named. */
#define MOST_HOLES 10

struct thread {
    uint32_t number;
    pid_t tid;
    char *name;
    uint64_t next;    /* number of the next record */
    uint64_t missing; /* records */
    uint64_t lost;    /* that the logger tells of */
    uint64_t hole_count;
    struct hole {
        uint64_t first, last;
    } holes[MOST_HOLES];
};

/* What one process wrote into one file. */
struct writing {
    unsigned file;
    uint32_t stream;
    char *file_name, *process_name, *host;
    pid_t process;
    bool closed;
    uint64_t records; /* read */
    uint64_t said;    /* how many there are, when it was closed */
    uint64_t lost;    /* of no thread in particular */
    uint64_t steps;   /* of the clock */
    int64_t least_step_ns, greatest_step_ns;
    struct thread *threads;
    size_t thread_count, thread_at; /* the one that was found last */
};

struct verify {
    struct sink sink;
    struct writing *writings;
    size_t count, at;
    bool damaged;
};

/* ---- who is who ---- */

static struct writing *writing_of(struct verify *verify, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    for (size_t i = 0; i < verify->count; i++) {
        struct writing *found = &verify->writings[(verify->at + i) % verify->count];
        if (found->file == item->file && found->stream == record->stream) {
            verify->at = (size_t)(found - verify->writings);
            return found;
        }
    }
    verify->writings =
        must_have(reallocarray(verify->writings, verify->count + 1, sizeof *verify->writings));
    struct writing *made = &verify->writings[verify->at = verify->count++];
    *made = (struct writing){
        .file = item->file,
        .stream = record->stream,
        .file_name = must_have(strdup(item->name)),
        .process_name = must_have(strdup(record->process_name)),
        .host = must_have(strdup(record->host)),
        .process = record->process,
    };
    return made;
}

static struct thread *thread_of(struct writing *writing, const struct ringlog_reader_record *record)
{
    for (size_t i = 0; i < writing->thread_count; i++) {
        struct thread *found = &writing->threads[(writing->thread_at + i) % writing->thread_count];
        if (found->number == record->thread_number) {
            writing->thread_at = (size_t)(found - writing->threads);
            return found;
        }
    }
    writing->threads = must_have(
        reallocarray(writing->threads, writing->thread_count + 1, sizeof *writing->threads));
    struct thread *made = &writing->threads[writing->thread_at = writing->thread_count++];
    *made = (struct thread){
        .number = record->thread_number,
        .tid = record->thread,
        .name = must_have(strdup(record->thread_name)),
    };
    return made;
}

/* ---- what comes ---- */

static void take(struct sink *sink, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    struct writing *writing = writing_of((struct verify *)sink, item);
    if (record->kind == RINGLOG_READER_LOSS && record->thread_number == 0) {
        writing->lost += record->lost;
    } else if (record->kind == RINGLOG_READER_LOSS) {
        thread_of(writing, record)->lost += record->lost;
    } else {
        writing->records++;
        thread_of(writing, record)->next = record->thread_sequence + 1;
    }
}

static void note_missing(struct verify *verify, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    struct thread *thread = thread_of(writing_of(verify, item), record);
    thread->missing += record->missing_records;
    if (thread->hole_count++ < MOST_HOLES)
        thread->holes[thread->hole_count - 1] = (struct hole){
            record->missing_sequence + 1, record->missing_sequence + record->missing_records};
}

/* Less is the clock being adjusted, as it always is. */
#define STEP_NS 500000

static void note_clock(struct writing *writing, int64_t step_ns)
{
    if (step_ns < STEP_NS && step_ns > -STEP_NS)
        return;
    writing->steps++;
    if (step_ns < writing->least_step_ns)
        writing->least_step_ns = step_ns;
    if (step_ns > writing->greatest_step_ns)
        writing->greatest_step_ns = step_ns;
}

static void note(struct sink *sink, const struct item *item)
{
    struct verify *verify = (struct verify *)sink;
    switch (item->record->kind) {
    case RINGLOG_READER_GAP:
        verify->damaged = true;
        break;
    case RINGLOG_READER_MISSING:
        verify->damaged = true;
        note_missing(verify, item);
        break;
    case RINGLOG_READER_CLOCK:
        note_clock(writing_of(verify, item), item->record->clock_step_ns);
        break;
    case RINGLOG_READER_CLOSED: {
        struct writing *writing = writing_of(verify, item);
        writing->closed = true;
        writing->said = item->record->sequence;
        break;
    }
    default:
        writing_of(verify, item);
        break;
    }
}

/* ---- what it comes to ---- */

/* A text of the log, at least so many columns wide. */
static void print_text(const char *text, size_t columns)
{
    struct buffer shown = {0};
    escape_for_terminal(&shown, text, strlen(text), false);
    while (shown_columns(shown.data, shown.length) < columns)
        buffer_char(&shown, ' ');
    out_text(shown.data, shown.length);
    buffer_free(&shown);
}

static void print_holes(const struct thread *thread)
{
    out_printf("%" PRIu64 " missing: ", thread->missing);
    for (uint64_t i = 0; i < thread->hole_count && i < MOST_HOLES; i++) {
        const struct hole *hole = &thread->holes[i];
        out_printf(hole->first == hole->last ? "%s%" PRIu64 : "%s%" PRIu64 "–%" PRIu64,
                   i == 0 ? "" : ", ", hole->first, hole->last);
    }
    if (thread->hole_count > MOST_HOLES)
        out_printf(" and %" PRIu64 " more holes", thread->hole_count - MOST_HOLES);
}

static void print_thread(const struct thread *thread)
{
    out_printf("  ");
    print_text(thread->name, 15);
    out_printf(" (%d): ", (int)thread->tid);
    if (thread->next == 0)
        out_printf("no record");
    else
        out_printf("1–%" PRIu64 " ", thread->next);
    if (thread->missing != 0)
        print_holes(thread);
    else if (thread->next != 0)
        out_printf("complete");
    if (thread->lost != 0)
        out_printf("; %" PRIu64 " lost before they were written", thread->lost);
    out_printf("\n");
}

static uint64_t missing_of(const struct writing *writing)
{
    uint64_t missing = 0;
    for (size_t i = 0; i < writing->thread_count; i++)
        missing += writing->threads[i].missing;
    return missing;
}

/* "  the time of day was set 3 times, by -3600.000 to +0.250 s" */
static void print_steps(const struct writing *writing)
{
    if (writing->steps == 0)
        return;
    out_printf("  the time of day was set %" PRIu64 " time%s, by ", writing->steps,
               writing->steps == 1 ? "" : "s");
    if (writing->least_step_ns != 0)
        out_printf("%+.3f%s", (double)writing->least_step_ns / 1e9,
                   writing->greatest_step_ns != 0 ? " to " : "");
    if (writing->greatest_step_ns != 0)
        out_printf("%+.3f", (double)writing->greatest_step_ns / 1e9);
    out_printf(" s\n");
}

static void print_writing(const struct writing *writing)
{
    const uint64_t known_missing = missing_of(writing);
    print_text(writing->file_name, 0);
    out_printf(": process ");
    print_text(writing->process_name, 0);
    out_printf(" (%d) on ", (int)writing->process);
    print_text(writing->host, 0);
    out_printf(": %" PRIu64 " records", writing->records);
    if (writing->closed)
        out_printf(writing->said == writing->records ? ", closed: all are there\n"
                                                     : " of %" PRIu64 ", closed\n",
                   writing->said);
    else
        out_printf(", not closed: the process runs, or ended without\n");
    for (size_t i = 0; i < writing->thread_count; i++)
        print_thread(&writing->threads[i]);
    if (writing->closed && writing->said > writing->records + known_missing)
        out_printf("  %" PRIu64 " more missing at the ends of threads\n",
                   writing->said - writing->records - known_missing);
    if (writing->lost != 0)
        out_printf("  %" PRIu64 " lost before they were written\n", writing->lost);
    print_steps(writing);
}

static void free_writing(struct writing *writing)
{
    for (size_t i = 0; i < writing->thread_count; i++)
        free(writing->threads[i].name);
    free(writing->threads);
    free(writing->file_name);
    free(writing->process_name);
    free(writing->host);
}

static int end(struct sink *sink)
{
    struct verify *verify = (struct verify *)sink;
    bool whole = !verify->damaged;
    for (size_t i = 0; i < verify->count; i++) {
        struct writing *writing = &verify->writings[i];
        whole &= !writing->closed || writing->said == writing->records;
        print_writing(writing);
        free_writing(writing);
    }
    free(verify->writings);
    free(verify);
    return whole ? EXIT_FOUND : EXIT_DAMAGED;
}

struct sink *verify_sink_new(void)
{
    struct verify *verify = must_have(calloc(1, sizeof *verify));
    verify->sink = (struct sink){.take = take, .note = note, .end = end, .ends_well = true};
    return &verify->sink;
}
