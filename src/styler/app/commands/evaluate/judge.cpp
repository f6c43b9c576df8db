#include "styler/app/commands/evaluate/judge.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "styler/app/commands/evaluate/networks.hpp"
#include "styler/app/commands/evaluate/partners.hpp"
#include "styler/app/commands/evaluate/pictures.hpp"
#include "styler/app/commands/evaluate/set_figures.hpp"
#include "styler/app/folders/picture_sources.hpp"
#include "styler/app/folders/pipeline.hpp"
#include "styler/app/host/freed_memory.hpp"
#include "styler/app/job/score.hpp"
#include "styler/app/session/progress_line.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/clock.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/evaluate/statistics_file.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// Looks at paintings that are kept: some 4 MB each.
constexpr size_t kLooksKept = 64;

/// As papers about such networks count them.
constexpr int64_t kClassesTold = 5;

std::vector<SourcePicture> pictures_in(const std::vector<fs::path>& sources, const std::string& option,
                                       const EvaluateOptions& options, const WarningSink& warn) {
  SourceSearch search;
  search.option = option;
  search.recursive = options.recursive;
  search.warn = warn;
  return pictures_of_sources(sources, search);
}

/// A picture on its way through the stages.
struct PictureJob {
  size_t set = 0;
  ScoredPicture scored;
  at::Tensor result, photo, painting;  ///< Undefined: none.
  NetworkInputs inputs;
  PictureFeatures features;
  std::string failure;  ///< Why it is skipped; empty: it is not.
};

class Judge {
 public:
  Judge(const EvaluateOptions& options, Console& console, spdlog::logger& log)
      : options_(options),
        console_(console),
        log_(log),
        warn_([this](const std::string& sentence) { warn(sentence); }),
        machine_(set_up_machine(options.machine, requests(options), log)),
        networks_(options, machine_.choice.device.device, log),
        pictures_(options, min_edge(), warn_) {
    if (networks_.need_own_size() && machine_.choice.device.device.is_cpu()) keep_freed_memory();
    if (!machine_.networks.empty()) meter_.emplace(machine_.network(), machine_.choice.weights_convention);
  }
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  std::optional<Scores> judged() {
    scores_.machine = machine_.choice;
    scores_.networks = networks_.used();
    for (const fs::path& source : options_.results) {
      scores_.sets.push_back({source, {}, {}, {}});
      found_.push_back(pictures_in({source}, "--results", options_, warn_));
    }
    finder_ = std::make_unique<PartnerFinder>(options_, warn_);
    if (!options_.against.empty() && !read_reference()) return std::nullopt;
    if (!judge_results()) return std::nullopt;
    measure_sets();
    tell_what_is_missing();
    return std::move(scores_);
  }

 private:
  static std::vector<NetworkRequest> requests(const EvaluateOptions& options) {
    if (!options.uses(Space::Vgg19)) return {};
    return {judging_network()};
  }

  int64_t min_edge() const {
    const int64_t of_vgg19 = machine_.networks.empty() ? 1 : machine_.network().min_edge();
    return std::max(of_vgg19, networks_.min_edge());
  }

  void warn(const std::string& sentence) {
    const std::lock_guard lock(warning_);  // pictures are read beside the work
    log_.warn("{}", sentence);
    scores_.warnings.push_back(sentence);
  }

  /// Tells of a picture that is left out, for which the exit code is another: with --quiet, too.
  void skip(const std::string& sentence) {
    warn(sentence);
    if (options_.messages.quiet) console_.line("styler: " + sentence);
  }

  std::string progress(size_t done, size_t all, double start) const {
    const double each = (seconds_now() - start) / static_cast<double>(std::max<size_t>(1, done));
    return std::to_string(done) + "/" + std::to_string(all) + " pictures, " +
           duration_text(each * static_cast<double>(all - done)) + " left";
  }

