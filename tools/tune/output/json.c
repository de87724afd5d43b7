#include "output/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

/* Members of the object that is being written; a comma comes before all but its first. */
static bool is_first;

static void begin(const char *name)
{
    if (name != NULL)
        printf("%s\"%s\":{", is_first ? "" : ",", name);
    else
        putchar('{');
    is_first = true;
}

static void end(void)
{
    putchar('}');
    is_first = false;
}

static void add_name(const char *name)
{
    printf("%s\"%s\":", is_first ? "" : ",", name);
    is_first = false;
}

/* JSON has no infinity: what is none is null. */
static void add_number(const char *name, double value)
{
    add_name(name);
    if (isfinite(value))
        printf("%.15g", value);
    else
        fputs("null", stdout);
}

static void add_count(const char *name, uint64_t value)
{
    add_name(name);
    printf("%" PRIu64, value);
}

static void add_bool(const char *name, bool value)
{
    add_name(name);
    fputs(value ? "true" : "false", stdout);
}

static void add_drain(const char *name, const struct drain *drain)
{
    begin(name);
    add_number("records_per_second", drain->rate);
    add_number("cpu_ns_per_record", drain->cpu_ns);
    add_number("file_bytes_per_record", drain->bytes);
    end();
}

static void add_machine(const struct machine *machine)
{
    begin("machine");
    add_number("call_ns", machine->call_ns);
    add_drain("text", &machine->text);
    add_drain("binary", &machine->binary);
    begin("wakes_late");
    add_number("asked_us", machine->wakes.asked_us);
    add_number("p50_us", machine->wakes.p50_us);
    add_number("p99_us", machine->wakes.p99_us);
    add_number("p999_us", machine->wakes.p999_us);
    add_number("max_us", machine->wakes.max_us);
    add_number("cpu_us", machine->wakes.cpu_us);
    add_count("samples", machine->wakes.samples);
    end();
    begin("writes");
    add_count("bytes", machine->writes.bytes);
    add_number("p50_us", machine->writes.p50_us);
    add_number("longest_us", machine->writes.longest_us);
    add_count("samples", machine->writes.samples);
    end();
    end();
}

static void add_load(const struct load *load)
{
    begin("load");
    add_number("rate", load->rate);
    add_count("threads", load->threads);
    add_number("burst", load->burst);
    add_number("burst_rate", load->burst_rate);
    add_count("argument_bytes", load->argument_bytes);
    add_number("stall_ms", load->stall_ms);
    add_number("delay_ms", load->delay_ms);
    add_bool("binary", load->binary);
    add_bool("reserve_for_warnings", load->reserve);
    end();
}

static void add_advice(const struct advice *advice)
{
    begin("advice");
    add_bool("sustainable", advice->sustainable);
    add_bool("tight", advice->tight);
    add_number("share_of_drain", advice->share);
    add_number("most_rate", advice->most_rate);
    add_number("writer_cores", advice->core);
    if (advice->sustainable) {
        add_count("flush_interval_us", advice->flush_interval_us);
        add_count("order_window_us", advice->order_window_us);
        add_number("delay_p99_us", advice->delay_us);
        add_bool("delay_kept", advice->delay_kept);
        add_count("ring_bytes", advice->ring_bytes);
        add_number("memory_bytes", advice->memory_bytes);
        add_count("record_bytes", advice->record_bytes);
        add_number("sleep_us", advice->sleep_us);
        add_number("order_us", advice->window_us);
        add_number("sleep_records", advice->sleep_records);
        add_number("stall_ms", advice->stall_ms);
        add_number("stall_records", advice->stall_records);
        add_number("burst_rate", advice->burst_rate);
        add_number("burst_drained", advice->burst_drained);
        add_number("needed_bytes", advice->needed_bytes);
    }
    end();
}

static void add_check(const struct findings *findings)
{
    const struct check *check = findings->check;
    begin("check");
    add_bool("confirmed", check->confirmed);
    add_count("ring_bytes", findings->checked_ring_bytes);
    add_count("flush_interval_us", findings->checked_flush_interval_us);
    add_count("records", check->records);
    add_number("rate", check->rate);
    add_count("ring_high_water", check->high_water);
    add_count("blocked_calls", check->blocked);
    add_count("lost", check->lost);
    add_count("handler_errors", check->errors);
    add_count("records_late", check->late);
    add_number("delay_p50_us", check->p50_us);
    add_number("delay_p99_us", check->p99_us);
    add_number("writer_cores", check->core);
    end();
}

void report_json(const struct findings *findings)
{
    is_first = true;
    begin(NULL);
    add_machine(findings->machine);
    if (findings->advice != NULL) {
        add_load(&findings->options->load);
        add_advice(findings->advice);
    }
    if (findings->check != NULL)
        add_check(findings);
    end();
    putchar('\n');
}
