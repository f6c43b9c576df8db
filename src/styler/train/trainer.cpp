#include "styler/train/trainer.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

constexpr const char* kOfGenerator = "generator.";
constexpr const char* kOfDiscriminator = "discriminator.";
/// Of the discriminator's Adam: its opponent changes, so that old gradients mislead (Radford et al. 2016).
constexpr double kFirstBetaInGame = 0.5;

/// Below which a loss counts for what it is, and not in proportion.
constexpr double kLeastLoss = 1e-3;

at::ScalarType dtype_of(const Generator& generator) { return generator.parameters().front().second.scalar_type(); }

/// In which the network computes.
/// \param pictures  in which it is given pictures.
at::ScalarType dtype_of(const FeatureExtractor& network, at::ScalarType pictures) {
  const int64_t edge = std::max<int64_t>(network.min_edge(), 16);
  return network.features(at::zeros({1, 3, edge, edge}, pictures)).front().scalar_type();
}

Generator copied(const Generator& generator) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : generator.parameters()) tensors[name] = tensor.detach().clone();
  return {generator.width(), tensors};
}

}  // namespace

Trainer::Trainer(const FeatureExtractor& network, TrainOptions options, std::vector<StylePart> styles,
                 const Generator* start)
    : network_(network),
      options_(std::move(options)),
      styles_(std::move(styles)),
      generator_(start == nullptr ? Generator(options_.width, options_.seed) : copied(*start)),
      steps_(generator_.parameters()),
      fast_(make_fast_generator(generator_, dtype_of(network, dtype_of(generator_)))),
      average_(steps_.row().clone()),
      wins_(options_.adversarial),
      random_(at::detail::createCPUGenerator(options_.seed)) {
  STYLER_ASSERT(generator_.width() == options_.width);
  if (options_.adversarial != Adversarial::None) {
    Discriminator discriminator(options_.discriminator_channels, options_.seed, dtype_of(generator_));
    ParameterSteps steps(discriminator.parameters(), kFirstBetaInGame);
    game_.emplace(Game{std::move(discriminator), std::move(steps)});
  }
}

double Trainer::learning_rate(double progress) const {
  const auto warm_up_steps = static_cast<double>(std::max<int64_t>(1, options_.warm_up_steps));
  const double warm_up = std::min(1.0, static_cast<double>(steps() + 1) / warm_up_steps);
  const double fall = 0.5 + 0.5 * std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0));
  return std::max(options_.least_learning_rate, options_.learning_rate * warm_up * fall);
}

at::Tensor Trainer::play(Game& game, const at::Tensor& photo, const at::Tensor& picture, const at::Tensor& painting,
                         const at::Tensor& perceptual, TrainingStep& step) {
  auto& [discriminator, steps] = game;
  discriminator.follow_spectrum();
  steps.forget_gradients();
  const at::Tensor paintings = discriminator.run(augmented(painting, random_));
  const at::Tensor painted = discriminator.run(augmented(picture, random_));
  const at::Tensor photos = discriminator.run(augmented(photo, random_));
  const bool learns = wins_.discriminator_learns();
  const bool is_heard = wins_.generator_listens();
  wins_.add(paintings, painted);
  const at::Tensor loss = discriminator_loss(options_.adversarial, paintings, painted, photos);
  step.discriminator_loss = loss.item<double>();
  if (learns) {
    loss.backward();
    const at::Tensor gradients = steps.gradients();
    if (gradients.defined()) steps.step(gradients, options_.discriminator_learning_rate);
  }
  if (!is_heard) return {};
  const at::Tensor seen = picture.clone().requires_grad_(true);
  generator_loss(options_.adversarial, discriminator.run(augmented(seen, random_))).backward();
  const at::Tensor& gradient = seen.grad();
  step.adversarial_weight = balanced_weight(perceptual, gradient, options_.adversarial_share);
  return gradient * step.adversarial_weight;
}

at::Tensor Trainer::pictured(const at::Tensor& photo) {
  if (fast_) return fast_->forward(photo);
  steps_.forget_gradients();
  return generator_.run(photo);
}