  /// Sends every job through the stages, as many together as suits the networks that look at `inputs`, unless a signal
  /// comes.
  bool run(const std::vector<std::pair<size_t, SourcePicture>>& all, const std::function<void(PictureJob&)>& read,
           const std::function<void(PictureJob&)>& measure, const std::function<void(PictureJob&)>& keep) {
    ProgressLine line(console_, seconds_now);
    const double start = seconds_now();
    size_t next = 0, done = 0;
    const auto guarded = [](PictureJob& job, const std::function<void(PictureJob&)>& stage) {
      if (!job.failure.empty()) return;
      try {
        stage(job);
      } catch (const Error& error) {
        job.failure = error.what();
        if (error.code() != ErrorCode::Input && error.code() != ErrorCode::Memory) throw;
      }
    };
    using Jobs = std::vector<PictureJob>;
    run_pipeline<Jobs, Jobs>({
        .read = [&]() -> std::optional<Jobs> {
          Jobs jobs;
          const size_t end = std::min(all.size(), next + static_cast<size_t>(networks_.pictures_at_once()));
          for (; next < end && !StopSignals::requested(); ++next) {
            PictureJob& job = jobs.emplace_back();
            job.set = all[next].first;
            job.scored.file = all[next].second.file;
            guarded(job, read);
          }
          if (jobs.empty()) return std::nullopt;
          return jobs;
        },
        .compute = [&](Jobs jobs) -> std::optional<Jobs> {
          std::vector<LookedAt> looked_at;
          for (PictureJob& job : jobs) {
            if (StopSignals::requested()) return std::nullopt;
            guarded(job, measure);
            job.result = job.photo = job.painting = at::Tensor();
            if (job.failure.empty()) looked_at.push_back({&job.inputs, &job.features});
          }
          try {
            networks_.look_at(looked_at);
          } catch (const Error& error) {  // one of them is to blame, and the others are not
            if (error.code() != ErrorCode::Input && error.code() != ErrorCode::Memory) throw;
            for (PictureJob& job : jobs) {
              guarded(job, [this](PictureJob& alone) {
                std::vector<LookedAt> one{{&alone.inputs, &alone.features}};
                networks_.look_at(one);
              });
            }
          }
          for (PictureJob& job : jobs) job.inputs = {};
          return jobs;
        },
        .write =
            [&](Jobs jobs) {
              for (PictureJob& job : jobs) keep(job);
              done += jobs.size();
              if (!options_.messages.quiet) line.update(progress(done, all.size(), start));
            },
        .ended = [] { return StopSignals::requested(); },
    });
    if (!StopSignals::requested()) line.end_part();
    console_.clear_status();
    return !StopSignals::requested();
  }

  bool read_reference() {
    const std::vector<Space> spaces = options_.compared_spaces();
    if (options_.against_statistics()) {
      if (!spaces.empty()) read_statistics_of(spaces.front());
      warn_of_few_to_compare_with(spaces);
      return true;
    }
    std::vector<std::pair<size_t, SourcePicture>> all;
    for (SourcePicture& picture : pictures_in(options_.against, "--against", options_, warn_)) {
      all.emplace_back(0, std::move(picture));
    }
    SetFeatures features(options_);
    const bool whole = run(
        all, [&](PictureJob& job) { read_picture_of(job, read_picture_bytes(job.scored.file)); },
        [&](PictureJob& job) {
          if (meter_) row(job, Space::Vgg19) = meter_->features_of(on_device(job.result));
        },
        [&](PictureJob& job) {
          if (job.failure.empty()) return features.add(job.features);
          skip(job.failure);
        });
    if (!whole) return false;
    for (const Space space : spaces) {
      Reference reference = reference_of(features.in(space), "--against " + quoted(options_.against.front()));
      scores_.against = reference.count;
      if (!options_.statistics.empty()) write_statistics(features.in(space).statistics(), options_.statistics);
      references_.emplace(space, std::move(reference));
    }
    warn_of_few_to_compare_with(spaces);
    return true;
  }

