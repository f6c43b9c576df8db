#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "styler/app/commands/weights/options.hpp"
#include "styler/app/host/threads.hpp"
#include "styler/app/session/console.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/weights/weights_store.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// The one that is meant where none is named.
constexpr NetworkName kNetwork = NetworkName::Vgg19;

std::string convention_text(const InputConvention& convention) {
  if (convention == InputConvention::caffe()) return "caffe (BGR, 0 to 255, minus the mean)";
  if (convention == InputConvention::torchvision()) return "torchvision (RGB, 0 to 1, mean and deviation)";
  return "its own";
}

std::string megabytes(int64_t bytes) { return std::to_string(bytes / 1000000) + " MB"; }

}  // namespace

int run(const WeightsInstall& options) {
  use_threads(0);
  const StopSignals signals(Stopping::Silently);
  Console console(std::cerr, stderr_is_terminal(), stderr_columns());
  const auto progress = [&](int64_t done, int64_t total) {
    if (!options.quiet) {
      console.status("downloading " + megabytes(done) + (total > 0 ? " of " + megabytes(total) : ""));
    }
    return !StopSignals::requested();
  };
  try {
    const fs::path file = install_weights(kNetwork, {options.from, options.directory, options.force}, progress);
    console.clear_status();
    if (!options.quiet) print_line(file.string());
    return 0;
  } catch (const Error&) {
    if (StopSignals::requested()) return kInterrupted;  // whoever pressed Ctrl-C knows why
    throw;
  }
}

int run(const WeightsImport& options) {
  use_threads(0);
  const NetworkName network = network_in(options.file);
  fs::path output = options.output;
  if (output.empty()) {
    output = default_weights_file(network);
    if (output.empty()) {
      throw Error(ErrorCode::Output, "there is no data directory, since $HOME is not set; name a file with --output");
    }
    if (fs::exists(output)) {
      // Replacing it would change what every later run computes.
      throw Error(ErrorCode::Output, quoted(output) + " is there already; " +
                                         (network == kNetwork ? "name another file with --output and use it with "
                                                                "--weights, or remove it first"
                                                              : "remove it first, or name another with --output"));
    }
    std::error_code failed;  // the write that follows tells why
    fs::create_directories(output.parent_path(), failed);
  }
  check_writable(output, {.replaces_protected = options.force});
  const InputConvention convention =
      import_weights(network, options.file, output, std::string(kConventionChoices.word(options.convention)));
  if (network == kNetwork) {
    std::cerr << "input convention: " << convention_text(convention) << '\n';
  } else {
    std::cerr << network_text(network) << '\n';
  }
  print_line(output.string());
  return 0;
}

int run(const WeightsVerify& options) {
  use_threads(0);
  const fs::path file = options.file.empty() ? find_weights(kNetwork, std::nullopt) : options.file;
  const NetworkName network = network_told_by(file);
  const WeightsReport report = verify_weights(network, file);
  print_line("file        " + report.file.string());
  print_line("sha256      " + report.sha256);
  print_line("source      " + printable(report.origin.source));
  print_line("licence     " + printable(report.origin.licence));
  if (network == kNetwork) {
    print_line("convention  " + convention_text(report.convention));
  } else {
    print_line("network     " + network_text(network));
  }
  print_line(std::string("known       ") +
             (report.known ? "yes: every number is that of the published file"
                           : "no: whole and of the right shape, but not in the list of known files"));
  return 0;
}

int run(const WeightsList&) {
  print_line("Places, the first that exists is used:");
  for (const WeightsCandidate& candidate : weights_candidates(kNetwork, std::nullopt)) {
    print_line((candidate.exists ? "  * " : "  - ") + candidate.file.string() + " (" + candidate.place +
               (candidate.exists ? "" : ", not there") + ")");
  }
  print_line("Others, for figures of styler evaluate:");
  for (const auto& [network, word] : kNetworkNames.entries) {
    if (network == kNetwork) continue;
    const std::vector<WeightsCandidate> places = weights_candidates(network, std::nullopt);
    const auto found = std::ranges::find_if(places, &WeightsCandidate::exists);
    print_line((found == places.end() ? "  - " : "  * ") + std::string(word) + "  " +
               (found == places.end() ? "not there" : found->file.string() + " (" + found->place + ")"));
  }
  print_line("Known originals:");
  for (const ManifestEntry& entry : weights_manifest()) {
    const std::string size = entry.bytes > 0 ? megabytes(entry.bytes) + ", " : "";  // not known of every original
    print_line("    " + entry.name + "  " + size + entry.licence + ", " + entry.url);
  }
  return 0;
}

}  // namespace styler::app
