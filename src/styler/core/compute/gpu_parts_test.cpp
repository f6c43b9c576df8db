// Each part of the method on a GPU, held against the same on the CPU. Passed over where no GPU answers.
#include <ATen/ATen.h>

#include <functional>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/colour/colour_transfer.hpp"
#include "styler/core/compute/sorted_rows.hpp"
#include "styler/core/loss/position_weights.hpp"
#include "styler/core/loss/range.hpp"
#include "styler/core/loss/style/moments.hpp"
#include "styler/core/loss/style/quantiles.hpp"
#include "styler/core/loss/total_variation.hpp"
#include "styler/core/network/padded.hpp"
#include "styler/core/optimizer/lbfgs_history.hpp"
#include "styler/core/optimizer/minimize.hpp"
#include "styler/core/optimizer/pyramid_preconditioner.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/storage/state_file.hpp"
#include "support/catch.hpp"
#include "support/feature_losses.hpp"
#include "support/gpu.hpp"
#include "support/temp_folder.hpp"
#include "support/tensors.hpp"

using namespace styler;
using support::noise;
using support::picture;
using support::relative_error;

namespace {

/// Brings a tensor to where a computation is to be done.
using There = std::function<at::Tensor(const at::Tensor&)>;

at::Tensor number(double value) { return at::scalar_tensor(value, at::kDouble); }

/// Has `compute` done on the CPU and on the GPU: all that it returns must lie where its arguments did, and be the same.
/// Numbers that it returns are tensors on the CPU.
void check_same_parts(const std::function<std::vector<at::Tensor>(const There&)>& compute, double tolerance = 1e-10) {
  const auto device = support::gpu();
  if (!device) return;
  const std::vector<at::Tensor> here = compute([](const at::Tensor& tensor) { return tensor; });
  const std::vector<at::Tensor> there = compute([&](const at::Tensor& tensor) { return tensor.to(*device); });
  REQUIRE(here.size() == there.size());
  for (size_t i = 0; i < here.size(); ++i) {
    INFO("result " << i + 1 << " of " << here.size());
    if (here[i].dim() > 0) CHECK(there[i].device() == *device);
    CHECK(there[i].scalar_type() == here[i].scalar_type());
    REQUIRE(there[i].sizes() == here[i].sizes());
    CHECK(relative_error(there[i].cpu().to(at::kDouble), here[i].to(at::kDouble)) < tolerance);
  }
}

/// Σ 100 (x[i+1] − x[i]²)² + (1 − x[i])² over pairs.
LossAndGradient valley(const at::Tensor& x) {
  const at::Tensor even = x.select(1, 0);
  const at::Tensor apart = x.select(1, 1) - even.square();
  const at::Tensor gradient = at::stack({-400 * even * apart - 2 * (1 - even), 200 * apart}, 1);
  return {(100 * apart.square() + (1 - even).square()).sum().item<double>(), gradient};
}

}  // namespace

TEST_CASE("Losses and their gradients are on a GPU what they are on the CPU", "[gpu]") {
  const auto format = GENERATE(at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast);
  const bool weighted = GENERATE(false, true);
  check_same_parts([&](const There& there) {
    const at::Tensor features = there(noise({1, 16, 31, 20}).contiguous(format));
    const at::Tensor target = there(noise({1, 16, 31, 20}, at::kDouble, 2));
    const at::Tensor weights = weighted ? there(noise({1, 1, 31, 20}, at::kFloat, 3).clamp(0, 1)) : at::Tensor();
    const LossAndGradient content = support::content_loss(features, target, 0.7, weights);
    const LossAndGradient gram = support::gram_loss(features, gram_matrix(target), 0.7, weights);
    const LossAndGradient variation = total_variation_loss(features, 0.7, /*wraps=*/weighted);
    const LossAndGradient range = range_loss(features, -0.5, 0.5, 0.7);
    return std::vector{
        content.gradient,     gram.gradient,     variation.gradient,     range.gradient,    mean_sum(features, weights),
        number(content.loss), number(gram.loss), number(variation.loss), number(range.loss)};
  });
}

TEST_CASE("Quantiles and their loss are on a GPU what they are on the CPU", "[gpu]") {
  const bool weighted = GENERATE(false, true);
  const bool sliced = GENERATE(false, true);
  check_same_parts(
      [&](const There& there) {
        const at::Tensor features = there(noise({1, 8, 31, 20}, at::kFloat));
        const at::Tensor target = there(noise({1, 8, 25, 22}, at::kFloat, 2));
        const at::Tensor weights = weighted ? there(noise({1, 1, 31, 20}, at::kFloat, 3).clamp(0, 1)) : at::Tensor();
        const at::Tensor directions = sliced ? slicing_directions(8, features.device()) : at::Tensor();
        const at::Tensor quantiles = quantiles_of(target, directions);
        const LossAndGradient loss = quantile_loss(features, quantiles, directions, 0.7, weights);
        return std::vector{quantiles, loss.gradient, number(loss.loss), number(reciprocal_mean_square(quantiles))};
      },
      1e-4);
}

