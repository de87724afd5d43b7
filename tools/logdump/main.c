#include "logdump.h"

#include <signal.h>
#include <stdio.h>

static int exit_code(const struct outcome *all)
{
    if (all->unreadable)
        return EXIT_UNREADABLE;
    if (all->damaged)
        return EXIT_DAMAGED;
    return all->matched ? EXIT_FOUND : EXIT_NOTHING;
}

int main(int argc, char **argv)
{
    struct options options;
    int code;
    if (!options_parse(&options, argc, argv, &code))
        return code;
    /* `logdump app.rlog | head` ends with a write that fails, quietly. */
    signal(SIGPIPE, SIG_IGN);
    struct outcome all = {0};
    for (char **file = options.files; *file != NULL; file++) {
        const struct outcome one = dump_file(*file, &options);
        all.matched |= one.matched;
        all.damaged |= one.damaged;
        all.unreadable |= one.unreadable;
    }
    output_flush();
    return exit_code(&all);
}
