// Call sites as only C++ writes them.
#include "call_sites.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

enum class scoped { one = 1 };
enum class scoped_byte : std::uint8_t { two = 2 };
enum class scoped_wide : std::uint64_t { three = 3 };

template <class T> static void in_a_template(ringlog_logger *log, T x)
{
    ringlog_info(log, "%d", static_cast<int>(x));
    ringlog_log(log, RINGLOG_INFO, "%p", static_cast<const void *>(&x));
}

template <class... Ts> static void with_a_pack(ringlog_logger *log, Ts... xs)
{
    ringlog_info(log, "%zu of them", sizeof...(xs));
    (ringlog_get_logger("fold"), ..., static_cast<void>(xs));
}

namespace
{

struct counter {
    int n = 0;
    static int of_class;
    explicit counter(ringlog_logger *log)
    {
        ringlog_info(log, "constructed %d", n);
    }
    void member(ringlog_logger *log) const
    {
        ringlog_info(log, "%d %p", n, static_cast<const void *>(this));
    }
    virtual ~counter() noexcept
    {
        ringlog_info(ringlog_root(), "destroyed %d", n);
    }
};

int counter::of_class = 1;

struct with_bits {
    std::uint64_t wide : 40;
    scoped_byte letter : 4;
};

} // namespace

static void scoped_enums(ringlog_logger *log)
{
    ringlog_info(log, "%d", static_cast<int>(scoped::one));
    ringlog_info(log, "%d", static_cast<int>(scoped_byte::two));
    ringlog_info(log, "%" PRIu64, static_cast<std::uint64_t>(scoped_wide::three));
}

static void wide_bit_fields(ringlog_logger *log)
{
    const with_bits bits = {1, scoped_byte::two};
    ringlog_info(log, "%" PRIu64 " %u", static_cast<std::uint64_t>(bits.wide),
                 static_cast<unsigned>(bits.letter));
}

static void null_pointers(ringlog_logger *log)
{
    const char *null = nullptr;
    ringlog_info(log, "%s", null);
#if !defined(__clang__) // Clang's -Wformat-pedantic wants a cast, for printf as well.
    ringlog_info(log, "%p", nullptr);
#endif
    ringlog_info(log, "%p", static_cast<void *>(nullptr));
    ringlog_info(log, "%p", static_cast<void *>(NULL));
}

static void function()
{
}

static void odd_pointers(ringlog_logger *log)
{
    volatile int v = 1;
    int x = 1;
    int &reference = x;
    const std::unique_ptr<int> owned(new int(2));
    ringlog_info(log, "%d %p", v, static_cast<void *>(v ? nullptr : &x));
    ringlog_info(log, "%d %d", reference, *owned);
    ringlog_info(log, "%p", static_cast<void *>(owned.get()));
    ringlog_info(log, "%#" PRIxPTR, reinterpret_cast<std::uintptr_t>(&function));
}

static void standard_types(ringlog_logger *log)
{
    const std::string text = "text";
    const std::string_view view = text;
    const std::vector<int> numbers = {1, 2, 3};
    ringlog_info(log, "%s %zu", text.c_str(), text.size());
    ringlog_info(log, "%.*s", static_cast<int>(view.size()), view.data());
    ringlog_info(log, "%d %zu", numbers[0], numbers.size());
    ringlog_info(log, "%s", (text + "!").c_str());
}

static void lambdas(ringlog_logger *log)
{
    int captured = 3;
    auto by_reference = [&] { ringlog_info(log, "%d", captured++); };
    auto generic = [log](auto x) { ringlog_info(log, "%d", static_cast<int>(x)); };
    by_reference();
    generic('c');
    generic(2.5);
    ringlog_info(log, "%d", [&] { return captured; }());
}

static void in_exceptions(ringlog_logger *log)
{
    try {
        ringlog_info(log, "try");
        throw 1;
    } catch (int x) {
        ringlog_error(log, "caught %d", x);
    }
}

int main()
{
    ringlog_logger *log = ringlog_get_logger("compile.cxx");
    every_call_site(log);
    in_a_template(log, 1);
    in_a_template(log, 2.5);
    with_a_pack(log, 1, "two", 3.0);
    counter(log).member(log);
    scoped_enums(log);
    wide_bit_fields(log);
    null_pointers(log);
    odd_pointers(log);
    standard_types(log);
    lambdas(log);
    in_exceptions(log);
    ringlog_info(log, "%d", counter::of_class);
    return 0;
}
