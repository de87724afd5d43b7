/* The tree of loggers: look-up and creation. */
#include "logger/tree.h"

#include "base/thread.h"
#include "ringlog/ringlog.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/rculfhash.h>

void (*rl_config_barrier)(void);

/* Buckets of the table of names. Fixed: a table that resizes itself starts a thread. */
#define BUCKETS 4096

/* A name in the table. */
struct named {
    struct cds_lfht_node node;
    struct rl_logger *logger;
};

static struct rl_logger root = {
    .head = {.gate = RINGLOG_WARNING},
    .level = RINGLOG_WARNING,
    .propagate = true,
    .length = 4,
    .name = "root",
};

static struct cds_lfht *table;                      /* atomic; made with the first name */
static struct rl_logger *by_id[RL_MAX_LOGGERS + 1]; /* atomic; only grows */
static uint32_t logger_count = 1;                   /* the root included; atomic */
static uint64_t refused;                            /* atomic */
static pthread_mutex_t *config_mutex;

/* ---- the mutex ---- */

void rl_config_lock(void)
{
    pthread_mutex_lock(rl_fork_proof_mutex(&config_mutex));
}

void rl_config_unlock(void)
{
    pthread_mutex_unlock(rl_fork_proof_mutex(&config_mutex));
}

bool rl_config_wait(void)
{
    if (rl_config_barrier == NULL)
        return false;
    rl_config_barrier();
    return true;
}

void rl_config_begin(void)
{
    rl_config_wait();
    rl_config_lock();
}

void rl_config_end(void)
{
    rl_config_unlock();
}

/* ---- look-up ---- */

struct rl_logger *rl_tree_logger(uint32_t id)
{
    if (id == 0)
        return &root;
    return rl_rcu_dereference(by_id[id]);
}

const struct rl_logger *rl_logger_by_id(uint16_t id)
{
    const struct rl_logger *logger = rl_tree_logger(id);
    return logger != NULL ? logger : &root;
}

uint32_t rl_logger_count(void)
{
    /* Pairs with: logger.count. So that every logger below the count is in its place. */
    return __atomic_load_n(&logger_count, __ATOMIC_ACQUIRE); /* logger.read */
}

void rl_tree_count_refused(void)
{
    __atomic_fetch_add(&refused, 1, __ATOMIC_RELAXED);
}

uint64_t rl_loggers_refused(void)
{
    return __atomic_load_n(&refused, __ATOMIC_RELAXED);
}

static unsigned long hash_name(const char *name, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
    return (unsigned long)hash;
}

struct key {
    const char *name;
    size_t length;
};

static int matches(struct cds_lfht_node *node, const void *wanted)
{
    const struct key *key = wanted;
    const struct rl_logger *logger = caa_container_of(node, struct named, node)->logger;
    return logger->length == key->length && memcmp(logger->name, key->name, key->length) == 0;
}

static struct rl_logger *find(const char *name, size_t length)
{
    struct cds_lfht *names = rl_rcu_dereference(table);
    if (names == NULL)
        return NULL;
    const struct key key = {name, length};
    struct cds_lfht_iter iterator;
    rl_rcu_read_lock();
    cds_lfht_lookup(names, hash_name(name, length), matches, &key, &iterator);
    struct cds_lfht_node *node = cds_lfht_iter_get_node(&iterator);
    /* Loggers and their names are never freed: the pointer outlives the section. */
    struct rl_logger *logger =
        node == NULL ? NULL : caa_container_of(node, struct named, node)->logger;
    rl_rcu_read_unlock();
    return logger;
}

/* ---- creation, under the mutex ---- */

/* The end of the longest dotted prefix of a name's first `length` bytes; 0: there is none. As in
 * CPython no prefix ends where another dot follows: "a" is no prefix of "a..b", but "a." is. */
static size_t prefix_of(const char *name, size_t length)
{
    size_t dot = length;
    while (dot > 0 && name[dot - 1] != '.')
        dot--;
    return dot == 0 ? 0 : dot - 1;
}

/* Where to look for the next shorter one. */
static size_t before(size_t prefix)
{
    return prefix == 0 ? 0 : prefix - 1;
}

/* The nearest existing logger among the dotted prefixes, else the root. */
static struct rl_logger *find_parent(const char *name, size_t length)
{
    for (size_t at = prefix_of(name, length); at > 0; at = prefix_of(name, before(at))) {
        struct rl_logger *parent = find(name, at);
        if (parent != NULL)
            return parent;
    }
    return &root;
}

