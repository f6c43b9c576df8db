#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"
#include "styler/app/cli/message_options.hpp"
#include "styler/app/host/options/machine_options.hpp"
#include "styler/app/job/options/file_options.hpp"
#include "styler/options/picture_file_options.hpp"

namespace styler::app {

/// `styler evaluate`
struct EvaluateOptions {
  static constexpr CommandInfo kCommand{
      .name = "evaluate",
      .usage =
          "styler evaluate --results DIR --content DIR --style DIR [options]\n"
          "       styler evaluate --results DIR... --against DIR [options]",
      .does = "Tell in figures how near pictures are to their photos and paintings",
      .takes_config = true,
  };

  /// At which most papers look at pictures.
  static constexpr int64_t kDefaultSize = 512;
  static constexpr int64_t kLargestSize = 1024;

  std::vector<std::filesystem::path> results;  ///< Each is a set of pictures by itself.
  std::vector<std::filesystem::path> content;
  std::vector<std::filesystem::path> style;
  std::vector<std::filesystem::path> against;
  std::filesystem::path pairs;
  bool recursive = false;

  int64_t size = kDefaultSize;
  int64_t subset_size = 1000;
  uint64_t seed = 2020;

  std::filesystem::path report;
  std::filesystem::path csv;
  std::filesystem::path page;
  std::filesystem::path statistics;
  bool force = false;

  ReadOptions read;
  MachineOptions machine;
  MemoryOptions memory;
  MessageOptions messages;

  EvaluateOptions() { machine.device.precision = Precision::Fp32; }

  /// Whether --against is a file of statistics.
  bool against_statistics() const;

  void describe(OptionTable& table);
  void settle(const OptionTable& /*table*/, const std::vector<std::string>& /*arguments*/) {}
  /// \throws Error{InvalidArgument}
  void validate() const;
};

using EvaluateCommands = CommandTypes<EvaluateOptions>;

int run(const EvaluateOptions& options);

}  // namespace styler::app
