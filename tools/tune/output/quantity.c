#include "output/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double unit_of(char letter, double step)
{
    switch (letter | 0x20) {
    case 'k':
        return step;
    case 'm':
        return step * step;
    case 'g':
        return step * step * step;
    default:
        return 0;
    }
}

bool quantity_parse(const char *text, bool binary, double *value)
{
    char *end;
    /* strtod(3) takes more than people mean: "inf", "0x10", " 1". */
    if (strchr("0123456789.", *text) == NULL || *text == '\0' || strpbrk(text, "xX") != NULL)
        return false;
    double number = strtod(text, &end);
    if (end == text)
        return false;
    if (*end != '\0') {
        const double unit = unit_of(*end, binary ? 1024 : 1000);
        if (unit == 0 || end[1] != '\0')
            return false;
        number *= unit;
    }
    if (!isfinite(number))
        return false;
    *value = number;
    return true;
}

/* Three digits that mean something. */
static struct quantity with_unit(double value, const char *unit)
{
    struct quantity quantity;
    const int decimals = value >= 99.95 || value == floor(value) ? 0 : value >= 9.995 ? 1 : 2;
    snprintf(quantity.text, sizeof quantity.text, "%.*f%s%s", decimals, value,
             unit[0] == '\0' ? "" : " ", unit);
    return quantity;
}

struct quantity as_count(double count)
{
    if (count >= 1e9)
        return with_unit(count / 1e9, "G");
    if (count >= 1e6)
        return with_unit(count / 1e6, "M");
    return with_unit(count >= 10 ? round(count) : count, "");
}

struct quantity as_bytes(double bytes)
{
    if (bytes >= 1024.0 * 1024 * 1024)
        return with_unit(bytes / (1024.0 * 1024 * 1024), "GiB");
    if (bytes >= 1024.0 * 1024)
        return with_unit(bytes / (1024.0 * 1024), "MiB");
    if (bytes >= 1024)
        return with_unit(bytes / 1024, "KiB");
    return with_unit(round(bytes), "bytes");
}

struct quantity as_time(double us)
{
    if (us >= 1e6)
        return with_unit(us / 1e6, "s");
    if (us >= 1000)
        return with_unit(us / 1000, "ms");
    if (us >= 1)
        return with_unit(us >= 10 ? round(us) : us, "us");
    return with_unit(us * 1000, "ns");
}

struct quantity as_part(double part)
{
    return with_unit(part * 100 >= 10 ? round(part * 100) : part * 100, "%");
}
