#include "styler/app/cli/option_table.hpp"

#include <limits>
#include <sstream>

#include "styler/app/cli/command_parser.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"

namespace styler::app {
namespace {

struct Fields {
  int64_t count = 3;
  double weight = 0.5;
  bool loud = false;
  std::filesystem::path file;
  int calls = 0;
  std::vector<std::filesystem::path> files;
};

void describe(OptionTable& table, Fields& fields) {
  using enum OptionFacts;
  table.whole("-n,--count", fields.count, "How many").is(Look).brief("How many");
  table.decimal("--weight", fields.weight, "How much").is(Reported);
  table.flag("--loud", fields.loud, "Say more").idle_if([&fields] { return fields.count == 0; }, "does nothing; why");
  table.path("--file", fields.file, "Where to").on_command_line_only();
  table.counter("-c,--calls", fields.calls, "How often");
  table.paths("--files", "FILE...", fields.files, "Which");
  table.refuse("--other", "a test, which has none; leave it out");
}

std::vector<std::string> long_names(const OptionTable& table) {
  std::vector<std::string> names;
  for (const Option& option : table.options()) names.push_back(option.long_name());
  return names;
}

std::vector<NamedValue> values_with(const OptionTable& table, OptionFacts facts) {
  std::vector<NamedValue> values;
  for (const Option& option : table.options()) {
    if (option.has(facts)) values.emplace_back(option.key(), option.value());
  }
  return values;
}

constexpr CommandInfo kInfo{.name = "", .usage = "styler", .does = "Test"};

/// What a command line makes of the fields.
Fields parsed(const std::vector<std::string>& arguments, std::vector<std::string>* idle = nullptr) {
  Fields fields;
  OptionTable table;
  describe(table, fields);
  CommandParser parser;
  parser.add(kInfo, table);
  parser.parse(arguments);
  if (idle != nullptr) *idle = table.idle_sentences();
  return fields;
}

}  // namespace

TEST_CASE("what is described once is bound, known by name and reported", "[option_table]") {
  Fields fields;
  OptionTable table;
  describe(table, fields);
  CHECK(long_names(table) == std::vector<std::string>{"--count", "--weight", "--loud", "--file", "--calls", "--files"});
  CHECK(table.find("count")->shown_default() == "3");
  CHECK(table.find("nothing") == nullptr);
  CHECK_FALSE(table.find("file")->configurable());

  const Fields read = parsed({"-n", "7", "--weight=0.25", "--loud"});
  CHECK(read.count == 7);
  CHECK(read.weight == 0.25);
  CHECK(read.loud);

  fields.count = 9;
  CHECK((values_with(table, OptionFacts::DecidesCourse) == std::vector<NamedValue>{{"count", int64_t{9}}}));
  CHECK((values_with(table, OptionFacts::Reported) == std::vector<NamedValue>{{"weight", 0.5}}));
}

TEST_CASE("an option that does nothing is told of when it was given, and only then", "[option_table]") {
  std::vector<std::string> idle;
  parsed({"--count", "0", "--loud"}, &idle);
  CHECK(idle == std::vector<std::string>{"--loud does nothing; why"});
  parsed({"--count", "0"}, &idle);
  CHECK(idle.empty());
  parsed({"--loud"}, &idle);
  CHECK(idle.empty());
}

TEST_CASE("what a command has not is refused with its reason, and what nobody has with the nearest", "[option_table]") {
  CHECK_THROWS_WITH(parsed({"--other"}), "--other is not for a test, which has none; leave it out");
  CHECK_THROWS_WITH(parsed({"--cuont", "1"}), support::contains("did you mean '--count'?"));
  CHECK_THROWS_WITH(parsed({"--count", "x"}), "--count is 'x' but must be a whole number");
  CHECK_THROWS_WITH(parsed({"--count", "--loud"}), "--count needs a value, but '--loud' follows it");
}

TEST_CASE("a flag takes nothing but what says yes or no", "[option_table]") {
  CHECK(parsed({"--loud"}).loud);
  CHECK(parsed({"--loud=true"}).loud);
  CHECK(parsed({"--loud=1"}).loud);
  CHECK_FALSE(parsed({"--loud=false"}).loud);
  CHECK_FALSE(parsed({"--loud", "--loud=0"}).loud);
  for (const char* nonsense : {"-1", "1x1", "abc", "2", "18446744073709551615", "1e38", "nan", "--loud", "{}"}) {
    INFO(nonsense);
    CHECK_THROWS_WITH(parsed({std::string("--loud=") + nonsense}),
                      std::string("--loud is '") + nonsense + "' but takes no value but true and false; leave it out");
  }
  CHECK_THROWS_WITH(parsed({"--version=1e38"}), "--version is '1e38' but takes no value; leave it out");
  CHECK_THROWS_WITH(parsed({"--loud=", "true"}), "--loud needs a value after its =");
}

TEST_CASE("a counter counts", "[option_table]") {
  CHECK(parsed({"-cc", "--calls"}).calls == 3);
  CHECK(parsed({"--calls=2", "-c"}).calls == 3);
  CHECK(parsed({"--calls=false"}).calls == 0);
  CHECK_THROWS_WITH(parsed({"--calls=99999999999999999999"}), support::contains("or a number up to 9; leave it out"));
}

TEST_CASE("a word in brackets is one word", "[option_table]") {
  CHECK((parsed({"--files", "[a,b]", "{}", "c d"}).files == std::vector<std::filesystem::path>{"[a,b]", "{}", "c d"}));
}

TEST_CASE("values read as the command line takes them", "[option_table]") {
  CHECK(value_text(true) == "true");
  CHECK(value_text(int64_t{-3}) == "-3");
  CHECK(value_text(std::numeric_limits<uint64_t>::max()) == "18446744073709551615");
  CHECK(value_text(0.1) == "0.1");
  CHECK(value_text(std::vector<std::string>{"a", "b"}) == "a b");
}

TEST_CASE("the options that fingerprints hash have kept their order", "[option_table]") {
  std::string keys;
  for (const auto& [key, value] : option_values(JobOptions(), OptionFacts::DecidesPicture)) keys += key + " ";
  CHECK(keys ==
        "size tileable preset content-weight style-weight tv-weight range-weight strength content-layers style-layers "
        "style-loss pooling padding style-scale coarse-style style-blend style-blend-by color init seed iterations "
        "scales optimizer history-size history-precision preconditioner learning-rate tolerance-change "
        "tolerance-gradient time-limit precision bit-depth quality dither background keep-metadata keep-gps "
        "allow-truncated ");
}

TEST_CASE("every option of a job is described in full", "[option_table]") {
  JobOptions options;
  OptionTable table;
  describe(table, options, JobScope::Picture);
  for (const Option& option : table.options()) {
    INFO(option.long_name());
    CHECK_FALSE(option.help().empty());
    CHECK(option.help().back() != '.');
    // What decides nothing, is not reported and names no picture would be forgotten by reports: only what ends a run,
    // or is about writing over a file.
    using enum OptionFacts;
    const bool ends_or_writes = option.key() == "dry-run" || option.key() == "force";
    CHECK((option.has(DecidesPicture | DecidesCourse | NamesPicture | Reported) || ends_or_writes));
  }
}

}  // namespace styler::app
