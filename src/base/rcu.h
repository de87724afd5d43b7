/* Userspace RCU (liburcu, bulletproof flavour: readers need not register), wrapped once.
 *
 * Pointers go through C11 atomics, so that every tool sees their order; the library supplies
 * read-side sections and grace periods. ThreadSanitizer cannot see a grace period in a library it
 * did not compile, so it is told here. */
#ifndef RL_BASE_RCU_H
#define RL_BASE_RCU_H

#include "base/tsan.h"

#include <urcu/urcu-bp.h>

extern char rl_rcu_grace_period; /* readers release it, the grace period acquires it */

static inline void rl_rcu_read_lock(void)
{
    urcu_bp_read_lock();
}

static inline void rl_rcu_read_unlock(void)
{
    RL_TSAN_RELEASE(&rl_rcu_grace_period);
    urcu_bp_read_unlock();
}

/* Edge rcu: what a reader dereferences was written before it was published.
 * Pairs with: rcu.publish. */
#define rl_rcu_dereference(pointer) __atomic_load_n(&(pointer), __ATOMIC_ACQUIRE) /* rcu.read */
/* Pairs with: rcu.read. */
#define rl_rcu_assign(pointer, value)                                                              \
    __atomic_store_n(&(pointer), (value), __ATOMIC_RELEASE) /* rcu.publish */

/* Something that readers may still see: freed by rl_rcu_reap(), after a grace period. The first
 * member of what is retired. */
struct rl_retired {
    struct rl_retired *next;
    void (*free)(struct rl_retired *retired);
};

/* Any thread. */
void rl_rcu_retire(struct rl_retired *retired, void (*free_it)(struct rl_retired *));

/* Frees what was retired before the call, after a grace period; does nothing when there is
 * nothing. Only the writer, between batches, or when there is no writer. */
void rl_rcu_reap(void);

/* Before and after fork(2), so that a child can go on. */
void rl_rcu_before_fork(void);
void rl_rcu_after_fork_parent(void);
void rl_rcu_after_fork_child(void);

#endif
