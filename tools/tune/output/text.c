#include "output/quantity.h"
#include "output/report.h"
#include "record.h"

#include <math.h>
#include <stdio.h>

enum colour { PLAIN, BOLD, GREEN, RED, YELLOW };

static const char *const codes[] = {"\x1b[0m", "\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[33m"};

static void paint(const struct findings *findings, enum colour colour)
{
    if (findings->options->colour)
        fputs(codes[colour], stdout);
}

static void print_heading(const struct findings *findings, const char *text)
{
    paint(findings, BOLD);
    fputs(text, stdout);
    paint(findings, PLAIN);
    putchar('\n');
}

/* ---- the machine ---- */

static void print_drain(const char *what, const struct drain *drain)
{
    printf("  %-12s %s records/s: %s of a core each, %s in the file\n", what,
           as_count(drain->rate).text, as_time(drain->cpu_ns / 1000).text,
           as_bytes(drain->bytes).text);
}

static void print_machine(const struct findings *findings)
{
    const struct machine *machine = findings->machine;
    const struct lateness *wakes = &machine->wakes;
    const struct writes *writes = &machine->writes;
    const uint64_t bytes = findings->options->load.argument_bytes;
    print_heading(findings, "This machine");
    printf("  %-12s %s, %llu bytes in the ring (%d, and %llu of arguments)\n", "a log call",
           as_time(machine->call_ns / 1000).text, (unsigned long long)record_bytes(bytes),
           RECORD_PREFIX_BYTES, (unsigned long long)bytes);
    print_drain("to text", &machine->text);
    print_drain("to binary", &machine->binary);
    printf("  %-12s p50 %s, p99 %s, p99.9 %s, longest %s (%llu sleeps of %s)\n", "wakes up late",
           as_time(wakes->p50_us).text, as_time(wakes->p99_us).text, as_time(wakes->p999_us).text,
           as_time(wakes->max_us).text, (unsigned long long)wakes->samples,
           as_time(wakes->asked_us).text);
    printf("  %-12s p50 %s, longest %s (%llu of %s, to %s)\n", "write(2)",
           as_time(writes->p50_us).text, as_time(writes->longest_us).text,
           (unsigned long long)writes->samples, as_bytes((double)writes->bytes).text,
           findings->options->null ? "/dev/null" : findings->options->folder);
}

/* ---- whether it is possible ---- */

static void print_load(const struct findings *findings)
{
    const struct load *load = &findings->options->load;
    const struct advice *advice = findings->advice;
    print_heading(findings, "\nThe load");
    printf("  %u thread%s x %s records/s: %s of what the writer can take, %s of a core\n",
           load->threads, load->threads == 1 ? "" : "s", as_count(load->rate).text,
           as_part(advice->share).text, as_part(advice->core).text);
    if (!advice->sustainable) {
        paint(findings, RED);
        printf("  too much: the writer can take %s records/s of each thread, and no ring is large\n"
               "  enough to hold what is left. %s\n",
               as_count(advice->most_rate).text,
               load->binary ? "Log less, or several processes."
                            : "See what --binary can do, or log less.");
        paint(findings, PLAIN);
    } else if (advice->tight) {
        paint(findings, YELLOW);
        puts("  tight: a little more, or a neighbour on the machine, and the writer is behind");
        paint(findings, PLAIN);
    }
    if (findings->options->guessed != 0)
        printf("  %u %%s of the format without an example: taken for %d bytes each\n",
               findings->options->guessed, RECORD_GUESSED_STRING);
}

static void print_delay(const struct findings *findings)
{
    const struct advice *advice = findings->advice;
    printf("  flush_interval_us  %u: 99 of 100 lines are in the file after %s at most\n",
           advice->flush_interval_us, as_time(advice->delay_us).text);
    if (advice->window_us > 0)
        printf("    %s of it puts the records of %u threads in order: order_window_us\n",
               as_time(advice->window_us).text, findings->options->load.threads);
    if (advice->sparse)
        printf("    With pauses this long between records the writer sleeps up to %s, whatever\n"
               "    the interval; ERROR and above wake it at once.\n",
               as_time(IDLE_SLEEP_US).text);
    else if (!advice->delay_kept)
        printf("    That is not the %s that were asked for: this machine wakes up too late.\n",
               as_time(findings->options->load.delay_ms * 1000).text);
}

/* ---- the ring ---- */

static void print_burst(const struct findings *findings)
{
    const struct advice *advice = findings->advice;
    const struct load *load = &findings->options->load;
    if (load->burst == 0)
        return;
    printf("    %8s records in a burst: %s at %s a second",
           as_count(ceil(load->burst - advice->burst_drained)).text, as_count(load->burst).text,
           as_count(advice->burst_rate).text);
    if (advice->burst_drained > 0)
        printf(", less %s that the\n             writer takes meanwhile",
               as_count(floor(advice->burst_drained)).text);
    putchar('\n');
}

