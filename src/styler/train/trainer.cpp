#include "styler/train/trainer.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/generator/strength.hpp"
#include "styler/core/generator/texture.hpp"
#include "styler/train/disturbance.hpp"

namespace styler {
namespace {

constexpr const char* kOfGenerator = "generator.";
constexpr const char* kOfDiscriminator = "discriminator.";
/// Of the discriminator's Adam: its opponent changes, so that old gradients mislead (Radford et al. 2016).
constexpr double kFirstBetaInGame = 0.5;

/// Below which a loss counts for what it is, and not in proportion.
constexpr double kLeastLoss = 1e-3;

/// How much the logarithm of flicker counts beside that of the objective. With 0.3 a training of 220 steps learns to
/// paint nothing, which doesn't flicker either.
constexpr double kFlickerShare = 0.05;
/// Below which flicker counts for what it is, and not in proportion.
constexpr double kLeastFlicker = 1e-3;

/// By which the learning rate is multiplied where a new style's row is learnt alone: it has a long way to go from
/// another's, and nothing else gives way. Measured: after 100 steps at 128 px, from a loss of 14.2 of photos held out,
/// rates of 0.002, 0.02, 0.06, 0.15 and 0.4 leave 13.9, 11.3, 9.4, 8.9 and 8.7.
constexpr double kRowsAloneRate = 50;

/// Processes whose processors round otherwise than the first one's are brought back this often: they would grow apart.
constexpr int64_t kStepsBetweenAgreements = 100;

/// In which the network computes.
/// \param pictures  what it is given pictures in.
at::ScalarType dtype_of(const FeatureExtractor& network, const at::TensorOptions& pictures) {
  const int64_t edge = std::max<int64_t>(network.min_edge(), 16);
  return network.features(at::zeros({1, 3, edge, edge}, pictures)).front().scalar_type();
}

/// The network's, where the targets are that it gave.
at::Device device_of(const Trainer::StyleParts& parts) {
  for (const StylePart& style : parts) {
    for (const LayerStatistics& layer : style.targets.layers) {
      for (const at::Tensor* const tensor : {&layer.gram, &layer.mean, &layer.quantiles}) {
        if (tensor->defined()) return tensor->device();
      }
    }
  }
  return at::kCPU;
}

/// All like the first.
StyledGenerator new_styles(const TrainOptions& options, size_t count) {
  StyledGenerator result{Generator(options.width, options.seed, options.norm), {}};
  for (size_t i = 1; i < count; ++i) result.more.push_back(result.row(0));
  return result;
}

/// Kernels of ours know neither dropout nor norms over several pictures.
std::unique_ptr<FastGenerator> fast_learner(const Generator& generator, const TrainOptions& options,
                                            const FeatureExtractor& network) {
  if (options.norm != GeneratorNorm::Instance || options.dropout > 0) return nullptr;
  return make_fast_generator(generator, dtype_of(network, generator.numbers()));
}

StepRule rule_of(const TrainOptions& options) {
  StepRule rule;
  rule.optimizer = options.optimizer;
  rule.l2_decay = options.l2_decay;
  rule.l1_decay = options.l1_decay;
  return rule;
}

LossBreakdown sum_of(const LossBreakdown& a, const LossBreakdown& b, double share) {
  return {.content = a.content + share * b.content,
          .style = a.style + share * b.style,
          .tv = a.tv + share * b.tv,
          .range = a.range + share * b.range,
          .total = a.total + share * b.total};
}

/// Towards more variety, of each picture that has less than the goal.
at::Tensor diversity_gradient(const at::Tensor& pictures, double goal) {
  at::Tensor result = at::zeros_like(pictures);
  if (std::min(pictures.size(2), pictures.size(3)) < kLeastVarietyEdge) return result;
  for (int64_t i = 0; i < pictures.size(0); ++i) {
    const at::Tensor picture = pictures.narrow(0, i, 1);
    if (variety_of(picture) < goal) result.narrow(0, i, 1).copy_(log_variety_gradient(picture));
  }
  return result;
}

}  // namespace

Trainer::Trainer(const FeatureExtractor& network, TrainOptions options, std::vector<StyleParts> styles,
                 const StyledGenerator* start)
    : network_(network),
      options_(std::move(options)),
      styles_(std::move(styles)),
      learnt_(start == nullptr ? new_styles(options_, styles_.size()) : *start, styles_.size(),
              device_of(styles_.front())),
      steps_(learnt_.parameters(), rule_of(options_)),
      fast_(fast_learner(learnt_.generator(), options_, network)),
      average_(steps_.row().clone()),
      wins_(options_.adversarial),
      random_(at::detail::createCPUGenerator(options_.seed)) {
  const Generator& generator = learnt_.generator();
  STYLER_ASSERT(generator.width() == options_.width && generator.norm() == options_.norm);
  if (options_.adversarial != Adversarial::None) {
    const int64_t channels = options_.discriminator_channels;
    const at::TensorOptions numbers = generator.numbers();
    Discriminator discriminator = options_.sight == DiscriminatorSight::Pixels
                                      ? Discriminator(channels, options_.seed, numbers)
                                      : Discriminator(network, channels, options_.seed, numbers);
    StepRule rule;
    rule.first_beta = kFirstBetaInGame;
    ParameterSteps steps(discriminator.parameters(), rule);
    game_.emplace(Game{std::move(discriminator), std::move(steps)});
  }
}

NamedTensors Trainer::of_game(const Game& game) {
  NamedTensors result = game.discriminator.spectrum();
  const NamedTensors& mixtures = game.discriminator.mixtures();
  result.insert(result.end(), mixtures.begin(), mixtures.end());
  return result;
}

void Trainer::join(Collective& others) {
  if (others.count() == 1) return;
  others_ = &others;
  take_from_first_process();
}

void Trainer::take_from_first_process() {
  TrainingState state = this->state();
  std::vector<at::Tensor> numbers;
  for (const auto& [name, tensor] : state) {
    if (tensor.scalar_type() == at::kFloat) numbers.push_back(tensor);
  }
  take_from_first(numbers, *others_);
  if (process() > 0) restore(state);
}

void Trainer::average_with_others(at::Tensor& gradients, int64_t count, TrainingStep& step, StepNews* news) {
  if (others_ == nullptr) return;
  if (!gradients.defined()) {
    gradients = at::full({count}, std::numeric_limits<double>::quiet_NaN(), learnt_.generator().numbers());
  }
  SharedMeans means;
  means.add(gradients);
  for (double* const part : {&step.loss.content, &step.loss.style, &step.loss.tv, &step.loss.range, &step.loss.total,
                             &step.discriminator_loss, &step.adversarial_weight}) {
    means.add(*part);
  }
  for (std::vector<at::Tensor>* const found : {&found_.means, &found_.variances}) {
    for (at::Tensor& tensor : *found) {
      tensor = tensor.detach();
      means.add(tensor);
    }
  }
  StepNews here;
  if (news != nullptr) here.stops = news->stops;
  if (news != nullptr && process() == 0) here.seconds = news->seconds;
  means.add(here.stops);
  means.add(here.seconds);
  means.take(*others_);
  if (news == nullptr) return;
  news->stops = here.stops * processes();
  news->seconds = here.seconds * processes();
}

double Trainer::learning_rate(double progress) const {
  const auto warm_up_steps = static_cast<double>(std::max<int64_t>(1, options_.warm_up_steps));
  const double warm_up = std::min(1.0, static_cast<double>(steps() + 1) / warm_up_steps);
  const double fall = 0.5 + 0.5 * std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0));
  const double least = std::min(options_.least_learning_rate, options_.learning_rate);
  const double factor = learnt_.learns_weights() ? 1 : kRowsAloneRate;
  return factor * std::max(least, options_.learning_rate * warm_up * fall);
}

