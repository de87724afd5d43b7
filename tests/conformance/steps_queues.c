/* Queues, the handler in front and the listener behind. */
#include "handlers.h"
#include "report.h"
#include "run.h"

int make_queue_handler(struct run *run, const json_t *step, ringlog_handler **handler)
{
    (void)run;
    (void)step;
    (void)handler;
    trouble("not built: queue");
}

static int make_queue(struct run *run, const json_t *step)
{
    (void)run;
    (void)step;
    trouble("not built: queue");
}

const struct step_kind queue_steps[] = {
    {"queue", make_queue, false},
    {"listener", make_queue, false},
    {"listener_start", make_queue, false},
    {"listener_stop", make_queue, false},
    {0},
};
