#include "styler/options/machine/device_options.hpp"

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// Far more threads than cores take forever: each step waits for the slowest.
constexpr int kMostThreads = 512;

}  // namespace

void DeviceOptions::validate() const {
  if (device != "auto" && device != "cpu" && parse_gpu_index(device) < 0) {
    throw Error(ErrorCode::InvalidArgument,
                "device is '" + device + "' but must be auto, cpu, cuda or cuda:N (as in cuda:1)");
  }
  if (threads < 0 || threads > kMostThreads) {
    throw Error(ErrorCode::InvalidArgument, "threads is " + std::to_string(threads) + " but must lie between 1 and " +
                                                std::to_string(kMostThreads) +
                                                "; leave it out for one per physical core");
  }
}

}  // namespace styler
