#include "shared/known_options.h"

#include <getopt.h>
#include <stdio.h>

/* More than any program here has; it is looked at when they are counted. */
#define MOST_OPTIONS 128
/* Values of getopt_long(3) are places in the table, behind all letters. */
#define FIRST_VALUE 256

/* The table as getopt_long(3) wants it. */
struct parser {
    struct option options[MOST_OPTIONS + 1];
    char letters[2 * MOST_OPTIONS + 1];
};

static void prepare(struct parser *parser)
{
    struct option *option = parser->options;
    char *letter = parser->letters;
    for (int i = 0; i < MOST_OPTIONS; i++) {
        const struct known_option *known = &known_options[i];
        if (known->name == NULL && known->help == NULL)
            break;
        if (known->name == NULL)
            continue;
        const int argument = known->argument == NULL     ? no_argument
                             : known->argument[0] == '[' ? optional_argument
                                                         : required_argument;
        *option++ = (struct option){known->name, argument, NULL, FIRST_VALUE + i};
        if (known->letter != 0)
            *letter++ = known->letter;
        if (known->letter != 0 && known->argument != NULL)
            *letter++ = ':';
    }
}

static const struct known_option *known_by(int value)
{
    if (value >= FIRST_VALUE)
        return &known_options[value - FIRST_VALUE];
    const struct known_option *known = known_options;
    while (known->letter != value)
        known++;
    return known;
}

static void answer(const struct known_option *known)
{
    if (known->letter == 'h')
        known_options_help();
    else
        printf("%s (ringlog) %s\n", known_program.name, known_program.version);
}

bool known_options_take(struct options *options, int argc, char **argv, bool *answered)
{
    struct parser parser = {.letters = ""};
    prepare(&parser);
    *answered = false;
    int value;
    while ((value = getopt_long(argc, argv, parser.letters, parser.options, NULL)) != -1) {
        if (value == '?') {
            fprintf(stderr, "Try %s --help.\n", known_program.name);
            return false;
        }
        const struct known_option *known = known_by(value);
        *answered = known->take == NULL;
        if (*answered)
            answer(known);
        if (*answered || !known->take(options, optarg))
            return false;
    }
    return true;
}
