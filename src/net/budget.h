/* How many mails a minute may hold: the times of the last ones. */
#ifndef RL_NET_BUDGET_H
#define RL_NET_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct rl_budget {
    int64_t *sent_ns; /* of the last `most` mails, a ring; monotonic */
    unsigned most;    /* a minute; 0: there is no limit */
    unsigned sent;    /* counts on, from 0 to the ring's end and round it */
};

/* false: no memory. */
bool rl_budget_init(struct rl_budget *budget, unsigned most_a_minute);
void rl_budget_destroy(struct rl_budget *budget);

/* When the next one may go (it may be long past). What is in no hurry is spread over the minute, so
 * that one mail is left for what is. */
int64_t rl_budget_next(const struct rl_budget *budget, bool hurry);

void rl_budget_spend(struct rl_budget *budget, int64_t now_ns);

#endif
