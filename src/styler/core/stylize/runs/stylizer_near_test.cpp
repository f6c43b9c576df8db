#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/stylized.hpp"
#include "support/tensors.hpp"
#include "support/tiny_network.hpp"

using namespace styler;
using support::TinyNetwork;

namespace {

/// A frame that begins from an expected picture and is held near to it in its left half.
StylizeInput frame_input(double weight) {
  StylizeInput input;
  input.content.colour = support::picture({24, 40}, 1);
  input.styles = {{.picture = {support::picture({30, 20}, 9), {}}}};
  input.init = Init::Picture;
  input.init_picture.colour = support::picture({24, 40}, 4);
  input.near.colour = input.init_picture.colour;
  input.near.weight = at::zeros({1, 1, 24, 40}, support::on_device(at::kFloat));
  input.near.weight.narrow(3, 0, 20).fill_(1);
  input.near_weight = weight;
  return input;
}

at::Tensor frame_of(const StylizeInput& input, int64_t scales = 1) {
  StylizeOptions options;
  options.schedule = {40, scales, 12};
  options.schedule.coarse_style = 1;
  options.objective = TinyNetwork::objective_options();
  options.objective.style_weight = 100;
  Observer nobody;
  return support::stylized(TinyNetwork(), input, options, nobody).picture.colour;
}

double moved(const at::Tensor& frame, const StylizeInput& input, int64_t from) {
  return (frame - input.near.colour).narrow(3, from, 20).abs().mean().item<double>();
}

}  // namespace

TEST_CASE("The larger the weight, the nearer a frame stays, and only where it is to", "[stylizer][near]") {
  const StylizeInput free = frame_input(0), held = frame_input(1), fast = frame_input(1000);
  const at::Tensor frees = frame_of(free), helds = frame_of(held), fasts = frame_of(fast);
  CHECK(moved(helds, held, 0) < moved(frees, free, 0));
  CHECK(moved(fasts, fast, 0) < 0.2 * moved(frees, free, 0));
  CHECK(moved(helds, held, 20) > 0.5 * moved(frees, free, 20));
}

TEST_CASE("What nothing is near to is as without", "[stylizer][near]") {
  StylizeInput input = frame_input(1);
  input.near.weight.zero_();
  StylizeInput without = input;
  without.near = {};
  CHECK(at::equal(frame_of(input), frame_of(without)));
}

TEST_CASE("A frame of several sizes is held near at each of them", "[stylizer][near]") {
  const StylizeInput held = frame_input(1000), free = frame_input(0);
  CHECK(moved(frame_of(held, 2), held, 0) < 0.3 * moved(frame_of(free, 2), free, 0));
}