at::Tensor Trainer::play(Game& game, const at::Tensor& photos, const at::Tensor& pictures, const at::Tensor& paintings,
                         const at::Tensor& perceptual, TrainingStep& step) {
  auto& [discriminator, steps] = game;
  const auto eyes = [this](const at::Tensor& shown) { return augmented(shown, random_); };
  discriminator.follow_spectrum();
  steps.forget_gradients();
  const std::vector<at::Tensor> of_paintings = discriminator.run(eyes(paintings));
  const std::vector<at::Tensor> of_pictures = discriminator.run(eyes(pictures));
  const std::vector<at::Tensor> of_photos = discriminator.run(eyes(photos));
  const bool learns = wins_.discriminator_learns();
  const bool is_heard = wins_.generator_listens();
  double right = wins_.right(of_paintings, of_pictures);
  const at::Tensor loss = discriminator_loss(options_.adversarial, of_paintings, of_pictures, of_photos);
  step.discriminator_loss = loss.item<double>();
  at::Tensor gradients;
  if (learns) {
    loss.backward();
    gradients = steps.gradients();
  }
  if (others_ != nullptr) {
    if (!gradients.defined()) {
      gradients =
          at::full({steps.row().numel()}, learns ? std::numeric_limits<double>::quiet_NaN() : 0, steps.row().options());
    }
    SharedMeans means;
    means.add(gradients);
    means.add(right);
    means.take(*others_);
    if (!at::isfinite(gradients).all().item<bool>()) gradients = at::Tensor();
  }
  wins_.add(right);
  if (learns && gradients.defined()) steps.step(gradients, options_.discriminator_learning_rate);
  if (!is_heard) return {};
  const at::Tensor gradient = discriminator.picture_gradient(options_.adversarial, pictures, eyes);
  step.adversarial_weight = balanced_weight(perceptual, gradient, options_.adversarial_share);
  return gradient * step.adversarial_weight;
}

