#include "styler/app/commands/evaluate/judge.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "styler/app/commands/evaluate/distances.hpp"
#include "styler/app/commands/evaluate/partners.hpp"
#include "styler/app/commands/evaluate/pictures.hpp"
#include "styler/app/folders/picture_sources.hpp"
#include "styler/app/folders/pipeline.hpp"
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
#include "styler/options/scales.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// Looks at paintings that are kept: some 4 MB each.
constexpr size_t kLooksKept = 64;

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
  at::Tensor features;
  std::string failure;  ///< Why it is skipped; empty: it is not.
};

class Judge {
 public:
  Judge(const EvaluateOptions& options, Console& console, spdlog::logger& log)
      : options_(options),
        console_(console),
        log_(log),
        warn_([this](const std::string& sentence) { warn(sentence); }),
        machine_(
            set_up_machine(options.machine, {{PictureMeter::layers(), Pooling::Max, ObjectiveOptions().padding}}, log)),
        meter_(machine_.network(), machine_.choice.weights_convention),
        pictures_(options, machine_.network().min_edge(), warn_) {}
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  std::optional<Scores> judged() {
    scores_.machine = machine_.choice;
    for (const fs::path& source : options_.results) {
      scores_.sets.push_back({source, {}, {}, {}});
      found_.push_back(pictures_in({source}, "--results", options_, warn_));
    }
    finder_ = std::make_unique<PartnerFinder>(options_, warn_);
    if (!options_.against.empty() && !read_reference()) return std::nullopt;
    if (!judge_results()) return std::nullopt;
    if (reference_) measure_distances(*reference_);
    tell_what_is_missing();
    return std::move(scores_);
  }

 private:
  void warn(const std::string& sentence) {
    const std::lock_guard lock(warning_);  // pictures are read beside the work
    log_.warn("{}", sentence);
    scores_.warnings.push_back(sentence);
  }

  std::string progress(size_t done, size_t all, double start) const {
    const double each = (seconds_now() - start) / static_cast<double>(std::max<size_t>(1, done));
    return std::to_string(done) + "/" + std::to_string(all) + " pictures, " +
           duration_text(each * static_cast<double>(all - done)) + " left";
  }

