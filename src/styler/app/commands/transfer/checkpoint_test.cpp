#include "styler/app/commands/transfer/checkpoint.hpp"

#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"

namespace styler::app {
namespace {

using support::contains;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The second scale, before its third evaluation.
RunState some_state(OptimizerMethod method = OptimizerMethod::Lbfgs) {
  RunState state;
  Summary first;
  first.termination = Termination::RelativeChange;
  first.iterations = 8;
  first.initial_loss = 1.0 / 3;
  first.final_loss = 0.1;
  state.done = {{{{6, 10}, 8, 0.25}, first}};
  state.plans = {{{}, 10, Precision::Fp32, 1000, 1}, {{2, 256}, 5, Precision::Bf16, 2000, 1.0 / 7}};
  OptimizerOptions options;
  options.method = method;
  const auto optimizer = make_optimizer(options);
  state.minimizer = MinimizerState(support::noise({1, 3, 12, 20}, at::kFloat, 1));
  MinimizerState& minimizer = state.minimizer;
  for (int i = 0; i < 2; ++i) optimizer->step(minimizer.x, 1, support::noise({1, 3, 12, 20}, at::kFloat, 2 + i));
  minimizer.accepted_loss = 0.7;
  minimizer.recent_losses = {0.9, 1.0 / 7};
  minimizer.steps_back_in_a_row = 1;
  minimizer.summary.iterations = 2;
  minimizer.summary.elapsed_seconds = 1.5;
  state.optimizer = optimizer->state();
  for (auto& [name, tensor] : state.optimizer) tensor = tensor.clone();
  return state;
}

std::vector<ScaleRecord> some_scales() {
  std::vector<ScaleRecord> scales(2);
  scales[0].event = {0, 2, {{6, 10}, 8, 0.25}, {{5, 4}}};
  scales[0].losses.assign(8, {0.25, 0.5, 0, 0, 0.75});
  scales[0].summary = some_state().done.front().summary;
  scales[1].event = {1, 2, {{12, 20}, 8}, {{10, 8}, {7, 9}}};
  scales[1].losses = {{1, 2, 3, 4, 10}, {kNone, 2, 3, 4, kNone}, {9, 9, 9, 9, 36}};  // the third is to be done again
  return scales;
}

JobOptions some_options() {
  JobOptions options;
  options.content = "photo.png";
  options.styles = {"art.png"};
  options.output = "out.png";
  return options;
}

nlohmann::ordered_json some_identity(const JobOptions& options = some_options(),
                                     const InputHashes& hashes = {"c0", {{"57"}}, "", "e1"}, int threads = 2,
                                     const std::string& weights_sha256 = "f1") {
  MachineChoice machine;
  machine.threads = threads;
  return run_identity(options, hashes, machine, weights_sha256);
}

std::string resume_refusal(const std::filesystem::path& file, const nlohmann::ordered_json& identity,
                           ErrorCode code = ErrorCode::Input) {
  try {
    read_checkpoint(file, identity, {});
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.what();
  }
  FAIL("was accepted");
  return {};
}

}  // namespace

TEST_CASE("a checkpoint gives back what was put into it", "[checkpoint]") {
  const support::TempFolder folder;
  const std::filesystem::path file = folder / "run.ckpt";
  const RunState state = some_state(GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam));
  write_checkpoint(file, some_identity(), state, some_scales());
  const Checkpoint read = read_checkpoint(file, some_identity(), {});

  CHECK(at::equal(read.state.minimizer.x, state.minimizer.x));
  CHECK(at::equal(read.state.minimizer.best, state.minimizer.best));
  CHECK(at::equal(read.state.minimizer.accepted, state.minimizer.accepted));
  CHECK(read.state.minimizer.accepted_loss == 0.7);
  CHECK(read.state.minimizer.recent_losses == state.minimizer.recent_losses);
  CHECK(read.state.minimizer.steps_back_in_a_row == 1);
  CHECK(read.state.minimizer.summary.iterations == 2);
  CHECK(read.state.minimizer.summary.elapsed_seconds == 1.5);
  CHECK((read.state.plans == state.plans));
  CHECK((read.scales[1].event.plan == state.plans[1]));
  REQUIRE(read.state.done.size() == 1);
  CHECK(read.state.done[0].scale == state.done[0].scale);
  CHECK(read.state.done[0].summary.termination == Termination::RelativeChange);
  CHECK(read.state.done[0].summary.initial_loss == 1.0 / 3);
  REQUIRE(read.state.optimizer.size() == state.optimizer.size());
  for (const auto& [name, tensor] : state.optimizer) CHECK(at::equal(read.state.optimizer.at(name), tensor));
  REQUIRE(read.scales.size() == 2);
  CHECK(read.scales[0].losses.size() == 8);
  CHECK(read.scales[0].summary.has_value());
  CHECK(read.scales[1].event.scale == Scale{{12, 20}, 8});
  CHECK((read.scales[1].event.style_sizes == some_scales()[1].event.style_sizes));
  REQUIRE(read.scales[1].losses.size() == 2);
  CHECK(read.scales[1].losses[0].range == 4);
  CHECK(std::isnan(read.scales[1].losses[1].total));
  CHECK(folder.number_of_files() == 1);
}