at::Tensor Trainer::pictured(const at::Tensor& photos) {
  if (fast_) return fast_->forward(photos);
  for (const auto& [name, tensor] : learnt_.generator().parameters()) tensor.mutable_grad() = at::Tensor();
  found_ = {};
  return learnt_.generator().learn(photos, {.dropout = options_.dropout, .random = &random_, .found = &found_});
}

at::Tensor Trainer::gradients_of(const at::Tensor& pictures, const at::Tensor& gradient, const ShownStyle& shown) {
  if (!fast_) pictures.backward(gradient);
  const at::Tensor of_generator = fast_ ? fast_->backward(gradient, learnt_.learns_weights())
                                        : gradients_in_a_row(learnt_.generator().parameters());
  if (!of_generator.defined()) return {};
  return learnt_.gradients(of_generator, shown);
}

at::Tensor Trainer::gradients_against_flicker(const at::Tensor& photos, const at::Tensor& pictures,
                                              const ShownStyle& shown, TrainingStep& step) {
  const Disturbance disturbance(photos, random_);
  const at::Tensor disturbed = pictured(disturbance.photos(photos));
  const LossAndGradient flicker = disturbance.loss(pictures, disturbed.detach());
  step.flicker = flicker.loss;
  // Of the logarithm, as the other losses' gradients are.
  return gradients_of(disturbed, flicker.gradient * (kFlickerShare / std::max(flicker.loss, kLeastFlicker)), shown);
}

int64_t Trainer::least_edge() const {
  int64_t least = std::max(network_.min_edge(), Generator::kLeastEdge);
  if (plays() && options_.sight == DiscriminatorSight::Pixels) least = std::max(least, Discriminator::kField);
  return (least + Generator::kUnit - 1) / Generator::kUnit * Generator::kUnit;
}

Lesson Trainer::lesson(const at::Tensor& photo, const ShownStyle& shown) const {
  const at::Tensor here = photo.to(learnt_.generator().numbers().device());
  ObjectiveOptions objective = options_.objective;
  objective.style_weight *= style_weight_at(shown.strength);
  return {here, shown,
          std::make_unique<const Objective>(network_, objective, Picture{here, {}}, styles_.at(shown.style))};
}