TEST_CASE("Rows are sorted on a GPU as on the CPU", "[gpu]") {
  const auto dtype = GENERATE(at::kFloat, at::kDouble);
  check_same_parts([&](const There& there) {
    // Many equal values, and no negative zeros, which come before others on the processor.
    const SortedRows sorted = sorted_rows(there(noise({5, 3000}, dtype).mul(7).round().add(0.0)));
    return std::vector{sorted.values, sorted.order};
  });
}

TEST_CASE("What L-BFGS asks of its history, and the pyramid, are on a GPU what they are on the CPU", "[gpu]") {
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  check_same_parts(
      [&](const There& there) {
        const at::Tensor rows = there(noise({3, 20001}, dtype));
        const at::Tensor vector = there(noise({20001}, at::kFloat, 2));
        return std::vector{at::tensor(products_of_rows(rows, vector), at::kDouble).sum(),
                           number(product_of(rows[1], vector)), sum_of_rows(rows, {0.5, -2, 0.25}, at::kFloat),
                           pyramid_sum(there(noise({1, 3, 45, 64}))),
                           pyramid_sum(there(noise({1, 3, 32, 64})), /*wraps=*/true)};
      },
      1e-4);
}

TEST_CASE("minimize() goes the same way on a GPU as on the CPU", "[gpu]") {
  OptimizerOptions options;
  options.method = GENERATE(OptimizerMethod::Lbfgs, OptimizerMethod::Adam);
  options.history_size = 3;
  check_same_parts(
      [&](const There& there) {
        at::Tensor x = there(noise({4, 2}, at::kDouble, 4));
        const auto optimizer = make_optimizer(options);
        const Summary summary = minimize(valley, x, 25, options, *optimizer);
        return std::vector{x, number(summary.initial_loss), number(summary.final_loss)};
      },
      1e-6);
}

TEST_CASE("Pictures are resized, mirrored and padded on a GPU as on the CPU", "[gpu]") {
  const Size to = GENERATE(Size{1, 1}, Size{16, 23}, Size{64, 80});
  check_same_parts(
      [&](const There& there) {
        const at::Tensor content = there(picture({31, 40}, 2));
        const at::Tensor share = content.narrow(1, 0, 1);
        std::vector<at::Tensor> results = {resized(content, to), resized_around(content, to), resized_share(share, to),
                                           mirrored_to(content, {70, 95}), with_hidden_margin({content, {}}, 9).alpha};
        for (const Padding padding : {Padding::Replicate, Padding::Reflect, Padding::Circular}) {
          results.push_back(padded(content, padding));
          results.push_back(folded(padded(content, padding), padding));
        }
        return results;
      },
      1e-5);
}

TEST_CASE("What positions count for is on a GPU what it is on the CPU", "[gpu]") {
  const std::vector<Layer> layers = {Layer::parse("relu1_1"), Layer::parse("relu3_1")};
  check_same_parts(
      [&](const There& there) {
        const at::Tensor alpha = there(picture({40, 56}, 3).narrow(1, 0, 1));
        const at::Tensor share = there(picture({40, 56}, 4).narrow(1, 0, 1));
        const PositionWeights weights = position_weights(layers, {40, 56}, alpha, share);
        std::vector<at::Tensor> results = weights.maps;
        for (const double sum : weights.sums) results.push_back(number(sum));
        return results;
      },
      1e-5);
}

TEST_CASE("Colours are mapped for a GPU as for the CPU", "[gpu]") {
  check_same_parts(
      [&](const There& there) {
        const Picture from{picture({31, 40}, 2), {}};
        const Picture to{picture({28, 33}, 5), {}};
        return std::vector{mapped(there(from.colour), histogram_map(from, to)),
                           with_chroma(there(from.colour), there(picture({31, 40}, 6)))};
      },
      1e-6);
}

TEST_CASE("A state file is the same whether its tensors were on a GPU or on the CPU", "[gpu]") {
  const support::TempFolder folder;
  const StateFileKind kind{"test state", "1", "state", {}, "make it again"};
  check_same_parts([&](const There& there) {
    const at::Tensor dense = there(noise({3, 50}, at::kFloat));
    write_state_file(folder / "state", kind, {{"rows", dense}, {"turned", dense.t()}}, {{"text", "told"}});
    const StateFile file(folder / "state", kind);
    return std::vector{file.tensor("rows").sum(), file.tensor("turned").select(0, 7).norm()};
  });
}
