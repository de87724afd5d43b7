#include "logfile/select.h"

#include <fnmatch.h>
#include <string.h>

/* Whether `name` is the logger or above it, as Python's logging.Filter has it, or a pattern. */
static bool covers(const char *name, const struct rl_read_logger *logger)
{
    if (strpbrk(name, "*?[") != NULL)
        return fnmatch(name, logger->name, 0) == 0;
    const size_t length = strlen(name);
    return length == 0 || (length <= logger->length && memcmp(name, logger->name, length) == 0 &&
                           (length == logger->length || logger->name[length] == '.'));
}

static bool logger_selected(const struct rl_selection *selection, struct rl_read_logger *logger)
{
    enum { NOT_ASKED, REFUSED, TAKEN };
    if (logger->verdict == NOT_ASKED) {
        logger->verdict = REFUSED;
        for (size_t i = 0; i < selection->logger_count; i++)
            if (covers(selection->loggers[i], logger))
                logger->verdict = TAKEN;
    }
    return logger->verdict == TAKEN;
}

/* The bits of the stream's loggers that are taken. */
static uint32_t taken_loggers(const struct rl_selection *selection, struct rl_stream *stream)
{
    for (; stream->loggers_judged < stream->logger_count; stream->loggers_judged++) {
        struct rl_read_logger *logger = &stream->loggers[stream->loggers_judged];
        if (logger_selected(selection, logger))
            stream->loggers_taken |= rl_logger_bit(logger->id);
    }
    return stream->loggers_taken;
}

static bool time_taken(const struct rl_selection *selection, int64_t least_ns, int64_t greatest_ns)
{
    return !selection->by_time ||
           (greatest_ns >= selection->since_ns && least_ns <= selection->until_ns);
}

bool rl_selection_block(const struct rl_selection *selection, struct rl_stream *stream,
                        const struct rl_block *block)
{
    if (block->kind != RL_BLOCK_RECORDS && block->kind != RL_BLOCK_LOSS)
        return true;
    if (!time_taken(selection, block->least_time_ns, block->greatest_time_ns))
        return false;
    if (block->kind == RL_BLOCK_LOSS)
        return true;
    /* All bits from the level's own up. */
    const uint32_t levels = -rl_level_bit(selection->level);
    return (!selection->by_level || (block->level_mask & levels) != 0) &&
           (!selection->by_logger || (block->logger_mask & taken_loggers(selection, stream)) != 0);
}

bool rl_selection_site(const struct rl_selection *selection, int32_t level,
                       struct rl_read_logger *logger)
{
    return (!selection->by_level || level >= selection->level) &&
           (!selection->by_logger || logger_selected(selection, logger));
}

bool rl_selection_row(const struct rl_selection *selection, int32_t level, int64_t time_ns,
                      struct rl_read_logger *logger)
{
    return rl_selection_site(selection, level, logger) && time_taken(selection, time_ns, time_ns);
}
