#include "shared/known_options.h"

static const char head[] =
    "Usage: logdump [OPTION]... [FILE]...\n"
    "Print binary logs as text: .rlog, also compressed (.gz, .zst), or directories\n"
    "of them; several by time. Without FILE, or with -, read standard input.\n"
    "\n"
    "  logdump app.rlog                         everything\n"
    "  logdump -l WARNING app.rlog              warnings and worse\n"
    "  logdump --tail 100 -f app.rlog           the last hundred, and what comes\n"
    "  logdump --logger server.http app.rlog    that logger and those below it\n"
    "  logdump --since 09:30 --until 10:00 --rotated app.rlog\n"
    "  logdump --from-end --since -15min app.rlog\n"
    "  logdump -g 'timed? out' -C 3 app.rlog    what matches, and around it\n"
    "  logdump -w 'ms > 200 and path ~ \"^/api\"' app.rlog\n"
    "  logdump -w 'level >= WARNING and not ($1 == 5 or exists user)' app.rlog\n"
    "  logdump --verify app.rlog                is all of it there?\n"
    "  logdump --report incident.html --summary ms /var/log/app/\n";

static const char foot[] =
    "\n"
    "TIME is 2026-01-02T03:04:05.678 (local time; with Z or +hh:mm any other),\n"
    "2026-01-02, 03:04 or 03:04:05 today, @1767323045.678 seconds since 1970, now,\n"
    "-15min or -1h30min.\n"
    "\n"
    "Exit status: 0 records were found, 1 none matched, 2 bad usage, 3 something in\n"
    "a file is damaged or missing (the rest was printed), 4 a file could not be\n"
    "read.\n";

const struct known_program known_program = {
    .name = "logdump", .version = LOGDUMP_VERSION, .head = head, .foot = foot, .text_column = 23};
