#include "insight/arguments.h"

#include "insight/table.h"
#include "output/out.h"

#include <stdlib.h>
#include <string.h>

/* Of so many call sites it is told how numbers went over time: that takes memory. */
#define MOST_GRIDS 64
#define PIECES     480

bool argument_is_common(const struct argument *argument)
{
    return argument->operand.kind != OPERAND_ARGUMENT;
}

static struct measured *add(struct arguments *arguments, struct argument *argument, size_t site)
{
    argument->list =
        must_have(reallocarray(argument->list, argument->count + 1, sizeof *argument->list));
    struct measured *made = &argument->list[argument->count++];
    *made = (struct measured){.site = site};
    const bool used = site != ALL_SITES || argument_is_common(argument);
    if (used && arguments->over_time && arguments->grids < MOST_GRIDS) {
        arguments->grids++;
        grid_begin(&made->over_time, PIECES, sizeof(struct sketch), sketch_merge);
    }
    return made;
}

void arguments_begin(struct arguments *arguments, const struct options *options, bool over_time)
{
    *arguments = (struct arguments){.count = options->argument_count, .over_time = over_time};
    arguments->list = must_have(calloc(arguments->count + 1, sizeof *arguments->list));
    for (size_t i = 0; i < arguments->count; i++) {
        struct argument *argument = &arguments->list[i];
        argument->name = options->arguments[i];
        operand_parse(&argument->operand, argument->name, strlen(argument->name));
        add(arguments, argument, ALL_SITES);
    }
}

static struct measured *measured_of(struct arguments *arguments, struct argument *argument,
                                    size_t site)
{
    if (site >= argument->site_count) {
        const size_t count = (site + 1) * 2;
        argument->by_site =
            must_have(reallocarray(argument->by_site, count, sizeof *argument->by_site));
        memset(argument->by_site + argument->site_count, 0,
               (count - argument->site_count) * sizeof *argument->by_site);
        argument->site_count = count;
    }
    if (argument->by_site[site] == 0) {
        argument->by_site[site] = (uint32_t)argument->count;
        return add(arguments, argument, site);
    }
    return &argument->list[argument->by_site[site]];
}

/* Other than operand_number(), without loss. */
static bool number_of(const struct ringlog_value *value, long double *number)
{
    double real;
    if (value->type == RINGLOG_VALUE_INTEGER)
        *number = (long double)value->integer;
    else if (value->type == RINGLOG_VALUE_UNSIGNED)
        *number = (long double)value->natural;
    else if (operand_number(value, &real))
        *number = real;
    else
        return false;
    return true;
}

static void measure(struct measured *measured, const struct item *item,
                    const struct ringlog_value *value)
{
    long double number;
    if (!number_of(value, &number)) {
        measured->others++;
        return;
    }
    sketch_add(&measured->sketch, number);
    if (measured->over_time.elements != NULL)
        sketch_add(grid_at(&measured->over_time, item->record->time_ns), number);
}

void arguments_take(struct arguments *arguments, const struct item *item, size_t site)
{
    struct ringlog_value value;
    if (item->record->kind != RINGLOG_READER_RECORD)
        return;
    for (size_t i = 0; i < arguments->count; i++) {
        struct argument *argument = &arguments->list[i];
        if (!operand_value(&argument->operand, item, &value))
            continue;
        if (argument_is_common(argument))
            measure(&argument->list[0], item, &value);
        if (site != TABLE_MOST)
            measure(measured_of(arguments, argument, site), item, &value);
    }
}

static int more_first(const void *a, const void *b, void *context)
{
    const struct measured *list = context;
    const uint64_t one = list[*(const size_t *)a].sketch.count;
    const uint64_t two = list[*(const size_t *)b].sketch.count;
    if (one != two)
        return one < two ? 1 : -1;
    return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

size_t *arguments_sorted(const struct argument *argument)
{
    size_t *numbers = must_have(malloc(argument->count * sizeof *numbers));
    for (size_t i = 1; i < argument->count; i++)
        numbers[i - 1] = i;
    qsort_r(numbers, argument->count - 1, sizeof *numbers, more_first, argument->list);
    return numbers;
}

static void free_measured(struct measured *measured)
{
    sketch_free(&measured->sketch);
    for (size_t i = 0; i < measured->over_time.count; i++)
        sketch_free(grid_element(&measured->over_time, i));
    grid_free(&measured->over_time);
}

void arguments_free(struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++) {
        struct argument *argument = &arguments->list[i];
        for (size_t k = 0; k < argument->count; k++)
            free_measured(&argument->list[k]);
        free(argument->list);
        free(argument->by_site);
        operand_free(&argument->operand);
    }
    free(arguments->list);
}