TEST_CASE("a run that goes on from a checkpoint file gives the same picture", "[checkpoint]") {
  const support::TempFolder folder;
  StylizeInput input;
  input.content = {support::picture({24, 40}, 1), {}};
  input.styles = {{{support::picture({30, 20}, 9), {}}}};
  StylizeOptions options;
  options.schedule = {40, 2, 8};
  options.schedule.coarse_style = 1;
  options.objective = support::TinyNetwork::objective_options();
  struct Writer : Observer {
    void on_scale(const ScaleEvent& event) override { recording.on_scale(event); }
    Control on_iteration(const IterationEvent& event) override {
      recording.on_iteration(event);
      if (++evaluations == 13) write_checkpoint(file, some_identity(), event.state(), recording.scales());
      return Control::Continue;
    }
    std::filesystem::path file;
    int evaluations = 0;
    RecordingObserver recording;
  } writer;
  writer.file = folder / "run.ckpt";
  const support::TinyNetwork network;
  const StylizeResult expected = stylize(network, {}, input, options, writer);
  Checkpoint read = read_checkpoint(writer.file, some_identity(), {});
  RecordingObserver recording(std::move(read.scales));
  const StylizeResult result = stylize(network, {}, input, options, recording, {}, std::move(read.state));
  CHECK(at::equal(result.picture.colour, expected.picture.colour));
  REQUIRE(recording.scales().size() == 2);
  for (size_t i = 0; i < 2; ++i) {
    const auto& losses = recording.scales()[i].losses;
    REQUIRE(losses.size() == 8);
    for (size_t k = 0; k < 8; ++k) CHECK(losses[k].total == writer.recording.scales()[i].losses[k].total);
  }
}

TEST_CASE("damaged checkpoints are refused wherever the damage is", "[checkpoint]") {
  const support::TempFolder folder;
  const std::filesystem::path file = folder / "run.ckpt";
  write_checkpoint(file, some_identity(), some_state(), some_scales());
  const std::string whole = bytes_of(file);
  for (size_t at = 0; at < whole.size(); at += at < 6000 ? 13 : 997) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    CHECK_THAT(resume_refusal(folder.put("x", flipped), some_identity()), contains("--resume"));
    CHECK_THAT(resume_refusal(folder.put("x", whole.substr(0, at)), some_identity()), contains("--resume"));
  }
  CHECK_THAT(resume_refusal(folder.put("x", whole + "x"), some_identity()), contains("--resume"));
}

TEST_CASE("what is no checkpoint, or one of another version, is refused with the reason", "[checkpoint]") {
  const support::TempFolder folder;
  CHECK_THAT(resume_refusal(folder / "none", some_identity()),
             contains("No such file") && contains("leave --resume out"));
  CHECK_THAT(resume_refusal(folder.path(), some_identity()), contains("path of a checkpoint"));
  const auto weights = safetensors_bytes({{"a", support::noise({40}, at::kFloat)}}, {});
  CHECK_THAT(resume_refusal(folder.put("x", weights), some_identity()), contains("is no checkpoint"));
  const auto newer = safetensors_bytes({{"a", support::noise({40}, at::kFloat)}},
                                       {{"format", "styler checkpoint"}, {"version", "99"}, {"styler", "8.0"}});
  CHECK_THAT(resume_refusal(folder.put("x", newer), some_identity()),
             contains("version '99'") && contains("styler '8.0'") && contains("version '4'"));
}

