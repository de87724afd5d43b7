#include "shared/known_options.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 79

/* "  -l, --level LEVEL"; how long that is. */
static int print_name(const struct known_option *option)
{
    int length = option->letter != 0 ? printf("  -%c, ", option->letter) : printf("      ");
    length += printf("--%s", option->name);
    if (option->argument != NULL)
        length += printf(option->argument[0] == '[' ? "%s" : " %s", option->argument);
    return length;
}

/* The words of a text, from a column on, on as many lines as they need. */
static void print_text(const char *text, int at)
{
    const int column = known_program.text_column;
    if (at >= column) {
        putchar('\n');
        at = 0;
    }
    at += printf("%*s", column - at, "");
    for (bool first = true; *text != '\0'; first = false) {
        const int word = (int)strcspn(text, " ");
        if (!first && at + 1 + word > WIDTH)
            at = printf("\n%*s", column, "") - 1;
        else if (!first)
            at += printf(" ");
        at += printf("%.*s", word, text);
        text += word + strspn(text + word, " ");
    }
    putchar('\n');
}

void known_options_help(void)
{
    fputs(known_program.head, stdout);
    for (const struct known_option *option = known_options; option->help != NULL || option->name;
         option++) {
        if (option->name == NULL)
            printf("\n%s\n", option->help);
        else if (option->help != NULL)
            print_text(option->help, print_name(option));
    }
    fputs(known_program.foot, stdout);
}
