#include "styler/core/generator/fast_generator.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/compute/sums.hpp"
#include "styler/core/generator/channel_sums.hpp"
#include "styler/core/generator/continuation.hpp"
#include "styler/core/generator/photo_norm.hpp"
#include "styler/core/generator/planes.hpp"
#include "styler/core/kernels/cell_convolution.hpp"
#include "styler/core/kernels/parallel.hpp"
#include "styler/core/kernels/samples.hpp"

namespace styler {
namespace {

/// A norm of one run, as the kernels take it.
struct Norm {
  std::vector<double> mean, deviation_inverse;
  Channels factor, offset;
};

/// A convolution with its norm.
struct NormedStage {
  CellConvolution convolution;
  at::Tensor scale, shift;                         ///< The latter may be undefined.
  int64_t weight_place, scale_place, shift_place;  ///< In the row of all gradients.
  bool ends_block;  ///< The second of a residual block: no ReLU, and the block's input is added.
};

/// What one stage leaves for the way back.
struct Trace {
  Sheet input, raw;
  Norm norm;
};

/// What one picture leaves for it.
struct Pass {
  std::vector<Trace> traces;  ///< One per stage and, of the last convolution, its input.
  at::Tensor photo, picture;
  PhotoNorm norm_of_photo;
};

}  // namespace

class FastGenerator::Network {
 public:
  Network(const Generator& generator, at::ScalarType dtype, const CpuKernels& kernels);

  void pack();
  /// \param given   whose norms are taken; if none, those of the photos together, which `found` receives.
  /// \param kept    may be nullptr.
  /// \return        Undefined unless `paints`.
  at::Tensor run(const at::Tensor& photos, const NormStatistics* given, NormStatistics* found, Pass* kept, bool paints);
  at::Tensor backward(Pass pass, const at::Tensor& gradient, bool with_weights);

  std::vector<Pass> passes;  ///< Of the last forward().
  double photo_share = 0;

 private:
  Sheet sheet(const Sheet& like, int64_t channels, int64_t margin);
  Norm norm_of(const NormedStage& stage, const Sheet& raw, const NormStatistics* given, size_t index,
               NormStatistics* found);
  Sheet normalised(const NormedStage& stage, const Norm& norm, const Sheet& raw, const Sheet& addend,
                   const CellConvolution& next);
  /// Takes the gradient with respect to a stage's output back to its convolution's, and writes the norm's own.
  Sheet through_norm(const NormedStage& stage, const Trace& trace, const Sheet& gradient, float* row);
  /// With respect to a convolution's input, what is beyond the edges added to where it came from.
  Sheet through_convolution(const CellConvolution& convolution, const Sheet& gradient, const Sheet& input,
                            const Sheet& addend);
  static Continuation continuation(const CellConvolution& convolution) {
    return convolution.resizing() == Resizing::Doubling ? Continuation::Repeated : Continuation::Reflected;
  }

