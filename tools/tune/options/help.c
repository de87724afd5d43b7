#include "options/known.h"

#include <stdio.h>
#include <string.h>

#define TEXT_COLUMN 27
#define WIDTH       79

static const char head[] =
    "Usage: ringlog-tune [OPTION]... [EXAMPLE]...\n"
    "Measure this machine, and say which ring_bytes and flush_interval_us to give to\n"
    "ringlog_init().\n"
    "\n"
    "  ringlog-tune                              what this machine can do\n"
    "  ringlog-tune -r 20k -t 8                  eight threads, 20,000 a second each\n"
    "  ringlog-tune -r 20k -b 5000 --stall 250   with bursts, and a slow disk\n"
    "  ringlog-tune -r 20k --binary -d /var/log  to a binary log there\n"
    "  ringlog-tune -r 20k -f 'GET %s -> %d in %.3f ms' /index.html\n"
    "  ringlog-tune -r 20k -b 5000 --check       and see whether it holds\n"
    "  ringlog-tune -r 20k -b 5000 --check --ring-bytes 256K --flush-interval 1000\n"
    "                                            whether what you have holds\n"
    "\n"
    "Measure where and when it matters: on the machine, the file system and beside the\n"
    "other load that the program will have.\n";

static const char foot[] =
    "\n"
    "Exit status: 0 there are such settings (with --check: and no call had to wait),\n"
    "1 there are none or one had to, 2 bad usage, 3 it could not be measured.\n";

/* "  -r, --rate N"; how long that is. */
static int print_name(const struct known_option *option)
{
    int length = option->letter != 0 ? printf("  -%c, ", option->letter) : printf("      ");
    length += printf("--%s", option->name);
    if (option->argument != NULL)
        length += printf(" %s", option->argument);
    return length;
}

/* The words of a text, from a column on, on as many lines as they need. */
static void print_text(const char *text, int at)
{
    at += printf("%*s", TEXT_COLUMN - at, "");
    for (bool first = true; *text != '\0'; first = false) {
        const int word = (int)strcspn(text, " ");
        if (!first && at + 1 + word > WIDTH)
            at = printf("\n%*s", TEXT_COLUMN, "") - 1;
        else if (!first)
            at += printf(" ");
        at += printf("%.*s", word, text);
        text += word + strspn(text + word, " ");
    }
    putchar('\n');
}

void help_print(void)
{
    fputs(head, stdout);
    for (const struct known_option *option = known_options; option->help != NULL; option++) {
        if (option->name == NULL)
            printf("\n%s\n", option->help);
        else
            print_text(option->help, print_name(option));
    }
    fputs(foot, stdout);
}
