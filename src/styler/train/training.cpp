#include "styler/train/training.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <optional>
#include <tuple>
#include <utility>

#include "styler/base/clock.hpp"
#include "styler/core/generator/paint.hpp"
#include "styler/options/train/generator_options.hpp"

namespace styler {
namespace {

constexpr double kFirstLookSeconds = 15;
constexpr double kSecondsBetweenLooks = 60;
/// A crop can be at fault, twenty of them in a row are not.
constexpr int kMostRefusedInARow = 20;
/// Of the paintings the discriminator sees the strokes as large as the style's targets have them, or a little smaller.
constexpr double kMostPaintingZoom = 1.5;
/// Crops that are learnt from several times before the next come: their features at relu4_2 take 1 MB each.
constexpr int64_t kRoundCrops = 64;
constexpr int64_t kRoundRepeats = 5;
/// What is kept of them: a crop that comes in a batch with others each time may be wanted in several styles.
constexpr size_t kMostLessons = 2 * kRoundCrops;
/// Of those that are learnt: at 0 there is nothing to learn, and next to nothing close to it.
constexpr double kLeastStrength = 0.1;

/// Steps until a round of crops has been learnt from as often as it is. No batch is of two rounds, whose crops may
/// differ in size: what is left of one is passed over.
int64_t steps_of_round(int64_t batch_size) { return kRoundCrops * kRoundRepeats / batch_size; }

/// The crop of a round that comes at this place of it.
int64_t crop_at(int64_t place) {
  const int64_t stride = 2 * (place / kRoundCrops) + 1;  // odd, so that it meets every crop of a power of two
  return place % kRoundCrops * stride % kRoundCrops;
}

/// The crops that each process learns from lie as far apart as there are processes.
CropOptions crops_of(const Trainer& trainer, const TrainingMaterial& material) {
  CropOptions options = material.crops;
  options.stride = trainer.processes();
  return options;
}

/// One training on its way.
class Course {
 public:
  Course(Trainer& trainer, const TrainingMaterial& material, const TrainingLimit& limit, TrainingObserver& observer,
         TrainingPosition from)
      : trainer_(trainer),
        material_(material),
        limit_(limit),
        observer_(observer),
        position_(from),
        start_(seconds_now() - from.seconds),
        photos_(material.photos, crops_of(trainer, material)) {
    if (trainer.plays()) {
      CropOptions options = crops_of(trainer, material);
      options.least_zoom = 1;
      options.most_zoom = kMostPaintingZoom;
      options.seed += 1;
      paintings_.emplace(material.paintings, options);
    }
    if (trainer.process() > 0) return;  // the first process looks
    next_look_ = position_.seconds < kFirstLookSeconds ? kFirstLookSeconds : position_.seconds + kSecondsBetweenLooks;
  }

  TrainingSummary run() {
    TrainingSummary summary;
    while (progress() < 1) {
      const std::optional<TrainingEnd> end = step();
      if (end) {
        summary.end = *end;
        break;
      }
      if (seconds() >= next_look_ && progress() < 1) look();
    }
    if (trainer_.process() == 0) summary.held_out = look();
    summary.position = position_;
    summary.left_out = photos_.left_out();
    return summary;
  }

 private:
  double seconds() const { return seconds_now() - start_; }
  bool is_alone() const { return trainer_.processes() == 1; }

  double progress() const { return progress_at(position_.steps); }

  double progress_at(int64_t steps) const {
    double result = 0;
    if (limit_.steps > 0) result = static_cast<double>(steps) / static_cast<double>(limit_.steps);
    if (limit_.seconds > 0) result = std::max(result, position_.seconds / limit_.seconds);
    return std::min(result, 1.0);
  }