TEST_CASE("of several styles a checkpoint knows every file, folder, share and scale", "[checkpoint]") {
  const support::TempFolder folder;
  const std::filesystem::path file = folder / "run.ckpt";
  JobOptions options = some_options();
  options.styles = {"a.png", "more"};
  options.style_shares = {3, 1};
  const InputHashes hashes{"c0", {{"57"}, {"58", "59"}}, "", "e1"};
  write_checkpoint(file, some_identity(options, hashes), some_state(), some_scales());
  CHECK_NOTHROW(read_checkpoint(file, some_identity(options, hashes), nullptr));
  const auto other = [&](std::vector<std::vector<std::string>> styles) {
    return resume_refusal(file, some_identity(options, {"c0", std::move(styles), "", "e1"}));
  };
  CHECK_THAT(other({{"57"}, {"58", "60"}}), contains("style differs: SHA-256 60"));
  CHECK_THAT(other({{"57"}, {"58"}}), contains("style differs: 2 files here but 3"));
  CHECK_THAT(other({{"57", "58"}, {"59"}}), contains("style differs: the same files here"));
  options.style_shares = {1, 3};
  CHECK_THAT(resume_refusal(file, some_identity(options, hashes), ErrorCode::InvalidArgument),
             contains("--style-blend is 1,3 here but 3,1 in the checkpoint"));
  options.style_shares = {3, 1};
  options.style_scales = {1, 0.5};
  CHECK_THAT(resume_refusal(file, some_identity(options, hashes), ErrorCode::InvalidArgument),
             contains("--style-scale is 1,0.5 here but 1 in the checkpoint"));
  InputHashes with_fine_style = hashes;
  with_fine_style.fine_style = "f0";
  options.style_scales.clear();
  CHECK_THAT(resume_refusal(file, some_identity(options, with_fine_style)), contains("fine-style differs"));
}

TEST_CASE("a checkpoint of other inputs or options is refused with every difference named", "[checkpoint]") {
  const support::TempFolder folder;
  const std::filesystem::path file = folder / "run.ckpt";
  write_checkpoint(file, some_identity(), some_state(), some_scales());
  CHECK_THAT(resume_refusal(file, some_identity(some_options(), {"c1", {{"58"}}, "", "e1"})),
             contains("content differs: SHA-256 c1") && contains("style differs") && !contains("weights differs"));
  CHECK_THAT(resume_refusal(file, some_identity(some_options(), {"c0", {{"57"}}, "", "e2"})),
             contains("weights differs"));
  // Of the same origin, as it says itself.
  CHECK_THAT(resume_refusal(file, some_identity(some_options(), {"c0", {{"57"}}, "", "e1"}, 2, "f2")),
             contains("weights file differs: SHA-256 f2") && contains("f1") && !contains("weights differs"));

  JobOptions options = some_options();
  options.stylize.objective.style_weight = 10;
  options.stylize.schedule.size = 256;
  CHECK_THAT(resume_refusal(file, some_identity(options), ErrorCode::InvalidArgument),
             contains("--style-weight is 10 here but 5 in the checkpoint") &&
                 contains("--size is 256 here but 512 in the checkpoint"));
  auto bf16 = some_identity();
  bf16["chosen"]["precision"] = "bf16";
  CHECK_THAT(resume_refusal(file, bf16, ErrorCode::InvalidArgument), contains("--precision is bf16 here but fp32"));
  auto other_painting = some_identity();
  other_painting["painting"] = kPaintingVersion + 1;
  CHECK_THAT(resume_refusal(file, other_painting), contains("paints other pictures"));
}

TEST_CASE("what does not change the course of a run may be another, and what may change the last bits is warned of",
          "[checkpoint]") {
  const support::TempFolder folder;
  const std::filesystem::path file = folder / "run.ckpt";
  write_checkpoint(file, some_identity(), some_state(), some_scales());
  JobOptions options = some_options();
  options.content = "renamed.png";
  options.output = "other.jpg";
  options.report = "run.json";
  options.checkpoint = file;
  options.resume = file;
  options.write.quality = 80;
  options.stylize.optimizer.time_limit_seconds = 60;
  options.messages.verbosity = 2;
  std::vector<std::string> warnings;
  const WarningSink warn = [&](const std::string& sentence) { warnings.push_back(sentence); };
  CHECK_NOTHROW(read_checkpoint(file, some_identity(options), warn));
  CHECK(warnings.empty());
  CHECK_NOTHROW(read_checkpoint(file, some_identity(options, {"c0", {{"57"}}, "", "e1"}, 8), warn));
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], contains("--threads is 8 here but 2 in the checkpoint"));

  auto other_kernels = some_identity();
  other_kernels["chosen"]["kernels"] = "abacus";
  warnings.clear();
  CHECK_NOTHROW(read_checkpoint(file, other_kernels, warn));
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], contains("what the network computes with is abacus here but"));
}

}  // namespace styler::app