  void warn_of_few_to_compare_with(const std::vector<Space>& spaces) {
    for (const std::string& sentence : few_for_distances(scores_.against, "--against", spaces, options_)) {
      warn(sentence);
    }
  }

  void read_statistics_of(Space space) {
    const fs::path& file = options_.against.front();
    const FeatureStatistics statistics = read_statistics(file);
    if (statistics.dimensions() != dimensions_of(space)) {
      throw Error(ErrorCode::Input, "--against " + quoted(file) + " holds statistics of " +
                                        std::to_string(statistics.dimensions()) +
                                        " dimensions, of another network than that of --figures, which has " +
                                        std::to_string(dimensions_of(space)) + "; give a folder of pictures");
    }
    scores_.against = statistics.count;
    references_.emplace(space, Reference{gaussian_of(statistics), statistics.count, {}});
  }

  static at::Tensor& row(PictureJob& job, Space space) { return job.features.rows[static_cast<size_t>(space)]; }

  bool judge_results() {
    std::vector<std::pair<size_t, SourcePicture>> all;
    for (size_t set = 0; set < found_.size(); ++set) {
      features_.emplace_back(options_);
      for (SourcePicture& picture : found_[set]) all.emplace_back(set, std::move(picture));
    }
    return run(
        all, [this](PictureJob& job) { read(job); }, [this](PictureJob& job) { measure(job); },
        [this](PictureJob& job) { keep(job); });
  }

  bool needs_looks() const { return meter_ || networks_.need_looks(); }

  /// The picture itself, as all networks that are asked for are fed with it.
  void read_picture_of(PictureJob& job, const std::string& bytes) {
    const fs::path& file = job.scored.file;
    const Picture picture = pictures_.read(bytes, file, networks_.need_own_size());
    if (networks_.need_own_size()) job.inputs = networks_.inputs_of(picture.colour);
    job.scored.size = own_size(picture);
    if (!needs_looks()) return;
    job.result = pictures_.shrunk(picture, file);
    job.scored.size = picture_size(job.result);
  }

  void read(PictureJob& job) {
    const fs::path& file = job.scored.file;
    const std::string bytes = read_picture_bytes(file);
    read_picture_of(job, bytes);
    Partners partners = finder_->of(file, bytes);
    if (!partners.photo.empty() && needs_looks()) {
      job.photo = fitted_photo(pictures_.shared(partners.photo), partners.photo, job.result, file, warn_);
    }
    if (!partners.painting.empty() && needs_looks()) job.painting = pictures_.shared(partners.painting);
    job.scored.photo = std::move(partners.photo);
    job.scored.painting = std::move(partners.painting);
  }

  void measure(PictureJob& job) {
    job.scored.figures.fill(std::numeric_limits<double>::quiet_NaN());
    const at::Tensor photo = job.photo.defined() ? on_device(job.photo) : job.photo;
    if (meter_) {
      PictureMeter& meter = *meter_;
      const PaintingLook* const look = job.painting.defined() ? &look_at(meter, job) : nullptr;
      PictureMeter::Measures measures = meter.measure(on_device(job.result), photo, look);
      job.scored.figures = measures.figures;
      row(job, Space::Vgg19) = std::move(measures.features);
    }
    if (photo.defined()) networks_.compare(on_device(job.result), photo, job.scored.figures);
    if (!options_.uses(Space::Art)) return;
    row(job, Space::Art) = networks_.art_features(on_device(job.result));
    if (job.painting.defined()) job.features.painting = art_of_painting(job);
  }

  /// Paintings are those of many results, and their features small.
  at::Tensor art_of_painting(const PictureJob& job) {
    const auto [known, is_new] = art_of_paintings_.try_emplace(job.scored.painting);
    if (is_new) known->second = networks_.art_features(on_device(job.painting));
    return known->second;
  }

