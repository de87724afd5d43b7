#include "options.h"

#include "server.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: http_server [options]\n"
    "\n"
    "Serves HTTP on 127.0.0.1 until SIGTERM or SIGINT, and logs each request.\n"
    "\n"
    "  --port N       listen there; 0 picks a free port (default 8080); it is printed\n"
    "  --workers N    threads, 1 to 64 (default 2)\n"
    "  --text FILE    append a text log\n"
    "  --rlog FILE    append a binary log, to be read with logdump\n"
    "  --mail N       mail errors, many to a mail, to the SMTP server on 127.0.0.1:N\n"
    "  --mail-to WHOM (default root@localhost)\n"
    "  --console      WARNING and above on stderr (default)\n"
    "  --quiet        nothing on stderr\n"
    "  --color WHEN   of the console: auto (default), always, never\n"
    "  --slow-us N    slower requests are warnings (default 100000)\n"
    "  --verbose      log DEBUG too\n"
    "  --help         this\n";

static const struct option long_options[] = {
    {"port", required_argument, NULL, 'p'},
    {"workers", required_argument, NULL, 'w'},
    {"text", required_argument, NULL, 't'},
    {"rlog", required_argument, NULL, 'r'},
    {"mail", required_argument, NULL, 'm'},
    {"mail-to", required_argument, NULL, 'M'},
    {"console", no_argument, NULL, 'c'},
    {"quiet", no_argument, NULL, 'q'},
    {"color", required_argument, NULL, 'C'},
    {"slow-us", required_argument, NULL, 's'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool parse_number(const char *text, unsigned long least, unsigned long most,
                         unsigned long *number)
{
    char *end;
    errno = 0;
    *number = strtoul(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && text[0] != '-' && *number >= least &&
        *number <= most)
        return true;
    fprintf(stderr, "http_server: %s is not a number from %lu to %lu\n", text, least, most);
    return false;
}

static bool parse_colour(const char *text, enum ringlog_colour *colour)
{
    if (strcmp(text, "auto") == 0)
        *colour = RINGLOG_COLOUR_AUTO;
    else if (strcmp(text, "always") == 0)
        *colour = RINGLOG_COLOUR_ALWAYS;
    else if (strcmp(text, "never") == 0)
        *colour = RINGLOG_COLOUR_NEVER;
    else
        return false;
    return true;
}

static bool take(struct options *options, int option)
{
    unsigned long number = 0;
    switch (option) {
    case 'p':
        if (!parse_number(optarg, 0, 65535, &number))
            return false;
        options->port = (uint16_t)number;
        return true;
    case 'w':
        if (!parse_number(optarg, 1, SERVER_MAX_WORKERS, &number))
            return false;
        options->workers = (unsigned)number;
        return true;
    case 's':
        if (!parse_number(optarg, 0, 3600000000UL, &number))
            return false;
        options->slow_us = number;
        return true;
    case 't':
        options->text_path = optarg;
        return true;
    case 'r':
        options->rlog_path = optarg;
        return true;
    case 'm':
        if (!parse_number(optarg, 1, 65535, &number))
            return false;
        options->mail_port = (uint16_t)number;
        return true;
    case 'M':
        options->mail_to = optarg;
        return true;
    case 'c':
    case 'q':
        options->console = option == 'c';
        return true;
    case 'C':
        return parse_colour(optarg, &options->colour);
    case 'v':
        options->verbose = true;
        return true;
    default:
        return false;
    }
}

int options_parse(struct options *options, int argc, char **argv)
{
    *options = (struct options){.port = 8080, .workers = 2, .console = true, .slow_us = 100000,
                                .mail_to = "root@localhost"};
    int option;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return EXIT_SUCCESS;
        }
        if (!take(options, option)) {
            fputs(usage, stderr);
            return 2;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "http_server: what is '%s'?\n%s", argv[optind], usage);
        return 2;
    }
    return -1;
}
