/* Immutable lists: readers see the old one or the new one. */
#include "logger/logger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool holds(const struct rl_list *list, const void *item)
{
    for (unsigned i = 0; list != NULL && i < list->count; i++)
        if (list->items[i] == item)
            return true;
    return false;
}

static struct rl_list *new_list(unsigned count)
{
    struct rl_list *list = calloc(1, sizeof *list + count * sizeof list->items[0]);
    if (list != NULL)
        list->count = count;
    return list;
}

int rl_list_with(const struct rl_list *list, void *item, struct rl_list **made)
{
    const unsigned count = list == NULL ? 0 : list->count;
    if (holds(list, item))
        return 0;
    *made = new_list(count + 1);
    if (*made == NULL)
        return -ENOMEM;
    if (count != 0)
        memcpy((*made)->items, list->items, count * sizeof list->items[0]);
    (*made)->items[count] = item;
    return 1;
}

int rl_list_without(const struct rl_list *list, const void *item, struct rl_list **made)
{
    if (!holds(list, item))
        return 0;
    *made = new_list(list->count - 1);
    if (*made == NULL)
        return -ENOMEM;
    unsigned kept = 0;
    for (unsigned i = 0; i < list->count; i++)
        if (list->items[i] != item)
            (*made)->items[kept++] = list->items[i];
    return 1;
}

static void free_list(struct rl_retired *retired)
{
    struct rl_list *list = (struct rl_list *)(void *)retired;
    free(list);
}

void rl_list_retire(struct rl_list *list)
{
    if (list != NULL)
        rl_rcu_retire(&list->retired, free_list);
}
