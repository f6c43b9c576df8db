#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "styler/app/commands/transfer/checkpoint.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/json_mutator.hpp"
#include "support/tiny_network.hpp"

// Checkpoints whose text was changed and signed anew. What becomes of other tensors, hostile_state_test.cpp tells.

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;
using support::Dice;

/// A checkpoint in its parts.
struct Parts {
  explicit Parts(const std::string& bytes) {
    uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    header = json::parse(bytes.substr(sizeof length, length));
    numbers = bytes.substr(sizeof length + length, bytes.size() - sizeof length - length - 32);
  }

  /// \returns the file with another text in it, and the digest that belongs to that.
  std::string with(const char* name, const json& text) const {
    json changed = header;
    changed["__metadata__"][name] = line_text(text);
    const std::string head = changed.dump();
    const uint64_t length = head.size();
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    bytes += head + numbers;
    Sha256 sum;
    sum.add(bytes);
    const auto digest = sum.digest();
    return bytes + std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
  }

  json text(const char* name) const { return json::parse(header["__metadata__"][name].get<std::string>()); }

  json header;
  std::string numbers;
};

/// A small run, and a checkpoint of its second scale.
struct SmallRun {
  SmallRun() {
    input.content = {support::picture({12, 16}, 1), {}};
    input.styles = {{{support::picture({14, 10}, 9), {}}}};
    options.objective = support::TinyNetwork::objective_options();
    options.schedule = {16, 2, 5};
    struct Writer : Observer {
      void on_scale(const ScaleEvent& event) override { recording.on_scale(event); }
      Control on_iteration(const IterationEvent& event) override {
        recording.on_iteration(event);
        if (++evaluations == 8) write_checkpoint(file, *identity, event.state(), recording.scales());
        return Control::Continue;
      }
      void on_scale_end(const ScaleEvent& event, const Summary& summary) override {
        recording.on_scale_end(event, summary);
      }
      std::filesystem::path file;
      const json* identity = nullptr;
      int evaluations = 0;
      RecordingObserver recording;
    } writer;
    writer.file = folder / "whole";
    writer.identity = &identity;
    stylize(support::TinyNetwork(), {}, input, options, writer);
    bytes = support::read_bytes(writer.file);
  }

  bool goes_on_from(const std::string& checkpoint) const {
    support::write_bytes(folder / "x", checkpoint);
    try {
      Checkpoint read = read_checkpoint(folder / "x", identity, {});
      RecordingObserver recording(std::move(read.scales));
      stylize(support::TinyNetwork(), {}, input, options, recording, {}, std::move(read.state));
      return true;
    } catch (const Error& error) {
      CHECK((error.code() == ErrorCode::Input || error.code() == ErrorCode::InvalidArgument));
      return false;
    }
  }

  support::TempFolder folder;
  json identity = run_identity({}, {"c0", {{"57"}}, "", "e1"}, {}, "f1");
  StylizeInput input;
  StylizeOptions options;
  std::string bytes;
};

}  // namespace

TEST_CASE("a checkpoint with changed values and a right digest is gone on from or refused, and nothing else",
          "[checkpoint]") {
  const SmallRun run;
  const Parts whole(run.bytes);
  CHECK(run.goes_on_from(whole.with("state", whole.text("state"))));
  const char* const name = GENERATE("state", "identity");
  const json text = whole.text(name);
  Dice dice(/*seed=*/23);
  support::JsonMutator mutator(dice);
  int refused = 0;
  const int count = support::mutation_count(300);
  for (int i = 0; i < count; ++i) {
    INFO("mutation " << i << " of " << name);
    if (!run.goes_on_from(whole.with(name, mutator.mutated(text)))) ++refused;
  }
  CHECK(refused > count / 2);
}

TEST_CASE("numbers that no checkpoint holds are refused one by one", "[checkpoint]") {
  const SmallRun run;
  const Parts whole(run.bytes);
  json text = whole.text("state");
  SECTION("no edge") { text["plans"][0]["edge"] = GENERATE(json(0), json(1e308), json(-1), json("1024")); }
  SECTION("blocks") { text["plans"][1]["blocks"] = GENERATE(json(2147483648), json(3), json(0.5)); }
  SECTION("history") { text["plans"][1]["history_size"] = GENERATE(json(99), json(1e300), json()); }
  SECTION("iterations") { text["summary"]["iterations"] = GENERATE(json(0), json(4), json(-1), json(9e18)); }
  SECTION("an end") { text["summary"]["termination"] = GENERATE(json(6), json(-1), json(2147483648)); }
  SECTION("steps back") { text["steps_back_in_a_row"] = GENERATE(json(-1), json(1e18), json(1000000)); }
  SECTION("losses") { text["recent_losses"] = GENERATE(json("x"), json{"x"}, json(1)); }
  SECTION("too few scales") { text["scales"].erase(1); }
  SECTION("a scale twice") { text["scales"].push_back(text["scales"][1]); }
  SECTION("a scale that has not ended") { text["scales"][0].erase("summary"); }
  SECTION("sizes") { text["scales"][1]["width"] = GENERATE(json(0), json(-4), json(1e9)); }
  CHECK_FALSE(run.goes_on_from(whole.with("state", text)));
}

}  // namespace styler::app
