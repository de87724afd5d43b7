/* Records to text: messages by their printf program, lines by a formatter's pattern. */
#include "../messages.h"

#include <benchmark/benchmark.h>
#include <cstring>
#include <ringlog/formatters.h>
#include <string>
#include <vector>

extern "C" {
#include "format/pattern.h"
#include "format/program.h"
#include "format/structured.h"
#include "record/record.h"
#include <ringlog/detail/field.h>
}

namespace
{

/* A call site and one record of it. */
struct message {
    const char *name;
    std::string format;
    std::vector<uint8_t> fields;
    std::vector<unsigned char> bytes;

    template <typename Value> message &add(ringlog_field field, Value value)
    {
        fields.push_back(static_cast<uint8_t>(field));
        append(&value, sizeof value);
        return *this;
    }

    message &add_string(const std::string &text)
    {
        add(RINGLOG_FIELD_STRING, static_cast<uint32_t>(text.size()));
        append(text.data(), text.size());
        return *this;
    }

  private:
    void append(const void *from, size_t length)
    {
        const unsigned char *at = static_cast<const unsigned char *>(from);
        bytes.insert(bytes.end(), at, at + length);
    }
};

std::vector<message> messages()
{
    std::vector<message> all;
    all.push_back({"static", STATIC_TEXT, {}, {}});
    all.push_back(message{"string", STRING_TEXT, {}, {}}.add_string(STRING_VALUE));
    all.push_back(message{"int", INT_TEXT, {}, {}}.add(RINGLOG_FIELD_I32, int32_t{181}));
    all.push_back(message{"two ints", TWO_INTS_TEXT, {}, {}}
                      .add(RINGLOG_FIELD_U32, uint32_t{1032024})
                      .add(RINGLOG_FIELD_U32, uint32_t{1016544}));
    all.push_back(message{"double", DOUBLE_TEXT, {}, {}}.add(RINGLOG_FIELD_F64, 0.4));
    all.push_back(message{"complex", COMPLEX_TEXT, {}, {}}
                      .add(RINGLOG_FIELD_U64, uint64_t{50000})
                      .add(RINGLOG_FIELD_U32, uint32_t{97})
                      .add(RINGLOG_FIELD_U32, uint32_t{50})
                      .add(RINGLOG_FIELD_U32, uint32_t{0})
                      .add(RINGLOG_FIELD_F64, 26.2));
    return all;
}

rl_program *compile(const message &message)
{
    rl_program *program = nullptr;
    rl_program_new(&program, message.format.data(), message.format.size(), message.fields.data(),
                   static_cast<unsigned>(message.fields.size()));
    return program;
}

/* As many lines as a writer's batch, then the buffer is taken back. */
constexpr size_t BATCH_BYTES = 256 * 1024;

void render_message(benchmark::State &state, const message &message)
{
    rl_program *program = compile(message);
    rl_buffer out{};
    for (auto _ : state) {
        rl_program_render(program, message.bytes.data(), message.bytes.size(), false, &out);
        if (out.length > BATCH_BYTES)
            out.length = 0;
    }
    state.SetItemsProcessed(state.iterations());
    rl_buffer_free(&out);
    rl_program_free(program);
}

rl_span span(const char *text)
{
    return {text, std::strlen(text)};
}

rl_line new_line(const message &message, const rl_program *program)
{
    rl_line line{};
    line.wall_ns = INT64_C(1111245026618999999);
    line.start_ns = INT64_C(1111245026000000000);
    line.level = 20;
    line.line_number = 42;
    line.process_id = 1234;
    line.thread_id = 5678;
    line.level_name = span("INFO");
    line.logger_name = span("server.http");
    line.pathname = span("/usr/src/server/http/parse.c");
    line.function = span("parse");
    line.process_name = span("MainProcess");
    line.thread_name = span("worker-1");
    line.program = program;
    line.args = message.bytes.data();
    line.args_bytes = message.bytes.size();
    rl_line_split_path(&line);
    return line;
}

/* Lines that are a moment apart: the second that asctime keeps is now and then another. */
template <typename Render>
void render_lines(benchmark::State &state, rl_line &line, const Render &render)
{
    rl_buffer out{};
    size_t bytes = 0;
    for (auto _ : state) {
        line.wall_ns += 100;
        render(&out);
        rl_buffer_append_char(&out, '\n');
        if (out.length > BATCH_BYTES) {
            bytes += out.length;
            out.length = 0;
        }
    }
    bytes += out.length;
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(static_cast<int64_t>(bytes));
    rl_buffer_free(&out);
}

void render_line(benchmark::State &state, const message &message, const char *pattern_text)
{
    rl_program *program = compile(message);
    rl_line line = new_line(message, program);
    rl_pattern *pattern = nullptr;
    rl_pattern_new(&pattern, pattern_text, nullptr);
    rl_time_text time_text;
    rl_time_text_init(&time_text, nullptr, true);
    render_lines(state, line, [&](rl_buffer *out) {
        rl_pattern_render(pattern, &time_text, &line, out, nullptr);
    });
    rl_time_text_destroy(&time_text);
    rl_pattern_free(pattern);
    rl_program_free(program);
}

/* A record with a call site, as lines of members want it. */
struct site_record {
    std::vector<uint64_t> site;
    rl_record record{};

