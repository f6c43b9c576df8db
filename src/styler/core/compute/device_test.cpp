#include "styler/core/compute/device.hpp"

#include <ATen/Parallel.h>

#include <string>

#include "styler/base/error.hpp"
#include "styler/base/version.hpp"
#include "support/catch.hpp"

using namespace styler;

TEST_CASE("Device options out of range are refused by name", "[device][processor]") {
  CHECK_THROWS_WITH(DeviceOptions({"gpu", Precision::Auto, 0}).validate(), support::contains("device is 'gpu'"));
  CHECK_THROWS_WITH(DeviceOptions({"cuda:", Precision::Auto, 0}).validate(), support::contains("device is 'cuda:'"));
  CHECK_THROWS_WITH(DeviceOptions({"cuda:-1", Precision::Auto, 0}).validate(),
                    support::contains("device is 'cuda:-1'"));
  CHECK_THROWS_WITH(kPrecisions.parse("precision", "fp64"), support::contains("precision is 'fp64'"));
  CHECK_THROWS_WITH(DeviceOptions({"auto", Precision::Auto, -1}).validate(), support::contains("threads is -1"));
  CHECK_NOTHROW(DeviceOptions({"cuda:1", Precision::Bf16, 3}).validate());
}

TEST_CASE("What is asked for is what is chosen, and the reason says so", "[device][processor]") {
  const ComputeDevice chosen = resolve_device({"cpu", Precision::Fp32, 0});
  CHECK(chosen.device_name() == "cpu");
  CHECK(chosen.precision_name() == "fp32");
  CHECK_THAT(chosen.reason, support::contains("as asked for"));
}

TEST_CASE("auto takes bf16 on the CPU only where the processor has it", "[device][processor]") {
  const ComputeDevice chosen = resolve_device({"cpu", Precision::Auto, 0});
  CHECK(chosen.precision_name() == (cpu_has_native_bf16() ? "bf16" : "fp32"));
}

TEST_CASE("A GPU that is not there is refused with the reason", "[device][processor]") {
  CHECK_THROWS_WITH(resolve_device({"cuda:99", Precision::Auto, 0}), support::contains("cuda:99"));
}

TEST_CASE("Why there is no GPU is told by what LibTorch was built with", "[device][processor]") {
  const ComputeDevice chosen = resolve_device({"auto", Precision::Fp32, 0});
  if (!chosen.device.is_cpu()) return;
  const std::string reason = cuda_version().empty() ? "was built without CUDA" : "no GPU answers";
  CHECK_THAT(chosen.reason, support::contains(reason));
  CHECK_THROWS_WITH(resolve_device({"cuda", Precision::Fp32, 0}), support::contains(reason));
}

TEST_CASE("set_threads reaches LibTorch", "[device][processor]") {
  set_threads(1);
  CHECK(at::get_num_threads() == 1);
}
