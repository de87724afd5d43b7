#include "output/duration.h"

#include <string.h>

/* About a year: what is longer is something else. */
#define LONGEST_NS 3.2e16

static bool parse_unit(const char *text, double *unit_ns)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(text, units[i].name) == 0) {
            *unit_ns = units[i].ns;
            return true;
        }
    return false;
}

bool duration_parse(struct duration *duration, const char *text)
{
    const char *colon = strrchr(text, ':');
    const char *end = colon == NULL ? strrchr(text, '_') : colon;
    if (end == NULL || !parse_unit(end + 1, &duration->unit_ns))
        return false;
    return operand_parse(&duration->operand, text,
                         colon == NULL ? strlen(text) : (size_t)(colon - text));
}

bool duration_of(const struct duration *duration, const struct item *item, int64_t *nanoseconds)
{
    struct ringlog_value value;
    double number;
    if (!operand_value(&duration->operand, item, &value) || !operand_number(&value, &number))
        return false;
    number *= duration->unit_ns;
    if (!(number >= 0 && number <= LONGEST_NS)) /* not a number neither */
        return false;
    *nanoseconds = (int64_t)(number + 0.5);
    return true;
}
