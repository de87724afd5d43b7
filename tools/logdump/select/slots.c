#include "select/slots.h"

#include "output/out.h"

#include <stdlib.h>
#include <string.h>

static bool is_same(const struct operand *a, const struct operand *b)
{
    return a->kind == b->kind && a->number == b->number && a->key_length == b->key_length &&
           (a->key_length == 0 || memcmp(a->key, b->key, a->key_length) == 0);
}

size_t slots_add(struct slots *slots, struct operand *operand)
{
    for (size_t i = 0; i < slots->count; i++)
        if (is_same(&slots->list[i].operand, operand)) {
            operand_free(operand);
            return i;
        }
    slots->list = must_have(reallocarray(slots->list, slots->count + 1, sizeof *slots->list));
    slots->list[slots->count] = (struct slot){.operand = *operand};
    return slots->count++;
}

void slots_free(struct slots *slots)
{
    for (size_t i = 0; i < slots->count; i++)
        operand_free(&slots->list[i].operand);
    free(slots->list);
}

void slots_begin(struct slots *slots, const struct item *item)
{
    slots->item = item;
    for (size_t i = 0; i < slots->count; i++)
        slots->list[i].fetched = false;
}

/* The arguments that are asked for anywhere, in one walk. */
static void fetch_arguments(struct slots *slots)
{
    struct ringlog_reader_argument argument;
    size_t missing = 0;
    for (size_t i = 0; i < slots->count; i++)
        if (operand_is_argument(&slots->list[i].operand)) {
            slots->list[i].fetched = true;
            slots->list[i].present = false;
            missing++;
        }
    for (size_t at = 0;
         missing != 0 && ringlog_reader_next_argument(slots->item->reader, &at, &argument);)
        for (size_t i = 0; i < slots->count; i++) {
            struct slot *slot = &slots->list[i];
            if (operand_is_argument(&slot->operand) && !slot->present &&
                operand_names(&slot->operand, &argument, at)) {
                slot->value = argument.value;
                slot->present = true;
                missing--;
            }
        }
}

const struct ringlog_value *slots_value(struct slots *slots, size_t at)
{
    struct slot *slot = &slots->list[at];
    if (!slot->fetched) {
        /* What the reader gives out for the message lasts until it is asked for something else:
         * arguments come first. */
        fetch_arguments(slots);
        if (!operand_is_argument(&slot->operand))
            slot->present = operand_value(&slot->operand, slots->item, &slot->value);
        slot->fetched = true;
    }
    return slot->present ? &slot->value : NULL;
}
