/* Records to text: messages by their printf program, lines by a formatter's pattern. */
#include "../messages.h"

#include <benchmark/benchmark.h>
#include <cstring>
#include <random>
#include <ringlog/formatters.h>
#include <string>
#include <type_traits>
#include <vector>

extern "C" {
#include "format/line_format.h"
#include "record/record.h"
#include <ringlog/detail/field.h>
}

namespace
{

using stored_fields = std::vector<unsigned char>;

/* The arguments of one record. */
struct arguments {
    std::vector<uint8_t> fields;
    stored_fields stored;

    template <typename Value> arguments &add(ringlog_field field, Value value)
    {
        fields.push_back(static_cast<uint8_t>(field));
        append(&value, sizeof value);
        return *this;
    }

    arguments &add_string(const std::string &text)
    {
        add(RINGLOG_FIELD_STRING, static_cast<uint32_t>(text.size()));
        append(text.data(), text.size());
        return *this;
    }

  private:
    void append(const void *from, size_t length)
    {
        const unsigned char *at = static_cast<const unsigned char *>(from);
        stored.insert(stored.end(), at, at + length);
    }
};

/* A call site and records of it. */
struct message {
    std::string name;
    std::string format;
    std::vector<uint8_t> fields;
    std::vector<stored_fields> records;

    message(const char *called, const char *text) : name(called), format(text)
    {
    }

    message &add(const arguments &record)
    {
        fields = record.fields;
        records.push_back(record.stored);
        return *this;
    }
};

/* Values as programs log them: all magnitudes are as likely. */
class values
{
  public:
    template <typename Integer> Integer integer()
    {
        const unsigned bits = static_cast<unsigned>(random_() % (sizeof(Integer) * 8)) + 1;
        const uint64_t value = random_() >> (64 - bits);
        return static_cast<Integer>(std::is_signed_v<Integer> && random_() % 4 == 0 ? 0 - value
                                                                                    : value);
    }

    /* 1 to 17 decimal digits, some of them behind the point. */
    double real()
    {
        const unsigned digits = static_cast<unsigned>(random_() % 17) + 1;
        const double whole = static_cast<double>(random_() % power_of_ten(digits));
        return whole / static_cast<double>(power_of_ten(static_cast<unsigned>(random_() % digits)));
    }

    std::string text()
    {
        std::string made(random_() % 61, ' ');
        for (char &byte : made)
            byte = static_cast<char>('!' + random_() % 94);
        return made;
    }

  private:
    static uint64_t power_of_ten(unsigned power)
    {
        uint64_t made = 1;
        while (power-- > 0)
            made *= 10;
        return made;
    }

    std::mt19937_64 random_{1};
};

/* The six messages of the NanoLog paper, and two that benchmarks of other loggers have. `fixed` are
 * the paper's values, the same in every record. */
std::vector<message> fixed_messages()
{
    std::vector<message> all;
    all.push_back(message("static", STATIC_TEXT).add(arguments{}));
    all.push_back(message("string", STRING_TEXT).add(arguments{}.add_string(STRING_VALUE)));
    all.push_back(
        message("int", INT_TEXT).add(arguments{}.add(RINGLOG_FIELD_I32, int32_t{INT_VALUE})));
    all.push_back(message("two ints", TWO_INTS_TEXT)
                      .add(arguments{}
                               .add(RINGLOG_FIELD_U32, uint32_t{TWO_INTS_VALUE_1})
                               .add(RINGLOG_FIELD_U32, uint32_t{TWO_INTS_VALUE_2})));
    all.push_back(
        message("double", DOUBLE_TEXT).add(arguments{}.add(RINGLOG_FIELD_F64, DOUBLE_VALUE)));
    all.push_back(message("complex", COMPLEX_TEXT)
                      .add(arguments{}
                               .add(RINGLOG_FIELD_U64, uint64_t{COMPLEX_VALUE_1})
                               .add(RINGLOG_FIELD_U32, uint32_t{COMPLEX_VALUE_2})
                               .add(RINGLOG_FIELD_U32, uint32_t{COMPLEX_VALUE_3})
                               .add(RINGLOG_FIELD_U32, uint32_t{COMPLEX_VALUE_4})
                               .add(RINGLOG_FIELD_F64, COMPLEX_VALUE_5)));
    all.push_back(message("iid", IID_TEXT)
                      .add(arguments{}
                               .add(RINGLOG_FIELD_U64, uint64_t{IID_VALUE_1})
                               .add(RINGLOG_FIELD_U64, uint64_t{IID_VALUE_2})
                               .add(RINGLOG_FIELD_F64, IID_VALUE_3)));
    all.push_back(message("siid", SIID_TEXT)
                      .add(arguments{}
                               .add_string(SIID_STRING)
                               .add(RINGLOG_FIELD_U64, uint64_t{IID_VALUE_1})
                               .add(RINGLOG_FIELD_U64, uint64_t{IID_VALUE_2})
                               .add(RINGLOG_FIELD_F64, IID_VALUE_3)));
    return all;
}

/* The same messages with values that no branch predictor learns. */
std::vector<message> varied_messages()
{
    constexpr int RECORDS = 2000;
    values values;
    std::vector<message> all = fixed_messages();
    for (message &message : all) {
        const std::vector<uint8_t> fields = message.fields;
        message.name += " varied";
        message.records.clear();
        for (int i = 0; i < RECORDS; i++) {
            arguments record;
            for (const uint8_t field : fields)
                switch (field) {
                case RINGLOG_FIELD_STRING:
                    record.add_string(values.text());
                    break;
                case RINGLOG_FIELD_I32:
                    record.add(RINGLOG_FIELD_I32, values.integer<int32_t>());
                    break;
                case RINGLOG_FIELD_U32:
                    record.add(RINGLOG_FIELD_U32, values.integer<uint32_t>());
                    break;
                case RINGLOG_FIELD_U64:
                    record.add(RINGLOG_FIELD_U64, values.integer<uint64_t>());
                    break;
                default:
                    record.add(RINGLOG_FIELD_F64, values.real());
                    break;
                }
            message.add(record);
        }
    }
    all.erase(all.begin()); /* which has no values */
    return all;
}

std::vector<message> messages()
{
    std::vector<message> all = fixed_messages();
    for (const message &message : varied_messages())
        all.push_back(message);
    return all;
}

/* One record after the other, again and again. */
class rotation
{
  public:
    explicit rotation(const message &message) : records_(message.records)
    {
    }

