#include "styler/app/host/machine.hpp"

#include <ATen/Parallel.h>

#include <cstdlib>
#include <future>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "styler/app/host/freed_memory.hpp"
#include "styler/base/version.hpp"
#include "styler/core/network/vgg19.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler::app {
namespace {

MachineChoice chosen(const MachineOptions& options) {
  MachineChoice choice;
  choice.device = resolve_device(options.device);
  return choice;
}

NetworkWeights found_weights(const MachineOptions& options, MachineChoice& choice) {
  choice.weights_file =
      find_weights(NetworkName::Vgg19, options.weights.empty() ? std::nullopt : std::optional(options.weights));
  NetworkWeights weights = load_network(vgg19_form(), choice.weights_file);
  choice.weights_origin = weights.origin;
  choice.weights_convention = weights.convention;
  return weights;
}

/// Begins to check what the numbers are, on a thread of its own: the networks are made meanwhile. Where no thread can
/// be started, it is done when the result is asked for.
std::future<WeightsContents> begin_check(const NetworkWeights& weights, const std::filesystem::path& file) {
  const auto check = [weights, file] { return check_contents(NetworkName::Vgg19, weights, file); };
  try {
    return std::async(std::launch::async, check);
  } catch (const std::system_error&) {
    return std::async(std::launch::deferred, check);
  }
}

}  // namespace

std::string machine_text(const MachineChoice& machine) {
  return machine.device.device_name() + ", " + machine.device.precision_name() + ", " +
         std::to_string(machine.threads) + (machine.threads == 1 ? " thread" : " threads");
}

Machine set_up_machine(const MachineOptions& options, const std::vector<NetworkRequest>& networks,
                       spdlog::logger& log) {
  return_freed_memory();
  Machine machine{chosen(options), {}};
  MachineChoice& choice = machine.choice;
  choice.threads = at::get_num_threads();
  log.info("LibTorch {}: {}; {} threads", libtorch_version(), choice.device.reason, choice.threads);
  if (networks.empty()) return machine;

  NetworkWeights found = found_weights(options, choice);
  std::future<WeightsContents> contents = begin_check(found, choice.weights_file);
  const VggWeights weights = vgg_from(std::move(found));
  for (const NetworkRequest& request : networks) {
    machine.networks.push_back(make_vgg19(weights, request.layers, request.pooling, choice.device, request.padding));
  }
  choice.weights_contents = contents.get();
  const std::string& original = choice.weights_contents.original;
  log.info("weights {}, from {} ({}): {}", choice.weights_file.string(), weights.origin.source, weights.origin.licence,
           original.empty() ? "numbers that are in no list" : "the numbers of " + original);
  return machine;
}

}  // namespace styler::app