  double seconds_left() const {
    double result = std::numeric_limits<double>::infinity();
    if (limit_.seconds > 0) result = limit_.seconds - position_.seconds;
    if (limit_.steps > 0 && position_.steps > 0) {
      const double each = position_.seconds / static_cast<double>(position_.steps);
      result = std::min(result, each * static_cast<double>(limit_.steps - position_.steps));
    }
    return std::max(0.0, result);
  }

  /// \returns why the training ends, if it does.
  std::optional<TrainingEnd> step() {
    const double before = progress();
    const std::vector<const Lesson*> lessons = next_lessons();
    const at::Tensor paintings = paintings_ ? next_paintings(*paintings_) : at::Tensor();
    StepNews news{.stops = is_told_to_stop_ ? 1.0 : 0.0, .seconds = seconds()};
    const TrainingStep step = trainer_.step(lessons, paintings, before, &news);
    ++position_.steps;
    position_.seconds = is_alone() ? seconds() : news.seconds;
    TrainingEvent event{.position = position_, .step = step, .trainer = trainer_};
    event.progress = progress();
    event.seconds_left = seconds_left();
    event.learning_rate = trainer_.learning_rate(before);
    event.stops = !is_alone() && news.stops > 0;
    event.win_rate = trainer_.plays() && before >= trainer_.options().adversarial_from ? trainer_.win_rate() : 0;
    if (event.step.taken) {
      refused_in_a_row_ = 0;
    } else if (++refused_in_a_row_ == 1) {
      observer_.on_warning("step " + std::to_string(position_.steps) +
                           " came to numbers that are not finite and was taken back; the training goes on");
    }
    // With others it is told to them, and all stop after the next step.
    is_told_to_stop_ |= observer_.on_step(event) == Control::Stop;
    if (is_alone() ? is_told_to_stop_ : event.stops) return TrainingEnd::Stopped;
    if (refused_in_a_row_ >= kMostRefusedInARow) return TrainingEnd::Diverged;
    return std::nullopt;
  }

  at::Tensor next_paintings(Crops& crops) const {
    std::vector<at::Tensor> paintings;
    const int64_t count = trainer_.options().batch_size;
    paintings.reserve(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) {
      paintings.push_back(crops.crop((position_.steps * count + i) * trainer_.processes() + trainer_.process()));
    }
    return paintings.size() == 1 ? paintings.front() : at::cat(paintings);
  }

  /// Goes through a round of crops several times, in another order each: what was found out about them serves again.
  std::vector<const Lesson*> next_lessons() {
    const int64_t count = trainer_.options().batch_size * trainer_.processes();  // of the step in all processes
    const int64_t steps = steps_of_round(count);
    const int64_t round = position_.steps / steps;
    if (round_ != round) {
      lessons_.clear();
      round_ = round;
      is_quartered_ = progress_at(round * steps) < trainer_.options().quartered_share;
    }
    if (lessons_.size() > kMostLessons) lessons_.clear();
    std::vector<const Lesson*> lessons;
    lessons.reserve(static_cast<size_t>(count));
    const int64_t first = position_.steps % steps * count;
    const ShownStyle shown = shown_in_step(position_.steps, count, trainer_.styles(), trainer_.knows_strengths());
    for (const int64_t crop : own_crops(first, count)) lessons.push_back(&lesson(round, crop, shown));
    return lessons;
  }

  /// Of the crops that are learnt from in a step those of this process. As long as the number of processes divides
  /// that of a round's crops they are the same ones whenever they come, and what was found out about them serves again.
  std::vector<int64_t> own_crops(int64_t first, int64_t count) const {
    std::vector<int64_t> crops;
    crops.reserve(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) crops.push_back(crop_at(first + i));
    if (is_alone()) return crops;
    std::ranges::stable_sort(crops, {}, [this](int64_t crop) { return crop % trainer_.processes(); });
    const auto own = crops.begin() + trainer_.process() * trainer_.options().batch_size;
    return {own, own + trainer_.options().batch_size};
  }