    const stored_fields &next()
    {
        const stored_fields &record = records_[at_];
        at_ = at_ + 1 == records_.size() ? 0 : at_ + 1;
        return record;
    }

  private:
    const std::vector<stored_fields> &records_;
    size_t at_ = 0;
};

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
    rotation records(message);
    for (auto _ : state) {
        const stored_fields &record = records.next();
        rl_program_render(program, record.data(), record.size(), false, &out);
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

rl_line new_line(const rl_program *program)
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
    line.lasting = true;
    rl_line_split_path(&line);
    return line;
}

/* Lines that are a moment apart: the second that asctime keeps is now and then another. */
template <typename Render>
void render_lines(benchmark::State &state, const message &message, rl_line &line,
                  const Render &render)
{
    rotation records(message);
    rl_buffer out{};
    size_t bytes = 0;
    for (auto _ : state) {
        const stored_fields &record = records.next();
        line.wall_ns += 100;
        line.args = record.data();
        line.args_bytes = record.size();
        render(record, &out);
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

ringlog_formatter_options options_of(const char *pattern)
{
    ringlog_formatter_options options{};
    options.format = pattern;
    options.utc = true;
    return options;
}

void render_line(benchmark::State &state, const message &message,
                 const ringlog_formatter_options &options)
{
    rl_program *program = compile(message);
    rl_line line = new_line(program);
    rl_line_format format;
    rl_line_format_init(&format, &options, "%(message)s", "bench");
    render_lines(state, message, line, [&](const stored_fields &, rl_buffer *out) {
        rl_line_format_render(&format, &line, out, nullptr);
    });
    rl_line_format_destroy(&format);
    rl_program_free(program);
}

/* Without templates: as records are rendered that bring their call site along. */
void render_line_once(benchmark::State &state, const message &message, const char *pattern)
{
    rl_program *program = compile(message);
    rl_line line = new_line(program);
    line.lasting = false;
    const ringlog_formatter_options options = options_of(pattern);
    rl_line_format format;
    rl_line_format_init(&format, &options, "%(message)s", "bench");
    render_lines(state, message, line, [&](const stored_fields &, rl_buffer *out) {
        rl_line_format_render(&format, &line, out, nullptr);
    });
    rl_line_format_destroy(&format);
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
    }
};

void render_members(benchmark::State &state, const message &message, ringlog_style style)
{
    rl_program *program = compile(message);
    site_record record(message);
    rl_line line = new_line(program);
    line.record = &record.record;
    ringlog_formatter_options options{};
    options.style = style;
    rl_line_format format;
    rl_line_format_init(&format, &options, "", "bench");
    render_lines(state, message, line, [&](const stored_fields &stored, rl_buffer *out) {
        record.record.fields = stored.data();
        record.record.fields_bytes = stored.size();
        rl_line_format_render(&format, &line, out, nullptr);
    });
    rl_line_format_destroy(&format);
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
        {"short", "%(asctime)s %(levelname)s %(thread)d %(filename)s:%(lineno)d %(message)s"},
        {"usual", "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        {"full", "%(asctime)s %(levelname)-8s [%(threadName)s] %(name)s %(filename)s:%(lineno)d "
                 "%(funcName)s: %(message)s"},
    };
    for (const message &message : all)
        benchmark::RegisterBenchmark(
            ("program/" + message.name).c_str(),
            [&](benchmark::State &state) { render_message(state, message); });
    for (const auto &pattern : patterns)
        for (const message &message : all)
            benchmark::RegisterBenchmark(
                (std::string("line/") + pattern.name + "/" + message.name).c_str(),
                [&](benchmark::State &state) {
                    render_line(state, message, options_of(pattern.text));
                });
    for (const message &message : all)
        benchmark::RegisterBenchmark(
            ("line/short once/" + message.name).c_str(),
            [&](benchmark::State &state) { render_line_once(state, message, patterns[1].text); });
    for (const message &message : all)
        benchmark::RegisterBenchmark(
            ("line/short micros/" + message.name).c_str(), [&](benchmark::State &state) {
                ringlog_formatter_options options = options_of(patterns[1].text);
                options.datefmt = "%Y-%m-%d %H:%M:%S.%f";
                render_line(state, message, options);
            });
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
