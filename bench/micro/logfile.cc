/* The log file: what a record takes in it, and how fast records are put in, taken out, and made
 * lines of; as it is, and with zstd at levels 1 and 3. The messages of the NanoLog paper and
 * three more, with arguments that never change and with arguments that always do; time passes in
 * small uneven steps. */
#include "../messages.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <ringlog/reader.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

extern "C" {
#include "logfile/read.h"
#include "logfile/write.h"
#include "logfile/zstd.h"
#include "record/dictionary.h"
#include <ringlog/detail/field.h>
}

namespace
{

constexpr size_t RECORDS = 65536;
/* A writer's batch: what a ring holds at most when it is looked at. */
constexpr size_t BATCH = 4096;

/* ---- arguments ------------------------------------------------------------------------------- */

class source
{
  public:
    explicit source(bool all_differ) : varied(all_differ)
    {
        for (auto &text : texts)
            for (size_t length = 8 + random() % 41; text.size() < length;)
                text += static_cast<char>('a' + random() % 26);
        double sum = 0;
        for (size_t i = 0; i < texts.size(); i++)
            zipf.push_back(sum += 1.0 / static_cast<double>(i + 1));
    }

    /* Log-uniform over `bits` bits. */
    uint64_t integer(uint64_t constant, unsigned bits)
    {
        if (!varied)
            return constant;
        return static_cast<uint64_t>(std::exp2(unit() * bits)) - 1;
    }

    /* Of 1 to 17 digits. */
    double real(double constant)
    {
        if (!varied)
            return constant;
        char text[40];
        const int digits = 1 + static_cast<int>(random() % 17);
        std::snprintf(text, sizeof text, "%.*g", digits, unit() * 1000);
        return std::strtod(text, nullptr);
    }

    /* Zipf-distributed over 100,000, of 8 to 48 bytes. */
    const std::string &text(const std::string &constant)
    {
        if (!varied)
            return constant;
        const auto found = std::lower_bound(zipf.begin(), zipf.end(), unit() * zipf.back());
        return texts[static_cast<size_t>(found - zipf.begin())];
    }

    /* Texts that differ, and are alike. */
    std::string path(const std::string &constant)
    {
        if (!varied)
            return constant;
        return "/api/v" + std::to_string(1 + random() % 3) + "/users/" +
               std::to_string(random() % 1000000) + "/orders?page=" + std::to_string(random() % 20);
    }

    uint64_t step()
    {
        return 8 + random() % 20;
    }

  private:
    double unit()
    {
        return static_cast<double>(random() >> 11) * 0x1p-53;
    }

