/* Log calls of any size, whose arguments differ as those of programs do: what is always the same
 * would vanish in a binary log, and cost the writer next to nothing. */
#ifndef TUNE_MEASURE_SAMPLE_H
#define TUNE_MEASURE_SAMPLE_H

#include <ringlog/ringlog.h>
#include <stdint.h>

#define SAMPLE_STRINGS 64

struct sample {
    enum sample_shape { SAMPLE_BARE, SAMPLE_TWO_INTS, SAMPLE_FOUR_INTS, SAMPLE_MIXED } shape;
    char *strings[SAMPLE_STRINGS]; /* of SAMPLE_MIXED: as long as one another */
};

/* Whose records take as many bytes in a ring as those with so many bytes of arguments. False: out
 * of memory. */
bool sample_new(struct sample *sample, uint64_t argument_bytes);
void sample_free(struct sample *sample);

/* Logs `count` of them at INFO. */
void sample_log(const struct sample *sample, ringlog_logger *logger, uint64_t count);

#endif
