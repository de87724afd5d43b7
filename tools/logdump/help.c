#include "options.h"

#include <stdio.h>

void help_print(void)
{
    fputs(
        "Usage: logdump [OPTION]... [FILE]...\n"
        "Print binary logs (.rlog, .gz, .zst) as text. Without FILE, or with -, read standard input.\n"
        "\n"
        "  logdump app.rlog                         everything\n"
        "  logdump -l WARNING app.rlog              warnings and worse\n"
        "  logdump --logger server.http app.rlog    that logger and those below it\n"
        "  logdump --since 09:30 --until 10:00 app.rlog.1 app.rlog\n"
        "  logdump --format '%(created)f %(message)s' app.rlog\n"
        "  zcat app.rlog.1.gz | logdump -l ERROR | less\n"
        "\n"
        "Which records:\n"
        "  -l, --level LEVEL    DEBUG, INFO, WARNING, ERROR, CRITICAL or a number, and above\n"
        "      --logger NAME    NAME and NAME.*; may be given several times\n"
        "      --since TIME     logged at TIME or later\n"
        "      --until TIME     logged at TIME or earlier\n"
        "\n"
        "TIME is 2026-01-02T03:04:05.678 (local time; with Z or +hh:mm any other), 2026-01-02,\n"
        "03:04 or 03:04:05 today, or @1767323045.678 seconds since 1970.\n"
        "\n"
        "How they look:\n"
        "      --format FORMAT  a line, with the tags of Python's logging: %(asctime)s\n"
        "                       %(levelname)s %(name)s %(message)s %(threadName)s %(thread)d\n"
        "                       %(process)d %(pathname)s %(filename)s %(lineno)d %(funcName)s\n"
        "                       %(created)f %(msecs)03d ...; widths as in %(levelname)-8s\n"
        "      --datefmt FORMAT strftime(3) for %(asctime)s\n"
        "      --utc            times in UTC\n"
        "      --color[=WHEN]   by level: auto (on a terminal, unless NO_COLOR is set),\n"
        "                       always, never\n"
        "      --raw            do not escape control characters\n"
        "      --csv            comma-separated values, with a header line\n"
        "      --columns LIST   of CSV: time,level,user,$1 ($1: argument of the format)\n"
        "      --ctf DIRECTORY  a trace in the Common Trace Format, for babeltrace2\n"
        "      --chrome         JSON for chrome://tracing and Perfetto\n"
        "      --duration ARG   there: records end what took so long: took_ms, $2:us\n"
        "\n"
        "  -h, --help           this\n"
        "  -V, --version\n"
        "\n"
        "Exit status: 0 records were printed, 1 none matched, 2 bad usage, 3 something in a file\n"
        "is damaged or missing (the rest was printed), 4 a file could not be read.\n",
        stdout);
}