  /// Sends every job through the stages, unless a signal comes.
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
    run_pipeline<PictureJob, PictureJob>({
        .read = [&]() -> std::optional<PictureJob> {
          if (next == all.size()) return std::nullopt;
          PictureJob job;
          job.set = all[next].first;
          job.scored.file = all[next].second.file;
          ++next;
          guarded(job, read);
          return job;
        },
        .compute = [&](PictureJob job) -> std::optional<PictureJob> {
          guarded(job, measure);
          job.result = job.photo = job.painting = at::Tensor();
          return job;
        },
        .write =
            [&](PictureJob job) {
              keep(job);
              if (!options_.messages.quiet) line.update(progress(++done, all.size(), start));
            },
        .ended = [] { return StopSignals::requested(); },
    });
    if (!StopSignals::requested()) line.end_part();
    console_.clear_status();
    return !StopSignals::requested();
  }

  bool read_reference() {
    if (options_.against_statistics()) {
      const fs::path& file = options_.against.front();
      Reference reference{read_statistics(file), {}};
      if (reference.statistics.dimensions() != PictureMeter::kDimensions) {
        throw Error(ErrorCode::Input, "--against " + quoted(file) + " holds statistics of " +
                                          std::to_string(reference.statistics.dimensions()) +
                                          " dimensions, of another network than VGG19, which has " +
                                          std::to_string(PictureMeter::kDimensions) + "; give a folder of pictures");
      }
      scores_.against = reference.statistics.count;
      reference_ = std::move(reference);
      return true;
    }
    std::vector<std::pair<size_t, SourcePicture>> all;
    for (SourcePicture& picture : pictures_in(options_.against, "--against", options_, warn_)) {
      all.emplace_back(0, std::move(picture));
    }
    FeatureSet features(PictureMeter::kDimensions, options_.seed);
    const bool whole = run(
        all,
        [&](PictureJob& job) { job.result = pictures_.decoded(read_picture_bytes(job.scored.file), job.scored.file); },
        [&](PictureJob& job) { job.features = meter_.features_of(on_device(job.result)); },
        [&](PictureJob& job) {
          if (job.failure.empty()) return features.add(job.features);
          warn(job.failure);
        });
    if (!whole) return false;
    Reference reference = reference_of(features, "--against " + quoted(options_.against.front()));
    scores_.against = reference.statistics.count;
    if (!options_.statistics.empty()) write_statistics(reference.statistics, options_.statistics);
    reference_ = std::move(reference);
    return true;
  }

  bool judge_results() {
    std::vector<std::pair<size_t, SourcePicture>> all;
    for (size_t set = 0; set < found_.size(); ++set) {
      features_.emplace_back(PictureMeter::kDimensions, options_.seed);
      for (SourcePicture& picture : found_[set]) all.emplace_back(set, std::move(picture));
    }
    return run(
        all, [this](PictureJob& job) { read(job); }, [this](PictureJob& job) { measure(job); },
        [this](PictureJob& job) { keep(job); });
  }

  void read(PictureJob& job) {
    const fs::path& file = job.scored.file;
    const std::string bytes = read_picture_bytes(file);
    job.result = pictures_.decoded(bytes, file);
    Partners partners = finder_->of(file, bytes);
    if (!partners.photo.empty()) {
      job.photo = fitted_photo(pictures_.shared(partners.photo), partners.photo, job.result, file, warn_);
    }
    if (!partners.painting.empty()) job.painting = pictures_.shared(partners.painting);
    job.scored.photo = std::move(partners.photo);
    job.scored.painting = std::move(partners.painting);
    job.scored.size = picture_size(job.result);
  }

  void measure(PictureJob& job) {
    const PaintingLook* const look = job.painting.defined() ? &look_at(job) : nullptr;
    const at::Tensor photo = job.photo.defined() ? on_device(job.photo) : job.photo;
    PictureMeter::Measures measures = meter_.measure(on_device(job.result), photo, look);
    job.scored.figures = measures.figures;
    job.features = std::move(measures.features);
  }

  void keep(PictureJob& job) {
    ScoredSet& set = scores_.sets[job.set];
    if (!job.failure.empty()) {
      warn(job.failure);
      set.skipped.push_back({std::move(job.scored.file), std::move(job.failure)});
      return;
    }
    features_[job.set].add(job.features);
    set.pictures.push_back(std::move(job.scored));
  }

  /// At the size at which a transfer to a photo of the result's size would use the painting.
  const PaintingLook& look_at(const PictureJob& job) {
    const int64_t min_edge = machine_.network().min_edge();
    const Size size = style_size(picture_size(job.painting), job.scored.size, 1.0, min_edge);
    for (const KnownLook& known : looks_) {
      if (known.painting == job.scored.painting && known.size == size) return known.look;
    }
    if (looks_.size() == kLooksKept) looks_.pop_front();
    const at::Tensor painting = on_device(resized(job.painting, size).clamp(0, 1));
    looks_.push_back({job.scored.painting, size, meter_.look_at(painting)});
    return looks_.back().look;
  }

  at::Tensor on_device(const at::Tensor& picture) const { return picture.to(machine_.choice.device.device); }

  void measure_distances(const Reference& reference) {
    const KernelDistanceOptions kernel{.subset_size = options_.subset_size, .seed = options_.seed};
    const auto warn_of_few = [&](int64_t count, const std::string& what) {
      const std::string sentence = small_set_warning(count, PictureMeter::kDimensions, what);
      if (!sentence.empty()) warn(sentence);
    };
    if (scores_.against > 0) warn_of_few(scores_.against, "--against");
    for (size_t set = 0; set < scores_.sets.size(); ++set) {
      const std::string name = "--results " + quoted(scores_.sets[set].source);
      if (features_[set].count() < 2)
        warn(name + " has too few pictures for distances of sets, which need two at least");
      warn_of_few(features_[set].count(), name);
      scores_.sets[set].distances = distances_of(features_[set], reference, kernel);
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
  PictureMeter meter_;
  SmallPictures pictures_;
  std::unique_ptr<PartnerFinder> finder_;
  std::vector<std::vector<SourcePicture>> found_;  ///< By set.
  std::vector<FeatureSet> features_;               ///< Likewise.
  std::optional<Reference> reference_;
  std::deque<KnownLook> looks_;  ///< In the order in which they were asked for.
  Scores scores_;
};

}  // namespace

std::optional<Scores> judged(const EvaluateOptions& options, Console& console, spdlog::logger& log) {
  return Judge(options, console, log).judged();
}

}  // namespace styler::app