    explicit site_record(const message &message)
    {
        rl_site_definition definition{};
        definition.line = 42;
        definition.field_count = static_cast<uint16_t>(message.fields.size());
        definition.fields = message.fields.data();
        definition.format = message.format.c_str();
        definition.file = "/usr/src/server/http/parse.c";
        definition.function = "parse";
        site.resize(rl_site_bytes(&definition) / sizeof(uint64_t) + 1);
        rl_site *image = reinterpret_cast<rl_site *>(site.data());
        rl_site_write(image, &definition, 0);
        record.site = image;
        record.fields = message.bytes.data();
        record.fields_bytes = message.bytes.size();
    }
};

void render_members(benchmark::State &state, const message &message, ringlog_style style)
{
    rl_program *program = compile(message);
    const site_record record(message);
    rl_line line = new_line(message, program);
    line.record = &record.record;
    rl_time_text time_text;
    rl_time_text_init(&time_text, RL_STRUCTURED_DATEFMT, true);
    rl_buffer scratch{};
    rl_structured structured{};
    structured.preset = rl_preset_of(style);
    structured.time_text = &time_text;
    structured.scratch = &scratch;
    render_lines(state, line,
                 [&](rl_buffer *out) { rl_structured_render(&structured, &line, out); });
    rl_buffer_free(&scratch);
    rl_time_text_destroy(&time_text);
    rl_program_free(program);
}

} // namespace

int main(int argc, char **argv)
{
    static const std::vector<message> all = messages();
    static const struct {
        const char *name, *text;
    } patterns[] = {
        {"message", "%(message)s"},
        {"usual", "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        {"full", "%(asctime)s %(levelname)-8s [%(threadName)s] %(name)s %(filename)s:%(lineno)d "
                 "%(funcName)s: %(message)s"},
    };
    for (const message &message : all)
        benchmark::RegisterBenchmark(
            (std::string("program/") + message.name).c_str(),
            [&](benchmark::State &state) { render_message(state, message); });
    for (const auto &pattern : patterns)
        for (const message &message : all)
            benchmark::RegisterBenchmark(
                (std::string("line/") + pattern.name + "/" + message.name).c_str(),
                [&](benchmark::State &state) { render_line(state, message, pattern.text); });
    static const struct {
        const char *name;
        ringlog_style style;
    } styles[] = {{"json", RINGLOG_STYLE_JSON},
                  {"ecs", RINGLOG_STYLE_JSON_ECS},
                  {"google", RINGLOG_STYLE_JSON_GOOGLE},
                  {"logfmt", RINGLOG_STYLE_LOGFMT}};
    for (const auto &style : styles)
        for (const message &message : all)
            benchmark::RegisterBenchmark(
                (std::string("line/") + style.name + "/" + message.name).c_str(),
                [&](benchmark::State &state) { render_members(state, message, style.style); });
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
