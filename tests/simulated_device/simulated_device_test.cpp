// That a simulated device makes faults of what are faults on a GPU: without that the tests on it would show nothing.
#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <optional>

#include "styler/base/out_of_memory.hpp"
#include "styler/core/compute/device.hpp"
#include "support/catch.hpp"
#include "support/gpu.hpp"
#include "support/tensors.hpp"

using namespace styler;

namespace {

/// Nothing where the tests run on a true GPU, or on none.
std::optional<c10::Device> simulated() { return support::is_simulated() ? support::gpu() : std::nullopt; }

at::TensorOptions floats_on(c10::Device device) { return at::TensorOptions().dtype(at::kFloat).device(device); }

}  // namespace

TEST_CASE("The host can't read a simulated device's memory", "[gpu][simulated]") {
  const auto device = simulated();
  if (!device) return;
  const at::Tensor there = at::ones({5}, floats_on(*device));
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    _exit(*static_cast<const volatile float*>(there.data_ptr()) == 1 ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSEGV);
  CHECK(there.sum().item<float>() == 5);  // LibTorch can
}

TEST_CASE("Tensors of several devices can't be mixed where one is simulated", "[gpu][simulated]") {
  const auto device = simulated();
  if (!device) return;
  const at::Tensor here = at::ones({3, 3});
  const at::Tensor there = here.to(*device);
  const at::Tensor beside = here.to(c10::Device(device->type(), 1));
  CHECK_THROWS_AS(there + here, c10::Error);
  CHECK_THROWS_AS(there.mm(here), c10::Error);
  CHECK_THROWS_AS(at::cat({there, here}), c10::Error);
  CHECK_THROWS_AS(there.index_select(0, at::arange(2)), c10::Error);
  CHECK_THROWS_AS(there.mm(beside), c10::Error);
  CHECK_NOTHROW(there + at::scalar_tensor(2.0));  // as on CUDA
  CHECK(at::equal(beside.cpu(), here));
}

TEST_CASE("Fresh memory of a simulated device holds no numbers, and there is only so much", "[gpu][simulated]") {
  const auto device = simulated();
  if (!device) return;
  CHECK(at::empty({7}, floats_on(*device)).isnan().all().item<bool>());
  const int64_t free = free_gpu_memory({*device, at::kFloat, {}}).value();
  bool ran_out = false;
  try {
    at::empty({free / 4 + 1}, floats_on(*device));
  } catch (const c10::Error& error) {
    ran_out = is_out_of_memory(error);
  }
  CHECK(ran_out);
  CHECK(free_gpu_memory({*device, at::kFloat, {}}) == free);
}

TEST_CASE("Simulated devices go by the names of GPUs", "[gpu][simulated]") {
  const auto device = simulated();
  if (!device) return;
  CHECK(resolve_device({"cuda:1", Precision::Fp32, 0}).device == c10::Device(device->type(), 1));
  CHECK(resolve_device({"auto", Precision::Auto, 0}).precision_name() == "bf16");
  CHECK_THROWS_WITH(resolve_device({"cuda:2", Precision::Fp32, 0}), support::contains("the last GPU is cuda:1"));
}
