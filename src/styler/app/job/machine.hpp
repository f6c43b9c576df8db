#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <memory>

#include "styler/app/job/options/job_options.hpp"
#include "styler/core/compute/device.hpp"
#include "styler/core/network/features.hpp"
#include "styler/core/network/vgg19_weights.hpp"

namespace styler::app {

/// What was chosen to compute with.
struct MachineChoice {
  ComputeDevice device;
  int threads = 0;
  std::filesystem::path weights_file;
  WeightsOrigin weights_origin;
};

/// What all pictures of one process share: made once, used for many.
struct Machine {
  MachineChoice choice;
  std::unique_ptr<FeatureExtractor> network;
  std::unique_ptr<FeatureExtractor> fine_network;  ///< As deep as --fine-style needs it; none without that.
};

/// Decides what computes, tells LibTorch, and loads the network as deep as the options need it.
/// \throws Error{Device} or Error{Weights}
Machine set_up_machine(const JobOptions& options, spdlog::logger& log);

}  // namespace styler::app