    bool varied;
    std::mt19937_64 random{1};
    std::vector<std::string> texts{100000};
    std::vector<double> zipf;
};

/* ---- messages -------------------------------------------------------------------------------- */

using bytes = std::vector<unsigned char>;

template <typename Value> void put(bytes &to, Value value)
{
    const auto *at = reinterpret_cast<const unsigned char *>(&value);
    to.insert(to.end(), at, at + sizeof value);
}

void put_text(bytes &to, const std::string &text)
{
    put(to, static_cast<uint32_t>(text.size()));
    to.insert(to.end(), text.begin(), text.end());
}

struct message {
    const char *name;
    const char *format;
    std::vector<uint8_t> codes;
    std::function<void(source &, bytes &)> arguments;
};

const std::string SESSION = STRING_VALUE;

const std::vector<message> messages = {
    {"request",
     "GET %s -> %d in %.3f ms",
     {RINGLOG_FIELD_STRING, RINGLOG_FIELD_I32, RINGLOG_FIELD_F64},
     [](source &from, bytes &to) {
         put_text(to, from.path("/api/v1/users/4711/orders?page=2"));
         put(to, static_cast<int32_t>(from.integer(200, 9)));
         put(to, from.real(1.25));
     }},
    {"static", STATIC_TEXT, {}, [](source &, bytes &) {}},
    {"string",
     STRING_TEXT,
     {RINGLOG_FIELD_STRING},
     [](source &from, bytes &to) { put_text(to, from.text(SESSION)); }},
    {"int",
     INT_TEXT,
     {RINGLOG_FIELD_I32},
     [](source &from, bytes &to) { put(to, static_cast<int32_t>(from.integer(181, 31))); }},
    {"two_ints",
     TWO_INTS_TEXT,
     {RINGLOG_FIELD_U32, RINGLOG_FIELD_U32},
     [](source &from, bytes &to) {
         put(to, static_cast<uint32_t>(from.integer(1032024, 32)));
         put(to, static_cast<uint32_t>(from.integer(1016544, 32)));
     }},
    {"double",
     DOUBLE_TEXT,
     {RINGLOG_FIELD_F64},
     [](source &from, bytes &to) { put(to, from.real(0.4)); }},
    {"complex",
     COMPLEX_TEXT,
     {RINGLOG_FIELD_U64, RINGLOG_FIELD_U32, RINGLOG_FIELD_U32, RINGLOG_FIELD_U32,
      RINGLOG_FIELD_F64},
     [](source &from, bytes &to) {
         put(to, from.integer(50000, 63));
         put(to, static_cast<uint32_t>(from.integer(97, 32)));
         put(to, static_cast<uint32_t>(from.integer(50, 32)));
         put(to, static_cast<uint32_t>(from.integer(0, 32)));
         put(to, from.real(26.2));
     }},
    {"iid",
     IID_TEXT,
     {RINGLOG_FIELD_U64, RINGLOG_FIELD_U64, RINGLOG_FIELD_F64},
     [](source &from, bytes &to) {
         put(to, from.integer(50000, 63));
         put(to, from.integer(97, 63));
         put(to, from.real(26.2));
     }},
    {"siid",
     SIID_TEXT,
     {RINGLOG_FIELD_STRING, RINGLOG_FIELD_U64, RINGLOG_FIELD_U64, RINGLOG_FIELD_F64},
     [](source &from, bytes &to) {
         put_text(to, from.text(SESSION));
         put(to, from.integer(50000, 63));
         put(to, from.integer(97, 63));
         put(to, from.real(26.2));
     }},
};

/* ---- records --------------------------------------------------------------------------------- */

class records
{
  public:
    records(const message &message, bool varied, int zstd_level)
    {
        zstd = zstd_level == 0 ? nullptr : rl_zstd_writer_new(zstd_level);
        dictionary = rl_dictionary_format(std::calloc(1, 65536), 65536);
        rl_site_definition definition{};
        definition.level = 20;
        definition.line = 42;
        definition.field_count = static_cast<uint16_t>(message.codes.size());
        definition.fields = message.codes.data();
        definition.format = message.format;
        definition.file = "src/server.c";
        definition.function = "serve";
        const uint32_t site = rl_dictionary_define(dictionary, &definition);
        thread.number = 1;
        thread.tid = 4711;
        std::strcpy(thread.name, "main");
        source from(varied);
        int64_t time_ns = INT64_C(1767323045678901234);
        for (size_t i = 0; i < RECORDS; i++) {
            places.push_back(fields.size());
            times.push_back(time_ns += static_cast<int64_t>(from.step()));
            message.arguments(from, fields);
            fields.resize((fields.size() + 7) / 8 * 8); /* as a ring has them */
        }
        places.push_back(fields.size());
        common.site = rl_dictionary_find(dictionary, site);
        common.site_id = site;
        common.level = 20;
        common.logger_id = 1;
        common.logger_name = "bench";
        common.logger_length = 5;
        common.thread = &thread;
    }
    records(const records &) = delete;
    records &operator=(const records &) = delete;
    ~records()
    {
        rl_zstd_writer_free(zstd);
        std::free(dictionary);
    }

    void write(rl_buffer *out) const
    {
        rl_logfile_identity identity{};
        identity.host = "bench";
        rl_logfile_writer writer;
        rl_logfile_writer_init(&writer, &identity);
        writer.zstd = zstd;
        rl_logfile_writer_begin(&writer, out);
        std::vector<rl_batch_row> rows(RL_BATCH_MOST);
        for (size_t at = 0; at < RECORDS; at += RL_BATCH_MOST) {
            for (unsigned i = 0; i < RL_BATCH_MOST; i++)
                rows[i] = row_of(at + i);
            add(&writer, rows, out);
            if ((at + RL_BATCH_MOST) % BATCH == 0)
                rl_logfile_writer_finish_block(&writer, out);
        }
        rl_logfile_writer_end(&writer, out);
        rl_logfile_writer_free(&writer);
    }

