#include "net/budget.h"

#include <stdlib.h>

/* One second more than a minute: one mail may take longer on its way than the next. */
#define MINUTE_NS INT64_C(61000000000)
#define NEVER     (-2 * MINUTE_NS)

bool rl_budget_init(struct rl_budget *budget, unsigned most_a_minute)
{
    *budget = (struct rl_budget){.most = most_a_minute};
    if (most_a_minute == 0)
        return true;
    budget->sent_ns = malloc(most_a_minute * sizeof *budget->sent_ns);
    for (unsigned i = 0; budget->sent_ns != NULL && i < most_a_minute; i++)
        budget->sent_ns[i] = NEVER;
    return budget->sent_ns != NULL;
}

void rl_budget_destroy(struct rl_budget *budget)
{
    free(budget->sent_ns);
    *budget = (struct rl_budget){0};
}

int64_t rl_budget_next(const struct rl_budget *budget, bool hurry)
{
    if (budget->most == 0)
        return NEVER;
    /* The oldest of as many as a minute may hold must be a minute old. */
    const int64_t free_ns = budget->sent_ns[budget->sent] + MINUTE_NS;
    if (hurry)
        return free_ns;
    const unsigned last = (budget->sent + budget->most - 1) % budget->most;
    const unsigned spread = budget->most > 1 ? budget->most - 1 : 1;
    const int64_t spaced_ns = budget->sent_ns[last] + MINUTE_NS / spread;
    return spaced_ns > free_ns ? spaced_ns : free_ns;
}

void rl_budget_spend(struct rl_budget *budget, int64_t now_ns)
{
    if (budget->most == 0)
        return;
    budget->sent_ns[budget->sent] = now_ns;
    budget->sent = (budget->sent + 1) % budget->most;
}