static void print_sum(const struct findings *findings)
{
    const struct advice *advice = findings->advice;
    const struct load *load = &findings->options->load;
    printf("    %8s records while the writer sleeps: %s", as_count(advice->sleep_records).text,
           as_time(advice->sleep_us).text);
    if (advice->window_us > 0)
        printf(", and %s for the order", as_time(advice->window_us).text);
    putchar('\n');
    printf("    %8s records in a stall of %s%s\n", as_count(advice->stall_records).text,
           as_time(advice->stall_ms * 1000).text,
           advice->stall_ms > load->stall_ms ? ", the longest seen" : "");
    print_burst(findings);
    printf("    x %llu bytes, and %s that the writer gives back late%s: %s\n",
           (unsigned long long)advice->record_bytes, load->reserve ? "a quarter" : "an eighth",
           load->reserve ? " or keeps for warnings" : "", as_bytes(advice->needed_bytes).text);
}

static void print_ring(const struct findings *findings)
{
    const struct advice *advice = findings->advice;
    const struct load *load = &findings->options->load;
    if (advice->ring_bytes == 0) {
        paint(findings, RED);
        printf("  ring_bytes: %s would be needed, and 1 GiB is the most there is\n",
               as_bytes(advice->needed_bytes).text);
        paint(findings, PLAIN);
        print_sum(findings);
        return;
    }
    printf("  ring_bytes         %s\n", as_bytes((double)advice->ring_bytes).text);
    print_sum(findings);
    printf("  memory             %s: %u ring%s of %s, and 16 MiB at most for the rest\n",
           as_bytes(advice->memory_bytes).text, load->threads, load->threads == 1 ? "" : "s",
           as_bytes((double)advice->ring_bytes).text);
}

static void print_snippet(const struct findings *findings)
{
    const struct advice *advice = findings->advice;
    const uint64_t kib = advice->ring_bytes / 1024;
    printf("\n"
           "    ringlog_init(&(struct ringlog_options){\n");
    if (kib % 1024 == 0)
        printf("        .ring_bytes = (size_t)%llu << 20,\n", (unsigned long long)(kib / 1024));
    else
        printf("        .ring_bytes = %llu << 10,\n", (unsigned long long)kib);
    printf("        .flush_interval_us = %u,\n", advice->flush_interval_us);
    if (advice->order_window_us != 0)
        printf("        .order_window_us = %u,\n", advice->order_window_us);
    if (findings->options->load.reserve)
        puts("        .reserve_for_warnings = true,");
    puts("    });");
}

static void print_advice(const struct findings *findings)
{
    print_load(findings);
    if (!findings->advice->sustainable)
        return;
    print_heading(findings, "\nSettings");
    print_delay(findings);
    print_ring(findings);
    if (findings->advice->ring_bytes != 0)
        print_snippet(findings);
}

/* ---- the check ---- */

static void print_high_water(const struct findings *findings)
{
    const struct check *check = findings->check;
    const double ring = (double)findings->checked_ring_bytes;
    if (check->high_water == 0)
        printf("  a ring held        less than a quarter of its %s\n", as_bytes(ring).text);
    else
        printf("  a ring held        %s at most, %s of its %s\n",
               as_bytes((double)check->high_water).text,
               as_part((double)check->high_water / ring).text, as_bytes(ring).text);
}

static void print_check(const struct findings *findings)
{
    const struct check *check = findings->check;
    printf("\n");
    print_heading(findings, "The load, run");
    printf("  settings           ring_bytes %s, flush_interval_us %u\n",
           as_bytes((double)findings->checked_ring_bytes).text,
           findings->checked_flush_interval_us);
    printf("  logged             %s records, %s a second and %u times a stall%s\n",
           as_count((double)check->records).text, as_count(check->rate).text, check->stalls,
           findings->options->load.burst > 0 ? " with a burst in it" : "");
    print_high_water(findings);
    printf("  in the file after  p50 %s, p99 %s: the oldest line of each write, stalls\n"
           "                     aside (asked for: %s)\n",
           as_time(check->p50_us).text, as_time(check->p99_us).text,
           as_time(findings->options->load.delay_ms * 1000).text);
    printf("  the writer used    %s of a core\n", as_part(check->core).text);
    paint(findings, check->confirmed ? GREEN : RED);
    if (check->confirmed)
        puts("  confirmed: no call had to wait, and nothing was lost");
    else
        printf("  not confirmed: %s calls had to wait, %s records were lost, %s errors\n",
               as_count((double)check->blocked).text, as_count((double)check->lost).text,
               as_count((double)check->errors).text);
    paint(findings, PLAIN);
}

void report_text(const struct findings *findings)
{
    print_machine(findings);
    if (findings->advice != NULL)
        print_advice(findings);
    else
        puts("\nSay --rate, and what else your program logs, for settings: ringlog-tune --help");
    if (findings->check != NULL)
        print_check(findings);
}
