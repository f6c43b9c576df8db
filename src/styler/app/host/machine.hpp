#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "styler/app/host/options/machine_options.hpp"
#include "styler/base/error.hpp"
#include "styler/core/compute/device.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/network/vgg19_weights.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler::app {

/// A network that a command needs, and no more of it than that.
struct NetworkRequest {
  std::vector<Layer> layers;  ///< At least one; the network is as deep as the deepest.
  Pooling pooling = Pooling::Max;
  Padding padding = Padding::Zero;
};

/// What was chosen to compute with.
struct MachineChoice {
  ComputeDevice device;
  int threads = 0;
  std::filesystem::path weights_file;  ///< Empty where no network was asked for.
  WeightsOrigin weights_origin;
  InputConvention weights_convention;  ///< What the numbers were trained on.
  WeightsContents weights_contents;    ///< Checked: the file holds what it says.

  /// Stands for numbers that are in no list, of which only the file itself tells where they come from; empty for
  /// others.
  std::string unlisted_numbers() const {
    return weights_contents.original.empty() ? weights_contents.tensors_sha256 : std::string();
  }
};

/// What all pictures of one process share: made once, used for many.
struct Machine {
  MachineChoice choice;
  std::vector<std::unique_ptr<FeatureExtractor>> networks;  ///< One for each request, in their order.

  const FeatureExtractor& network(size_t index = 0) const {
    STYLER_ASSERT(index < networks.size());
    return *networks[index];
  }
};

/// `cpu, bf16, 2 threads`
std::string machine_text(const MachineChoice& machine);

/// Decides what computes, and loads the networks that are asked for, whose numbers are checked against what their file
/// says that they are. With none, no weights are looked for. Requires that use_threads() was called before.
/// \throws Error{Device} or Error{Weights}
Machine set_up_machine(const MachineOptions& options, const std::vector<NetworkRequest>& networks, spdlog::logger& log);

}  // namespace styler::app