  void keep(PictureJob& job) {
    ScoredSet& set = scores_.sets[job.set];
    if (!job.failure.empty()) {
      skip(job.failure);
      set.skipped.push_back({std::move(job.scored.file), std::move(job.failure)});
      return;
    }
    features_[job.set].add(job.features);
    if (job.features.lite0_classes.defined()) {
      job.scored.classes = likely_classes(job.features.lite0_classes, kClassesTold);
    }
    set.pictures.push_back(std::move(job.scored));
  }

  const PaintingLook& look_at(PictureMeter& meter, const PictureJob& job) {
    const Size size = judged_painting_size(picture_size(job.painting), job.scored.size, machine_.network().min_edge());
    for (const KnownLook& known : looks_) {
      if (known.painting == job.scored.painting && known.size == size) return known.look;
    }
    if (looks_.size() == kLooksKept) looks_.pop_front();
    const at::Tensor painting = on_device(resized(job.painting, size).clamp(0, 1));
    looks_.push_back({job.scored.painting, size, meter.look_at(painting)});
    return looks_.back().look;
  }

  at::Tensor on_device(const at::Tensor& picture) const { return picture.to(machine_.choice.device.device); }

  void measure_sets() {
    for (size_t i = 0; i < scores_.sets.size(); ++i) {
      ScoredSet& set = scores_.sets[i];
      const SetFeatures& features = features_[i];
      const auto count = static_cast<int64_t>(set.pictures.size());
      const std::string name = "--results " + quoted(set.source);
      if (!references_.empty() && count < 2) {
        warn(name + " has too few pictures for distances of sets, which need two at least");
      }
      for (const std::string& sentence : few_for_figures(count, name, options_)) warn(sentence);
      for (const auto& [space, reference] : references_) {
        for (SetFigure& figure : distances_of(space, features.in(space), reference, options_)) {
          set.figures.push_back(std::move(figure));
        }
      }
      const MeanFigure perceptual = mean_of(set, Figure::LpipsAlex);
      const double distance = perceptual.count > 0 ? perceptual.value : std::numeric_limits<double>::quiet_NaN();
      for (SetFigure& figure : scores_of(features, distance, options_)) set.figures.push_back(std::move(figure));
    }
  }

  void tell_what_is_missing() {
    const auto tell = [this](bool looked, fs::path ScoredPicture::* partner, const std::string& what) {
      if (!looked) return;
      for (const ScoredSet& set : scores_.sets) {
        for (const ScoredPicture& picture : set.pictures) {
          if ((picture.*partner).empty())
            warn("no " + what + " was found for " + quoted(picture.file) + "; name it in --pairs");
        }
      }
    };
    tell(finder_->looks_for_photos(), &ScoredPicture::photo, "photo");
    tell(finder_->looks_for_paintings(), &ScoredPicture::painting, "painting");
  }

  struct KnownLook {
    fs::path painting;
    Size size;
    PaintingLook look;
  };

  const EvaluateOptions& options_;
  Console& console_;
  spdlog::logger& log_;
  std::mutex warning_;
  WarningSink warn_;
  Machine machine_;
  JudgingNetworks networks_;
  std::optional<PictureMeter> meter_;  ///< Where VGG19 is asked.
  SmallPictures pictures_;
  std::unique_ptr<PartnerFinder> finder_;
  std::vector<std::vector<SourcePicture>> found_;  ///< By set.
  std::vector<SetFeatures> features_;              ///< Likewise.
  std::map<Space, Reference> references_;
  std::map<fs::path, at::Tensor> art_of_paintings_;
  std::deque<KnownLook> looks_;  ///< In the order in which they were asked for.
  Scores scores_;
};

}  // namespace

std::optional<Scores> judged(const EvaluateOptions& options, Console& console, spdlog::logger& log) {
  return Judge(options, console, log).judged();
}

}  // namespace styler::app
