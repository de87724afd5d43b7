/* The handler that keeps nothing: a logger that has it counts as handled. */
#include "base/error.h"
#include "handlers/handler.h"

#include <errno.h>
#include <stdlib.h>

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    (void)handler;
    (void)event;
}

static unsigned append_rows(struct ringlog_handler *handler, const struct rl_batch_row *rows,
                            unsigned count)
{
    (void)handler;
    (void)rows;
    return count;
}

static const struct rl_handler_ops ops = {
    .kind = "null", .append = append, .append_rows = append_rows};

int ringlog_null_handler_new(ringlog_handler **handler)
{
    *handler = calloc(1, sizeof **handler);
    if (*handler == NULL)
        return rl_error(-ENOMEM, "ringlog_null_handler_new: out of memory");
    const struct ringlog_isolation_options direct = {.isolation = RINGLOG_NOT_ISOLATED};
    return rl_handler_init(*handler, &ops, &direct, false);
}