at::Tensor Trainer::gradients_of(const at::Tensor& picture, const at::Tensor& picture_gradient) {
  if (!fast_) {
    picture.backward(picture_gradient);
    return steps_.gradients();
  }
  at::Tensor gradients = fast_->backward(picture_gradient);
  return at::isfinite(gradients).all().item<bool>() ? gradients : at::Tensor();
}

int64_t Trainer::least_edge() const {
  int64_t least = std::max(network_.min_edge(), Generator::kLeastEdge);
  if (plays()) least = std::max(least, Discriminator::kField);
  return (least + Generator::kUnit - 1) / Generator::kUnit * Generator::kUnit;
}

Lesson Trainer::lesson(const at::Tensor& photo) const {
  return {photo, std::make_unique<const Objective>(network_, options_.objective, Picture{photo, {}}, styles_)};
}

TrainingStep Trainer::step(const Lesson& lesson, const at::Tensor& painting, double progress) {
  const at::Tensor& photo = lesson.photo;
  const at::Tensor picture = pictured(photo);
  Objective::Evaluation evaluation = lesson.objective->evaluate(picture.detach());
  TrainingStep result{.loss = evaluation.loss};
  if (!std::isfinite(result.loss.total)) return result;
  if (game_ && progress >= options_.adversarial_from) {
    const at::Tensor of_game = play(*game_, photo, picture.detach(), painting, evaluation.gradient, result);
    if (of_game.defined()) evaluation.gradient.add_(of_game);
  }
  // Of the loss's logarithm: a crop without forms is ten times as far off as others, and would have all the say.
  evaluation.gradient.div_(std::max(result.loss.total, kLeastLoss));
  const at::Tensor gradients = gradients_of(picture, evaluation.gradient);
  if (!gradients.defined()) return result;
  result.gradient_norm = gradients.norm().item<double>();
  const double shortened = std::min(1.0, options_.most_gradient / std::max(result.gradient_norm, 1e-12));
  steps_.step(gradients * shortened, learning_rate(progress));
  if (fast_) fast_->pack();
  const auto n = static_cast<double>(steps());
  const double staying = std::min(1 - options_.average_share, (1 + n) / (10 + n));
  average_.mul_(staying).add_(steps_.row(), 1 - staying);
  result.taken = true;
  return result;
}

LossBreakdown Trainer::loss_of(const at::Tensor& photo, const at::Tensor& picture) const {
  const at::NoGradGuard no_grad;
  return lesson(photo).objective->loss(picture);
}

Generator Trainer::averaged() const {
  std::map<std::string, at::Tensor> tensors;
  int64_t first = 0;
  for (const auto& [name, tensor] : generator_.parameters()) {
    tensors[name] = average_.narrow(0, first, tensor.numel()).view(tensor.sizes()).clone();
    first += tensor.numel();
  }
  return {options_.width, tensors};
}

TrainingState Trainer::state() const {
  TrainingState state = {{"average", average_.clone()}};
  steps_.add_to(state, kOfGenerator);
  if (game_) {
    game_->steps.add_to(state, kOfDiscriminator);
    for (const auto& [name, tensor] : game_->discriminator.spectrum()) state[kOfDiscriminator + name] = tensor.clone();
    state["win_rate"] = at::tensor({wins_.rate()}, at::kDouble);
    state["random"] = random_.get_state();
  }
  return state;
}

void Trainer::restore(const TrainingState& state) {
  const at::Tensor average = entry_of(state, "average", average_.sizes());
  steps_.check(state, kOfGenerator);
  if (game_) {
    game_->steps.check(state, kOfDiscriminator);
    for (const auto& [name, tensor] : game_->discriminator.spectrum()) {
      entry_of(state, kOfDiscriminator + name, tensor.sizes());
    }
    const auto rate = entry_of(state, "win_rate", {1}).item<double>();
    if (rate < 0 || rate > 1) reject("'win_rate' is " + std::to_string(rate) + " but must be from 0 to 1");
    random_.set_state(entry_of(state, "random", random_.get_state().sizes()));
    wins_ = WinRate(options_.adversarial, rate);
    game_->steps.restore(state, kOfDiscriminator);
    for (const auto& [name, tensor] : game_->discriminator.spectrum()) tensor.copy_(state.at(kOfDiscriminator + name));
  }
  steps_.restore(state, kOfGenerator);
  if (fast_) fast_->pack();
  average_.copy_(average);
}

}  // namespace styler