    /* A file in memory that holds them. */
    int file() const
    {
        rl_buffer out{};
        write(&out);
        const int fd = memfd_create("bench", MFD_CLOEXEC);
        if (fd < 0 || ::write(fd, out.data, out.length) != static_cast<ssize_t>(out.length))
            std::perror("memfd_create");
        rl_buffer_free(&out);
        return fd;
    }

  private:
    rl_batch_row row_of(size_t i) const
    {
        rl_batch_row row{};
        row.time_ns = times[i];
        row.site = common.site;
        row.thread = &thread;
        row.fields = fields.data() + places[i];
        row.fields_bytes = static_cast<uint32_t>(places[i + 1] - places[i]);
        row.site_id = common.site_id;
        row.level = common.level;
        row.logger_id = common.logger_id;
        return row;
    }

    /* As the writer's thread does: by itself where a row is not taken. */
    void add(rl_logfile_writer *writer, const std::vector<rl_batch_row> &rows, rl_buffer *out) const
    {
        const unsigned count = static_cast<unsigned>(rows.size());
        for (unsigned at = 0; at < count; at++) {
            at += rl_logfile_writer_add_rows(writer, rows.data() + at, count - at, out);
            if (at == count)
                return;
            rl_record record = common;
            record.time_ns = rows[at].time_ns;
            record.fields = rows[at].fields;
            record.fields_bytes = rows[at].fields_bytes;
            rl_logfile_writer_add(writer, &record, out);
        }
    }

    rl_dictionary *dictionary;
    rl_zstd_writer *zstd;
    rl_thread thread{};
    rl_record common{};
    std::vector<int64_t> times;
    std::vector<size_t> places;
    bytes fields;
};

/* ---- benchmarks ------------------------------------------------------------------------------ */

void count(benchmark::State &state)
{
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) *
                            static_cast<int64_t>(RECORDS));
}

void put_records(benchmark::State &state, const message &message, bool varied, int zstd_level)
{
    const records records(message, varied, zstd_level);
    rl_buffer out{};
    for (auto _ : state) {
        out.length = 0;
        records.write(&out);
    }
    count(state);
    state.counters["bytes/record"] = static_cast<double>(out.length) / RECORDS;
    rl_buffer_free(&out);
}

void take_records(benchmark::State &state, const message &message, bool varied, int zstd_level)
{
    const int fd = records(message, varied, zstd_level).file();
    for (auto _ : state) {
        lseek(fd, 0, SEEK_SET);
        rl_logfile_reader reader;
        rl_logfile_reader_init(&reader, fd);
        while (rl_logfile_reader_next(&reader) > 0)
            benchmark::DoNotOptimize(reader.record.fields);
        rl_logfile_reader_free(&reader);
    }
    count(state);
    close(fd);
}

void make_lines(benchmark::State &state, const message &message, bool varied, int zstd_level)
{
    const int fd = records(message, varied, zstd_level).file();
    for (auto _ : state) {
        lseek(fd, 0, SEEK_SET);
        ringlog_reader *reader;
        const ringlog_reader_record *record;
        const char *text;
        size_t length;
        if (ringlog_reader_open_fd(&reader, fd, "bench") < 0) {
            state.SkipWithError(ringlog_last_error());
            break;
        }
        for (int kind; (kind = ringlog_reader_next(reader, &record)) > 0;)
            if (kind == RINGLOG_READER_RECORD)
                benchmark::DoNotOptimize(ringlog_reader_line(reader, &text, &length));
        ringlog_reader_close(reader);
    }
    count(state);
    close(fd);
}

} // namespace

int main(int argc, char **argv)
{
    struct body {
        const char *name;
        void (*run)(benchmark::State &, const message &, bool, int);
    };
    for (const body &body :
         {body{"put", put_records}, body{"take", take_records}, body{"lines", make_lines}})
        for (const bool varied : {false, true})
            for (const message &message : messages)
                for (const int level : {0, 1, 3}) {
                    std::string name = std::string(body.name) + "/" + message.name + "/" +
                                       (varied ? "varied" : "constant");
                    if (level != 0)
                        name += "/zstd" + std::to_string(level);
                    benchmark::RegisterBenchmark(name.c_str(), body.run, message, varied, level);
                }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