  at::ScalarType dtype_;
  const CellKernels& kernels_;
  BufferPool pool_;
  std::vector<NormedStage> stages_;
  std::vector<CellConvolution> last_;  ///< One: without a norm.
  at::Tensor bias_, photo_scale_;
  int64_t last_place_ = 0, bias_place_ = 0, photo_scale_place_ = 0, parameters_ = 0;
  bool is_way_back_packed_ = false;
};

FastGenerator::Network::Network(const Generator& generator, at::ScalarType dtype, const CpuKernels& kernels)
    : dtype_(dtype), kernels_(*kernels.cells) {
  for (const auto& [name, tensor] : generator.parameters()) {
    STYLER_ASSERT(tensor.scalar_type() == at::kFloat && tensor.device().is_cpu());
    const int64_t place = parameters_;
    parameters_ += tensor.numel();
    if (name == "photo.scale") {
      photo_scale_ = tensor;
      photo_scale_place_ = place;
    } else if (name.ends_with(".scale")) {
      stages_.back().scale = tensor;
      stages_.back().scale_place = place;
    } else if (name.ends_with(".shift")) {
      stages_.back().shift = tensor;
      stages_.back().shift_place = place;
    } else if (name.ends_with(".bias")) {
      bias_ = tensor;
      bias_place_ = place;
    } else {
      const auto stored = [](int64_t channels) { return channels == 3 ? kPixelChannels : channels; };
      const Resizing resizing = name.starts_with("down") ? Resizing::Halving
                                : name.starts_with("up") ? Resizing::Doubling
                                                         : Resizing::Same;
      CellConvolution convolution(resizing, tensor, {stored(tensor.size(1)), stored(tensor.size(0))}, dtype, kernels);
      if (name == "last.weight") {
        last_.push_back(std::move(convolution));
        last_place_ = place;
      } else {
        const bool ends_block = name.starts_with("residual") && name.ends_with(".2.weight");
        stages_.push_back({std::move(convolution), {}, {}, place, 0, 0, ends_block});
      }
    }
  }
  STYLER_ASSERT(last_.size() == 1 && bias_.defined() && photo_scale_.defined());
  pack();
}

void FastGenerator::Network::pack() {
  for_each_in_turn(static_cast<int64_t>(stages_.size()) + 1, [&](int64_t i) {
    (i == 0 ? last_.front() : stages_[static_cast<size_t>(i - 1)].convolution).pack_forward();
  });
  is_way_back_packed_ = false;
}

Sheet FastGenerator::Network::sheet(const Sheet& like, int64_t channels, int64_t margin) {
  return make_sheet(pool_, dtype_, like.pictures, channels, {like.height, like.width}, margin);
}

Norm FastGenerator::Network::norm_of(const NormedStage& stage, const Sheet& raw, const NormStatistics* given,
                                     size_t index, NormStatistics* found) {
  std::vector<double> mean, variance;
  if (given != nullptr) {
    STYLER_ASSERT(index < given->means.size() && given->means[index].numel() == raw.channels);
    mean = from_statistic(given->means[index]);
    variance = from_statistic(given->variances[index]);
  } else {
    // Differences from any one value: sums of squares would lose what little a nearly flat channel varies.
    const at::Tensor first =
        raw.memory.permute({0, 2, 3, 1}).reshape({-1}).narrow(0, 0, raw.channels).to(at::kFloat, false, /*copy=*/true);
    const std::vector<double> centre = from_statistic(first);
    const Channels centres = whole_vectors(centre);
    const ChannelSums sums = sums_over(raw, pool_, [&](int64_t picture, int64_t y, float* to) {
      kernels_.sum(raw.row(picture, y), raw.width * raw.channels, kernel_channels(raw), centres.data(), to);
    });
    const auto n = static_cast<double>(raw.pictures * raw.height * raw.width);
    for (size_t c = 0; c < centre.size(); ++c) {
      const double off = sums.first[c] / n;
      mean.push_back(centre[c] + off);
      variance.push_back(std::max(0.0, sums.second[c] / n - off * off));
    }
    if (found != nullptr) {
      found->means.push_back(as_statistic(mean));
      found->variances.push_back(as_statistic(variance));
    }
  }
  Norm norm;
  std::vector<double> factor, offset;
  for (size_t c = 0; c < mean.size(); ++c) {
    norm.deviation_inverse.push_back(1 / std::sqrt(variance[c] + Generator::kNormEpsilon));
    factor.push_back(stage.scale.data_ptr<float>()[c] * norm.deviation_inverse[c]);
    const double shift = stage.shift.defined() ? stage.shift.data_ptr<float>()[c] : 0.0F;
    offset.push_back(shift - mean[c] * factor[c]);
  }
  norm.mean = std::move(mean);
  norm.factor = whole_vectors(factor);
  norm.offset = whole_vectors(offset);
  return norm;
}

Sheet FastGenerator::Network::normalised(const NormedStage& stage, const Norm& norm, const Sheet& raw,
                                         const Sheet& addend, const CellConvolution& next) {
  const Sheet result = sheet(raw, raw.channels, next.margin());
  const CellKernels::Normalised values = {norm.factor.data(), norm.offset.data(), !stage.ends_block};
  for_each_row(result, [&](int64_t picture, int64_t y) {
    kernels_.normalise(raw.row(picture, y), raw.width * raw.channels, kernel_channels(raw), values,
                       addend.memory.defined() ? addend.row(picture, y) : nullptr, result.row(picture, y));
    continue_row(result, continuation(next), picture, y);
  });
  return result;
}

at::Tensor FastGenerator::Network::run(const at::Tensor& photos, const NormStatistics* given, NormStatistics* found,
                                       Pass* kept, bool paints) {
  STYLER_ASSERT(photos.dim() == 4 && photos.size(1) == 3 && photos.scalar_type() == at::kFloat);
  STYLER_ASSERT(photos.size(2) % Generator::kUnit == 0 && photos.size(3) % Generator::kUnit == 0);
  STYLER_ASSERT(photos.size(2) >= Generator::kLeastEdge && photos.size(3) >= Generator::kLeastEdge);
  const at::NoGradGuard no_grad;
  PhotoNorm of_photo = photo_norm(photos, photo_scale_, bias_, given, found);
  Sheet features = sheet_of_planes(photos, {pool_, dtype_, kernels_}, -0.5F, stages_.front().convolution.margin());
  for_each_row(features,
               [&](int64_t picture, int64_t y) { continue_row(features, Continuation::Reflected, picture, y); });
  Sheet block_input;
  for (size_t i = 0; i < stages_.size(); ++i) {
    const NormedStage& stage = stages_[i];
    const CellConvolution& convolution = stage.convolution;
    const CellConvolution& next = i + 1 < stages_.size() ? stages_[i + 1].convolution : last_.front();
    const auto resized = [&](int64_t edge) {
      return convolution.resizing() == Resizing::Halving    ? edge / 2
             : convolution.resizing() == Resizing::Doubling ? edge * 2
                                                            : edge;
    };
    const Sheet raw = make_sheet(pool_, dtype_, features.pictures, convolution.out_channels(),
                                 {resized(features.height), resized(features.width)}, /*margin=*/0);
    convolution.forward(features, raw);
    Norm norm = norm_of(stage, raw, given, i + 1, found);  // behind the photo's own
    if (i + 1 == stages_.size() && !paints) return {};
    const Sheet addend = stage.ends_block ? block_input : Sheet{};
    if (i + 1 < stages_.size() && stages_[i + 1].ends_block) block_input = features;
    Sheet output = normalised(stage, norm, raw, addend, next);
    if (kept != nullptr) kept->traces.push_back({std::move(features), raw, std::move(norm)});
    features = std::move(output);
  }
  const Sheet change =
      make_sheet(pool_, at::kFloat, features.pictures, kPixelChannels, {features.height, features.width}, /*margin=*/0);
  last_.front().forward(features, change, /*wide=*/true);
  at::Tensor result = changed(photos, of_photo, change);
  if (photo_share != 0) result.add_(before_logistic(photos), photo_share);
  result.sigmoid_();
  if (kept != nullptr) {
    kept->traces.push_back({std::move(features), {}, {}});
    kept->photo = photos;
    kept->picture = result;
    kept->norm_of_photo = std::move(of_photo);
  }
  return result;
}

Sheet FastGenerator::Network::through_norm(const NormedStage& stage, const Trace& trace, const Sheet& gradient,
                                           float* row) {
  const Sheet& raw = trace.raw;
  const Norm& norm = trace.norm;
  const int64_t count = raw.width * raw.channels, channels = kernel_channels(raw);
  const CellKernels::Normalised values = {norm.factor.data(), norm.offset.data(), !stage.ends_block};
  const Channels mean = whole_vectors(norm.mean);
  const ChannelSums sums = sums_over(raw, pool_, [&](int64_t picture, int64_t y, float* to) {
    kernels_.sum_gradient(raw.row(picture, y), gradient.row(picture, y), count, channels, values, mean.data(), to);
  });
  // With n positions, m the mean and d the deviation: dx = factor · (g − Σg/n − (x − m)/d² · Σg(x − m)/n).
  const auto n = static_cast<double>(raw.pictures * raw.height * raw.width);
  std::vector<double> slope, constant;
  for (size_t c = 0; c < norm.mean.size(); ++c) {
    const double inverse = norm.deviation_inverse[c], factor = norm.factor[c];
    row[stage.scale_place + static_cast<int64_t>(c)] = static_cast<float>(sums.second[c] * inverse);
    if (stage.shift.defined()) row[stage.shift_place + static_cast<int64_t>(c)] = static_cast<float>(sums.first[c]);
    slope.push_back(-factor * inverse * inverse * sums.second[c] / n);
    constant.push_back(-factor * sums.first[c] / n - norm.mean[c] * slope[c]);
  }
  const Channels slopes = whole_vectors(slope), constants = whole_vectors(constant);
  const Sheet result = sheet(raw, raw.channels, stage.convolution.gradient_margin());
  clear_margin(result);
  for_each_row(raw, [&](int64_t picture, int64_t y) {
    kernels_.normalise_gradient(raw.row(picture, y), gradient.row(picture, y), count, channels, values, slopes.data(),
                                constants.data(), result.row(picture, y));
  });
  return result;
}

Sheet FastGenerator::Network::through_convolution(const CellConvolution& convolution, const Sheet& gradient,
                                                  const Sheet& input, const Sheet& addend) {
  const Sheet result = sheet(input, input.channels, input.margin);
  convolution.input_gradient(gradient, result);
  const Continuation beyond_edges = continuation(convolution);
  for_each_row(result, [&](int64_t picture, int64_t y) {
    for_each_beyond(beyond_edges, result.height, result.margin, [&](int64_t beyond, int64_t within) {
      if (within != y) return;
      kernels_.add(result.whole_row(picture, beyond), result.row_elements(), result.whole_row(picture, y));
    });
    for_each_beyond(beyond_edges, result.width, result.margin, [&](int64_t beyond, int64_t within) {
      kernels_.add(cell_at(result, picture, y, beyond), result.channels, cell_at(result, picture, y, within));
    });
    if (addend.memory.defined()) {
      kernels_.add(addend.row(picture, y), result.width * result.channels, result.row(picture, y));
    }
  });
  return result;
}

at::Tensor FastGenerator::Network::backward(Pass pass, const at::Tensor& picture_gradient, bool with_weights) {
  auto& [traces, photo, picture, norm_of_photo] = pass;
  STYLER_ASSERT(traces.size() == stages_.size() + 1 && picture_gradient.scalar_type() == at::kFloat);
  const at::NoGradGuard no_grad;
  const at::Tensor sum_gradient = picture_gradient * (picture * (1 - picture));  // before the logistic function
  if (!is_way_back_packed_) {
    for_each_in_turn(static_cast<int64_t>(stages_.size()), [&](int64_t i) {
      (i == 0 ? last_.front() : stages_[static_cast<size_t>(i)].convolution).pack_backward();  // not the first's
    });
    is_way_back_packed_ = true;
  }
  at::Tensor result = with_weights ? at::empty({parameters_}, at::kFloat) : at::zeros({parameters_}, at::kFloat);
  float* const row = result.data_ptr<float>();
  const CellConvolution& last = last_.front();
  result.narrow(0, bias_place_, 3).copy_(sum_gradient.sum({0, 2, 3}));
  for (int64_t c = 0; c < 3; ++c) {
    const auto channel = static_cast<size_t>(c);
    const at::Tensor apart = photo.select(1, c) - norm_of_photo.mean[channel];
    row[photo_scale_place_ + c] = static_cast<float>((sum_gradient.select(1, c) * apart).sum().item<double>() *
                                                     norm_of_photo.deviation_inverse[channel]);
  }
  Sheet gradient = sheet_of_planes(sum_gradient, {pool_, dtype_, kernels_}, 0, last.gradient_margin());
  clear_margin(gradient);
  if (with_weights) last.weight_gradient(traces.back().input, gradient, pool_, row + last_place_);
  gradient = through_convolution(last, gradient, traces.back().input, {});
  traces.pop_back();
  Sheet block_gradient;
  for (size_t i = stages_.size(); i-- > 0;) {
    const NormedStage& stage = stages_[i];
    const Trace trace = std::move(traces.back());
    traces.pop_back();
    if (stage.ends_block) block_gradient = gradient;
    gradient = through_norm(stage, trace, gradient, row);
    if (with_weights) stage.convolution.weight_gradient(trace.input, gradient, pool_, row + stage.weight_place);
    if (i == 0) break;
    const bool begins_block = i + 1 < stages_.size() && stages_[i + 1].ends_block;
    gradient = through_convolution(stage.convolution, gradient, trace.input,
                                   begins_block ? std::exchange(block_gradient, {}) : Sheet{});
  }
  return result;
}

FastGenerator::FastGenerator(const Generator& generator, at::ScalarType dtype, const CpuKernels& kernels)
    : generator_(generator), network_(std::make_unique<Network>(generator, dtype, kernels)) {
  network_->photo_share = generator.photo_share();
}
FastGenerator::~FastGenerator() = default;
FastGenerator::FastGenerator(FastGenerator&&) noexcept = default;
FastGenerator& FastGenerator::operator=(FastGenerator&&) noexcept = default;

void FastGenerator::pack() { network_->pack(); }
void FastGenerator::keep_of_photo(double share) { network_->photo_share = share; }

at::Tensor FastGenerator::run(const at::Tensor& photos) {
  std::vector<at::Tensor> pictures;
  for (const at::Tensor& photo : samples_of(photos)) {
    const bool is_frozen = generator_.norm() == GeneratorNorm::Batch;
    pictures.push_back(is_frozen ? run(photo, generator_.statistics(photo))
                                 : network_->run(photo, nullptr, nullptr, nullptr, /*paints=*/true));
  }
  return pictures.size() == 1 ? pictures.front() : at::cat(pictures);
}

at::Tensor FastGenerator::run(const at::Tensor& photos, const NormStatistics& statistics) {
  return network_->run(photos, &statistics, nullptr, nullptr, /*paints=*/true);
}

NormStatistics FastGenerator::statistics(const at::Tensor& photos) {
  if (generator_.norm() == GeneratorNorm::Batch) return generator_.statistics(photos);
  NormStatistics result;
  network_->run(photos, nullptr, &result, nullptr, /*paints=*/false);
  return result;
}

at::Tensor FastGenerator::forward(const at::Tensor& photos) {
  STYLER_ASSERT(generator_.norm() == GeneratorNorm::Instance);
  network_->passes.clear();
  std::vector<at::Tensor> pictures;
  for (const at::Tensor& photo : samples_of(photos)) {
    pictures.push_back(network_->run(photo, nullptr, nullptr, &network_->passes.emplace_back(), /*paints=*/true));
  }
  return pictures.size() == 1 ? pictures.front() : at::cat(pictures);
}

at::Tensor FastGenerator::backward(const at::Tensor& gradient, bool with_weights) {
  STYLER_ASSERT(gradient.size(0) == static_cast<int64_t>(network_->passes.size()));
  at::Tensor sum;
  for (int64_t i = gradient.size(0); i-- > 0;) {
    Pass pass = std::move(network_->passes.back());
    network_->passes.pop_back();
    add_to(sum, network_->backward(std::move(pass), gradient.narrow(0, i, 1), with_weights));
  }
  return sum;
}

std::unique_ptr<FastGenerator> make_fast_generator(const Generator& generator, at::ScalarType dtype) {
  const at::Tensor& first = generator.parameters().front().second;
  const std::vector<const CpuKernels*> kernels = cpu_kernels(dtype);
  if (generator.form() != GeneratorForm::Styler) return nullptr;
  if (kernels.empty() || first.scalar_type() != at::kFloat || !first.device().is_cpu()) return nullptr;
  return std::make_unique<FastGenerator>(generator, dtype, *kernels.front());
}

}  // namespace styler