TrainingStep Trainer::step(const std::vector<const Lesson*>& lessons, const at::Tensor& paintings, double progress,
                           StepNews* news) {
  STYLER_ASSERT(!lessons.empty());
  std::vector<at::Tensor> all;
  all.reserve(lessons.size());
  const ShownStyle shown = lessons.front()->shown;
  for (const Lesson* const lesson : lessons) {
    STYLER_ASSERT(lesson->shown.style == shown.style && lesson->shown.strength == shown.strength);
    all.push_back(lesson->photo);
  }
  if (others_ != nullptr) {
    if (steps() % kStepsBetweenAgreements == 0) take_from_first_process();
    // Each draws something else, and the same again where it is gone on from.
    if (draws()) random_.set_current_seed(options_.seed + static_cast<uint64_t>(steps() * processes() + process()));
  }
  learnt_.show(shown);
  if (fast_) fast_->keep_of_photo(learnt_.generator().photo_share());
  const at::Tensor photos = lessons.size() == 1 ? all.front() : at::cat(all);
  const at::Tensor pictures = pictured(photos);
  const double share = 1 / static_cast<double>(lessons.size());
  TrainingStep result;
  std::vector<at::Tensor> gradients;
  std::vector<double> losses;
  for (size_t i = 0; i < lessons.size(); ++i) {
    const at::Tensor picture = pictures.detach().narrow(0, static_cast<int64_t>(i), 1);
    Objective::Evaluation evaluation = lessons[i]->objective->evaluate(picture);
    result.loss = sum_of(result.loss, evaluation.loss, share);
    losses.push_back(evaluation.loss.total);
    gradients.push_back(std::move(evaluation.gradient));
  }
  if (others_ == nullptr && !std::isfinite(result.loss.total)) return result;
  at::Tensor gradient = lessons.size() == 1 ? gradients.front() : at::cat(gradients);
  if (game_ && progress >= options_.adversarial_from) {
    const at::Tensor of_game = play(*game_, photos, pictures.detach(), paintings.to(photos.device()), gradient, result);
    if (of_game.defined()) gradient.add_(of_game);
  }
  for (size_t i = 0; i < lessons.size(); ++i) {
    // Of the loss's logarithm: a crop without forms is ten times as far off as others, and would have all the say.
    gradient.narrow(0, static_cast<int64_t>(i), 1).div_(std::max(losses[i], kLeastLoss) / share);
  }
  if (options_.diversity_weight > 0) {
    gradient.sub_(
        diversity_gradient(pictures.detach(), options_.diversity_goal).mul_(options_.diversity_weight * share));
  }
  const at::Tensor of_pictures = options_.stable ? pictures.detach().clone() : pictures;
  at::Tensor of_parameters = gradients_of(pictures, gradient, shown);
  if (options_.stable && of_parameters.defined()) {
    const at::Tensor against_flicker = gradients_against_flicker(photos, of_pictures, shown, result);
    of_parameters = against_flicker.defined() ? of_parameters + against_flicker : at::Tensor();
  }
  average_with_others(of_parameters, steps_.row().numel(), result, news);
  if (!of_parameters.defined() || !std::isfinite(result.loss.total)) return result;
  if (!at::isfinite(of_parameters).all().item<bool>()) return result;
  result.gradient_norm = of_parameters.norm().item<double>();
  const double shortened = std::min(1.0, options_.most_gradient / std::max(result.gradient_norm, 1e-12));
  steps_.step(of_parameters * shortened, learning_rate(progress), learnt_.others(shown));
  if (fast_) fast_->pack();
  const auto n = static_cast<double>(steps());
  const double staying = std::min(1 - options_.average_share, (1 + n) / (10 + n));
  average_.mul_(staying).add_(steps_.row(), 1 - staying);
  if (options_.norm == GeneratorNorm::Batch) learnt_.generator().follow(found_, 1 - staying);
  result.taken = true;
  return result;
}

LossBreakdown Trainer::loss_of(const at::Tensor& photo, const at::Tensor& picture, size_t style) const {
  const at::NoGradGuard no_grad;
  return lesson(photo, {style}).objective->loss(picture.to(learnt_.generator().numbers().device()));
}

StyledGenerator Trainer::averaged() const { return learnt_.with(average_); }

TrainingState Trainer::state() const {
  TrainingState state = {{"average", average_.clone()}};
  steps_.add_to(state, kOfGenerator);
  for (const auto& [name, tensor] : learnt_.generator().frozen()) state[kOfGenerator + name] = tensor.clone();
  if (game_) {
    game_->steps.add_to(state, kOfDiscriminator);
    for (const auto& [name, tensor] : of_game(*game_)) state[kOfDiscriminator + name] = tensor.clone();
    state["win_rate"] = at::tensor({wins_.rate()}, at::kDouble);
  }
  if (draws()) state["random"] = random_.get_state();
  return state;
}

void Trainer::restore(const TrainingState& state) {
  const at::Tensor average = entry_of(state, "average", average_.sizes());
  steps_.check(state, kOfGenerator);
  for (const auto& [name, tensor] : learnt_.generator().frozen()) {
    const at::Tensor& entry = entry_of(state, kOfGenerator + name, tensor.sizes());
    if (name.ends_with(".variance") && entry.min().item<double>() < 0) {
      reject(quoted_name(kOfGenerator + name) + " holds a number below 0");
    }
  }
  double rate = wins_.rate();
  if (game_) {
    game_->steps.check(state, kOfDiscriminator);
    for (const auto& [name, tensor] : of_game(*game_)) entry_of(state, kOfDiscriminator + name, tensor.sizes());
    rate = entry_of(state, "win_rate", {1}).item<double>();
    if (rate < 0 || rate > 1) reject("'win_rate' is " + std::to_string(rate) + " but must be from 0 to 1");
  }
  if (draws()) random_.set_state(entry_of(state, "random", random_.get_state().sizes()));
  if (game_) {
    wins_ = WinRate(options_.adversarial, rate);
    game_->steps.restore(state, kOfDiscriminator);
    for (const auto& [name, tensor] : of_game(*game_)) tensor.copy_(state.at(kOfDiscriminator + name));
  }
  steps_.restore(state, kOfGenerator);
  for (const auto& [name, tensor] : learnt_.generator().frozen()) tensor.copy_(state.at(kOfGenerator + name));
  if (fast_) fast_->pack();
  average_.copy_(average);
}

}  // namespace styler