static bool is_below(const struct rl_logger *logger, const struct rl_logger *ancestor)
{
    if (logger->length <= ancestor->length ||
        memcmp(logger->name, ancestor->name, ancestor->length) != 0)
        return false;
    size_t at = prefix_of(logger->name, logger->length);
    while (at > ancestor->length)
        at = prefix_of(logger->name, before(at));
    return at == ancestor->length;
}

/* A logger between existing ones takes over those below it. */
static void adopt(struct rl_logger *logger)
{
    for (uint32_t id = 1; id < logger_count; id++) {
        struct rl_logger *other = rl_tree_logger(id);
        struct rl_logger *parent = rl_rcu_dereference(other->parent);
        if (other->base == NULL && is_below(other, logger) &&
            (parent == &root || is_below(logger, parent)))
            rl_rcu_assign(other->parent, logger);
    }
}

struct rl_logger *rl_tree_allocate(size_t bytes)
{
    if (logger_count > RL_MAX_LOGGERS)
        return NULL;
    struct rl_logger *logger = calloc(1, sizeof *logger + bytes);
    if (logger != NULL)
        logger->head.id = (uint16_t)logger_count;
    return logger;
}

void rl_tree_enlist(struct rl_logger *logger)
{
    rl_gate_set(logger);
    rl_rcu_assign(by_id[logger_count], logger);
    /* Pairs with: logger.read. */
    __atomic_store_n(&logger_count, logger_count + 1, __ATOMIC_RELEASE); /* logger.count */
    rl_routes_add(logger);
}

static bool make_table(void)
{
    if (rl_rcu_dereference(table) != NULL)
        return true;
    struct cds_lfht *names =
        cds_lfht_new_flavor(BUCKETS, BUCKETS, BUCKETS, 0, &urcu_bp_flavor, NULL);
    if (names != NULL)
        rl_rcu_assign(table, names);
    return names != NULL;
}

static struct rl_logger *create(const char *name, size_t length)
{
    struct rl_logger *logger = make_table() ? rl_tree_allocate(length + 1) : NULL;
    struct named *named = calloc(1, sizeof *named);
    if (logger == NULL || named == NULL) {
        free(logger);
        free(named);
        return NULL;
    }
    logger->name = memcpy(logger + 1, name, length); /* calloc has put the NUL */
    logger->length = (uint32_t)length;
    logger->propagate = true;
    logger->parent = find_parent(name, length);
    adopt(logger);
    rl_tree_enlist(logger);
    named->logger = logger;
    rl_rcu_read_lock();
    cds_lfht_add(table, hash_name(name, length), &named->node);
    rl_rcu_read_unlock();
    return logger;
}

/* ---- entry points ---- */

ringlog_logger *ringlog_get_logger(const char *name)
{
    if (name == NULL || name[0] == '\0' || strcmp(name, "root") == 0)
        return &root.head;
    const size_t length = strlen(name);
    struct rl_logger *logger = find(name, length);
    if (logger != NULL)
        return &logger->head;
    rl_config_lock();
    logger = find(name, length);
    if (logger == NULL)
        logger = create(name, length);
    if (logger == NULL) {
        rl_tree_count_refused();
        logger = find_parent(name, length);
    }
    rl_config_unlock();
    return &logger->head;
}

ringlog_logger *ringlog_root(void)
{
    return &root.head;
}

const char *ringlog_logger_name(const ringlog_logger *logger)
{
    return ((const struct rl_logger *)(const void *)logger)->name;
}

ringlog_logger *ringlog_get_child(ringlog_logger *logger, const char *suffix)
{
    const struct rl_logger *of = rl_logger_of(logger);
    if (suffix == NULL || suffix[0] == '\0')
        return &rl_logger_of(logger)->head;
    if (of == &root)
        return ringlog_get_logger(suffix);
    char *name;
    if (asprintf(&name, "%s.%s", of->name, suffix) < 0)
        return &rl_logger_of(logger)->head; /* as ringlog_get_logger() without memory */
    ringlog_logger *child = ringlog_get_logger(name);
    free(name);
    return child;
}

ringlog_logger *ringlog_logger_parent(const ringlog_logger *logger)
{
    struct rl_logger *parent = rl_rcu_dereference(rl_logger_of(logger)->parent);
    return parent == NULL ? NULL : &parent->head;
}
