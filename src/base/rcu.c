#include "base/rcu.h"

#include <stddef.h>

char rl_rcu_grace_period;

static struct rl_retired *retired_list; /* atomic */

void rl_rcu_retire(struct rl_retired *retired, void (*free_it)(struct rl_retired *))
{
    retired->free = free_it;
    retired->next = __atomic_load_n(&retired_list, __ATOMIC_RELAXED);
    /* Pairs with: retire.take. So that who takes the list finds its links. */
    while (!__atomic_compare_exchange_n(&retired_list, &retired->next, retired, true,
                                        __ATOMIC_RELEASE, /* retire.push */
                                        __ATOMIC_RELAXED))
        ;
}

void rl_rcu_reap(void)
{
    if (__atomic_load_n(&retired_list, __ATOMIC_RELAXED) == NULL)
        return;
    /* Pairs with: retire.push. */
    struct rl_retired *retired =
        __atomic_exchange_n(&retired_list, NULL, __ATOMIC_ACQUIRE); /* retire.take */
    urcu_bp_synchronize_rcu();
    RL_TSAN_ACQUIRE(&rl_rcu_grace_period);
    while (retired != NULL) {
        struct rl_retired *next = retired->next;
        retired->free(retired);
        retired = next;
    }
}

void rl_rcu_before_fork(void)
{
    urcu_bp_before_fork();
}

void rl_rcu_after_fork_parent(void)
{
    urcu_bp_after_fork_parent();
}

void rl_rcu_after_fork_child(void)
{
    urcu_bp_after_fork_child();
}
