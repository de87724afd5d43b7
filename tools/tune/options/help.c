#include "shared/known_options.h"

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

const struct known_program known_program = {
    .name = "ringlog-tune", .version = TUNE_VERSION, .head = head, .foot = foot, .text_column = 27};