  const Lesson& lesson(int64_t round, int64_t crop, const ShownStyle& shown) {
    const std::tuple key(crop, shown.style, shown.strength);
    const auto found = lessons_.find(key);
    if (found != lessons_.end()) return found->second;
    const int64_t number = round * kRoundCrops + crop;
    at::Tensor photo = photos_.crop(number);
    if (is_quartered_) photo = quarter_of(photo, number);
    return lessons_.emplace(key, trainer_.lesson(photo, shown)).first->second;
  }

  /// One of the four, as large as can be trained on.
  at::Tensor quarter_of(const at::Tensor& photo, int64_t number) const {
    const int64_t edge = photo.size(2);
    const int64_t half = std::max(edge / 2 / Generator::kUnit * Generator::kUnit, trainer_.least_edge());
    if (half >= edge) return photo;
    const int64_t top = number % 2 * (edge - half), left = number / 2 % 2 * (edge - half);
    return photo.narrow(2, top, half).narrow(3, left, half).contiguous();
  }

  std::vector<LossBreakdown> look() {
    const at::NoGradGuard no_grad;
    const StyledGenerator averaged = trainer_.averaged();
    const size_t kept = averaged.count() - trainer_.styles();
    std::vector<at::Tensor> pictures;
    std::vector<LossBreakdown> losses;
    for (const at::Tensor& photo : material_.held_out) {
      for (size_t style = 0; style < trainer_.styles(); ++style) {
        std::vector<double> shares(averaged.count());
        shares[kept + style] = 1;
        pictures.push_back(paint(averaged.painter(shares), photo));
        losses.push_back(trainer_.loss_of(photo, pictures.back(), style));
      }
    }
    TrainingPosition now = position_;
    now.seconds = seconds();
    if (is_alone()) position_ = now;  // others hear of the time with the next step
    observer_.on_held_out({now, material_.held_out, pictures, losses, trainer_});
    next_look_ = now.seconds < kSecondsBetweenLooks ? kSecondsBetweenLooks : now.seconds + kSecondsBetweenLooks;
    return losses;
  }

  Trainer& trainer_;
  const TrainingMaterial& material_;
  TrainingLimit limit_;
  TrainingObserver& observer_;
  TrainingPosition position_;
  double start_;
  double next_look_ = std::numeric_limits<double>::infinity();
  bool is_told_to_stop_ = false;
  int refused_in_a_row_ = 0;
  int64_t round_ = -1;
  bool is_quartered_ = false;  ///< Whether this round's lessons are quarters of crops.
  std::map<std::tuple<int64_t, size_t, double>, Lesson> lessons_;  ///< Of this round, by crop, style and strength.
  Crops photos_;
  std::optional<Crops> paintings_;
};

}  // namespace

ShownStyle shown_in_step(int64_t step, int64_t batch_size, size_t styles, bool knows_strengths) {
  const int64_t steps = steps_of_round(batch_size);
  const int64_t crop = step / steps * kRoundCrops + crop_at(step % steps * batch_size);
  // Of the batch: its first crop's own is a multiple of the batch's size, and would leave styles out.
  const int64_t number = crop / batch_size;
  const auto count = static_cast<int64_t>(styles);
  ShownStyle shown{static_cast<size_t>(number % count)};
  const int64_t turn = number / count, pair = turn / 2;
  if (knows_strengths && turn % 2 == 1) {
    const int64_t other = pair / 2;
    const double place = static_cast<double>(other) * std::numbers::phi;
    // Of two the first is anywhere, and the second at the far end, which little between would reach.
    const double share = pair % 2 == 0 ? place - std::floor(place) : 1;
    shown.strength = kLeastStrength + (kMostStrength - kLeastStrength) * share;
  }
  return shown;
}

TrainingSummary train(Trainer& trainer, const TrainingMaterial& material, const TrainingLimit& limit,
                      TrainingObserver& observer, TrainingPosition from) {
  return Course(trainer, material, limit, observer, from).run();
}

}  // namespace styler
