#include "styler/app/job/job.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <sstream>

#include "styler/app/job/observers/progress.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"

namespace styler::app {
namespace {

const WarningSink kSilent = [](const std::string&) {};

/// A photo and a painting on the disk, and a machine that has a tiny network instead of weights.
struct Workshop {
  Workshop() {
    write_picture({support::picture({24, 32}, 1), {}}, folder / "photo.png");
    write_picture({support::picture({20, 20}, 2), {}}, folder / "art.png");
    machine.choice.threads = 1;
    machine.choice.weights_origin.sha256 = "e1";
    machine.networks.push_back(std::make_unique<support::TinyNetwork>());
  }

  JobOptions options() const {
    JobOptions options;
    options.content = folder / "photo.png";
    options.styles = {folder / "art.png"};
    options.output = folder / "out.png";
    options.stylize.objective = support::TinyNetwork::objective_options();
    options.stylize.schedule.size = 32;
    options.stylize.schedule.iterations = 5;
    return options;
  }

  PaintListeners listeners() { return {log}; }

  support::TempFolder folder;
  Machine machine;
  spdlog::logger log{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
};

/// Counts evaluations, and sends this process a signal at one of them.
struct SignallingObserver : Observer {
  explicit SignallingObserver(int64_t signal_at = 0) : at(signal_at) {}
  Control on_iteration(const IterationEvent&) override {
    if (++iterations == at) std::raise(SIGINT);
    return Control::Continue;
  }
  int64_t at;
  int64_t iterations = 0;
};

std::string message_of(const std::function<void()>& action, ErrorCode code) {
  try {
    action();
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.what();
  }
  FAIL("nothing was thrown");
  return {};
}

}  // namespace

TEST_CASE("a job that is read, checked, painted and written leaves its picture, which tells how it was made", "[job]") {
  Workshop shop;
  Job job = Job::read(shop.options(), kSilent);
  job.check(kSilent);
  job.paint(shop.machine, shop.listeners());
  CHECK(job.record().exit_code == 0);
  CHECK_FALSE(job.record().stopped);
  CHECK(job.record().scales.size() == 1);
  CHECK(job.record().scales[0].losses.size() == 5);
  const std::string parameters = job.write(kSilent);

  const std::string bytes = read_picture_bytes(job.options().output);
  CHECK(stored_parameters(bytes) == parameters);
  const Picture written = decode_picture(bytes, "out.png");
  CHECK((written.colour - job.picture().colour).abs().max().item<double>() < 0.6 / 255);
  const InputHashes hashes = job.hashes(shop.machine.choice);
  CHECK(hashes.content == sha256_of(read_file_bytes(job.options().content)));
  CHECK(hashes.weights == "e1");
  CHECK(is_same_picture(parameters, fingerprint(job.options(), hashes), ""));
}

TEST_CASE("a painted job keeps what a report tells, and lets go of what it was made from", "[job]") {
  Workshop shop;
  Job job = Job::read(shop.options(), kSilent);
  CHECK(job.input().pictures.content.colour.defined());
  job.paint(shop.machine, shop.listeners());
  CHECK_FALSE(job.input().pictures.content.colour.defined());
  CHECK(job.record().content_size == Size{24, 32});
  CHECK((job.record().styles.at(0).size == Size{20, 20}));
  CHECK(job.record().output_size == Size{24, 32});
  CHECK(job.record().saved_loss);
}

TEST_CASE("a signal ends a painting, whoever listens, and the best picture so far can be written", "[job]") {
  Workshop shop;
  const StopSignals signals(Stopping::Silently);
  Job job = Job::read(shop.options(), kSilent);
  SignallingObserver observer(/*signal_at=*/2);
  PaintListeners listeners = shop.listeners();
  listeners.picture = &observer;
  job.paint(shop.machine, listeners);
  CHECK(observer.iterations == 3);  // the one after that in which it came
  CHECK(job.record().stopped);
  CHECK(job.record().exit_code == kInterrupted);
  const std::string parameters = job.write(kSilent);
  CHECK_FALSE(is_same_picture(parameters, fingerprint(job.options(), job.hashes(shop.machine.choice)), ""));
  CHECK(read_picture(job.options().output).colour.size(3) == 32);
}

TEST_CASE("a picture that can't be written says so, with its name", "[job]") {
  Workshop shop;
  JobOptions options = shop.options();
  std::filesystem::create_directory(shop.folder / "gone");
  options.output = shop.folder / "gone" / "out.png";
  Job job = Job::read(options, kSilent);
  job.check(kSilent);
  job.paint(shop.machine, shop.listeners());
  std::filesystem::remove(shop.folder / "gone");
  const std::string message = message_of([&] { job.write(kSilent); }, ErrorCode::Output);
  CHECK_THAT(message, support::contains("out.png"));
}

TEST_CASE("a job's plan has its scales as they are painted, and the same pictures can still be painted", "[job]") {
  Workshop shop;
  JobOptions options = shop.options();
  options.stylize.schedule.scales = 2;
  Job job = Job::read(options, kSilent);
  const JobPlan plan = job.plan(shop.machine);
  CHECK(plan.limit_bytes > 0);
  CHECK_FALSE(plan.fine_style);
  job.paint(shop.machine, shop.listeners());
  REQUIRE(plan.scales.size() == job.record().scales.size());
  for (size_t i = 0; i < plan.scales.size(); ++i) {
    CHECK(plan.scales[i].scale == job.record().scales[i].event.scale);
    CHECK((plan.scales[i].styles == job.record().scales[i].event.style_sizes));
  }
}

TEST_CASE("a fine style is a run of its own before the picture's, with another style as its end", "[job]") {
  Workshop shop;
  write_picture({support::picture({16, 16}, 7), {}}, shop.folder / "fine.png");
  shop.machine.networks.push_back(std::make_unique<support::TinyNetwork>());
  JobOptions options = shop.options();
  Job plain = Job::read(options, kSilent);
  plain.paint(shop.machine, shop.listeners());

  options.fine_style = shop.folder / "fine.png";
  Job job = Job::read(options, kSilent);
  REQUIRE(job.plan(shop.machine).fine_style);
  CHECK(job.plan(shop.machine).fine_style->size == Size{20, 20});
  std::vector<std::vector<Scale>> shown;
  SignallingObserver observer;
  PaintListeners listeners = shop.listeners();
  listeners.picture = &observer;
  listeners.progress = [&](const std::vector<Scale>& schedule, double) {
    shown.push_back(schedule);
    return std::make_unique<Observer>();
  };
  job.paint(shop.machine, listeners);
  REQUIRE(shown.size() == 2);
  CHECK(shown[0].front().size == Size{20, 20});
  CHECK(shown[1].front().size == Size{24, 32});
  CHECK(observer.iterations == 5);  // of the picture's own run alone
  CHECK_FALSE(at::equal(job.picture().colour, plain.picture().colour));
}

TEST_CASE("a job goes on from where another stood, and ends with its picture to the bit", "[job]") {
  Workshop shop;
  struct Keeper : Observer {
    Control on_iteration(const IterationEvent& event) override {
      if (event.iteration == 3) {
        state = event.state();
        for (at::Tensor* tensor : {&state->minimizer.x, &state->minimizer.best, &state->minimizer.accepted}) {
          *tensor = tensor->clone();
        }
        for (auto& [name, tensor] : state->optimizer) tensor = tensor.clone();
      }
      return Control::Continue;
    }
    std::optional<RunState> state;
  } keeper;
  Job whole = Job::read(shop.options(), kSilent);
  PaintListeners listeners = shop.listeners();
  listeners.picture = &keeper;
  whole.paint(shop.machine, listeners);

  Checkpoint checkpoint{std::move(keeper.state.value()), whole.record().scales};
  checkpoint.scales[0].losses.resize(2);
  checkpoint.scales[0].summary.reset();
  Job resumed = Job::read(shop.options(), kSilent);
  resumed.paint(shop.machine, shop.listeners(), std::move(checkpoint));
  CHECK(at::equal(resumed.picture().colour, whole.picture().colour));
  CHECK(resumed.record().scales[0].losses.size() == 5);
}

TEST_CASE("jobs that share their paintings paint what they would alone", "[job]") {
  Workshop shop;
  Job alone = Job::read(shop.options(), kSilent);
  alone.paint(shop.machine, shop.listeners());
  PictureCache cache;
  StyleTargetCache targets(1 << 20);
  for (int i = 0; i < 2; ++i) {
    Job job = Job::read(shop.options(), kSilent, &cache);
    job.share_style_targets(targets);
    job.paint(shop.machine, shop.listeners());
    CHECK(at::equal(job.picture().colour, alone.picture().colour));
    CHECK((job.hashes({}).styles == alone.hashes({}).styles));
    CHECK(job.hashes({}).content == alone.hashes({}).content);
    std::filesystem::remove(shop.folder / "art.png");  // which is read once
  }
}

TEST_CASE("the networks of a job are as deep as its options ask for", "[job]") {
  JobOptions options;
  CHECK(networks_of(options).size() == 1);
  CHECK((networks_of(options)[kPictureNetwork].layers == options.stylize.objective.layers()));
  CHECK(networks_of(options)[kPictureNetwork].padding == Padding::Replicate);
  options.stylize.schedule.tileable = true;
  options.fine_style = "fine.png";
  REQUIRE(networks_of(options).size() == 2);
  CHECK(networks_of(options)[kPictureNetwork].padding == Padding::Circular);
  CHECK(networks_of(options)[kFineStyleNetwork].padding == Padding::Replicate);  // a style, whatever it is for
  CHECK((networks_of(options)[kFineStyleNetwork].layers.back() == Layer::parse("relu2_1")));
}

}  // namespace styler::app
