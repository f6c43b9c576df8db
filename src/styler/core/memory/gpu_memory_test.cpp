// What a run does when a GPU's memory runs out. Each test is passed over where no GPU answers.
#include <ATen/ATen.h>

#include <cstdint>
#include <optional>

#include "styler/base/error.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "support/catch.hpp"
#include "support/gpu.hpp"
#include "support/gpu_runs.hpp"
#include "support/tensors.hpp"

using namespace styler;
using support::check_losses;
using support::gpu;
using support::run_on;
using support::small_input;
using support::small_options;
using support::Tape;

namespace {

/// Of a picture whose network takes far more than what a GPU's libraries keep for themselves.
int64_t long_edge() { return support::is_simulated() ? 384 : 1536; }

at::Tensor large_picture() { return support::picture({long_edge() * 9 / 10, long_edge()}, 1); }

}  // namespace

TEST_CASE("What a GPU has free falls by what is taken, and is back when it is given back", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  const ComputeDevice chosen{*device, at::kFloat, {}};
  const auto before = free_gpu_memory(chosen);
  REQUIRE(before);
  constexpr int64_t kTaken = 64 << 20;
  at::Tensor taken = at::empty({kTaken}, at::TensorOptions().dtype(at::kByte).device(*device));
  CHECK(*free_gpu_memory(chosen) <= *before - kTaken);
  taken.reset();
  CHECK(*free_gpu_memory(chosen) > *before - kTaken);
}

TEST_CASE("When a GPU's memory runs out a run goes on in tiles, to the same losses", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  StylizeOptions options = small_options();
  options.schedule = {long_edge(), 1, 3};
  StylizeInput input = small_input();
  input.content.colour = large_picture();
  Tape rich, poor;
  const StylizeResult expected = run_on(*device, input, options, rich, std::nullopt, at::kFloat);
  REQUIRE(rich.warnings.empty());
  // Of what it takes whole, only a part is left.
  const int64_t left = rich.plans.front().predicted_bytes / 3;
  const int64_t free = free_gpu_memory({*device, at::kFloat, {}}).value();
  if (free < 3 * left) return;
  const at::Tensor taken = at::empty({free - left}, at::TensorOptions().dtype(at::kByte).device(*device));
  const StylizeResult result = run_on(*device, input, options, poor, std::nullopt, at::kFloat);
  REQUIRE(!poor.warnings.empty());
  CHECK_THAT(poor.warnings.front(), support::contains("tiles"));
  CHECK_FALSE(result.stopped);
  check_losses(poor.losses, rich.losses, 1e-2);
}

TEST_CASE("A run that does not fit a GPU at all ends with an error of memory, and the next one works", "[gpu]") {
  const auto device = gpu();
  if (!device) return;
  {
    const int64_t free = free_gpu_memory({*device, at::kFloat, {}}).value();
    const int64_t left = 42 * long_edge() * long_edge();  // where one layer of the network takes 256 a pixel
    const at::Tensor taken = at::empty({free - left}, at::TensorOptions().dtype(at::kByte).device(*device));
    StylizeInput input = small_input();
    input.content.colour = large_picture();
    StylizeOptions options = small_options();
    options.schedule = {long_edge(), 1, 2};
    std::optional<ErrorCode> code;
    try {
      Tape tape;
      run_on(*device, input, options, tape, std::nullopt, at::kFloat);
    } catch (const Error& error) {
      code = error.code();
    }
    CHECK(code == ErrorCode::Memory);
  }
  Tape tape;
  CHECK_FALSE(run_on(*device, small_input(), small_options(), tape).stopped);
}
