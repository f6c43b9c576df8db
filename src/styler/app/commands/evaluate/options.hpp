#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "styler/app/cli/command.hpp"
#include "styler/app/cli/message_options.hpp"
#include "styler/app/host/options/machine_options.hpp"
#include "styler/app/job/options/file_options.hpp"
#include "styler/base/text/names.hpp"
#include "styler/options/network/inception_resize.hpp"
#include "styler/options/picture_file_options.hpp"

namespace styler::app {

/// What can be computed, by the networks that it takes.
enum class FigureGroup {
  Vgg19,  ///< All that VGG19 tells: figures of each picture, and distances of sets.
  Fid,
  Kid,
  FidInfinity,
  Is,
  FidTorchvision,
  FdLite0,
  IsLite0,
  ArtFid,
  ArtFidInfinity,
  LpipsAlex,
  LpipsVgg,
  LpipsSqueeze,
};

inline constexpr Names<FigureGroup, 13> kFigureGroups{{{{FigureGroup::Vgg19, "vgg19"},
                                                        {FigureGroup::Fid, "fid"},
                                                        {FigureGroup::Kid, "kid"},
                                                        {FigureGroup::FidInfinity, "fid-infinity"},
                                                        {FigureGroup::Is, "is"},
                                                        {FigureGroup::FidTorchvision, "fid-torchvision"},
                                                        {FigureGroup::FdLite0, "fd-lite0"},
                                                        {FigureGroup::IsLite0, "is-lite0"},
                                                        {FigureGroup::ArtFid, "art-fid"},
                                                        {FigureGroup::ArtFidInfinity, "art-fid-infinity"},
                                                        {FigureGroup::LpipsAlex, "lpips-alex"},
                                                        {FigureGroup::LpipsVgg, "lpips-vgg"},
                                                        {FigureGroup::LpipsSqueeze, "lpips-squeeze"}}}};

/// The networks whose features sets of pictures are compared by.
enum class Space { Vgg19, Inception, InceptionTorchvision, Lite0, Art };
inline constexpr size_t kSpaceCount = 5;
/// Of a space's features.
int64_t dimensions_of(Space space);

/// `styler evaluate`
struct EvaluateOptions {
  static constexpr CommandInfo kCommand{
      .name = "evaluate",
      .usage =
          "styler evaluate --results DIR --content DIR --style DIR [options]\n"
          "       styler evaluate --results DIR... --against DIR [--figures fid,kid,...] [options]",
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

  std::vector<FigureGroup> figures{FigureGroup::Vgg19};
  InceptionResize fid_resize = InceptionResize::PytorchFid;
  int64_t splits = 10;
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

  bool wants(FigureGroup figure) const;
  /// Whether a figure asked for goes by the space.
  bool uses(Space space) const;
  /// Those that are used, in their order.
  std::vector<Space> spaces() const;
  /// Those in which sets are compared with --against.
  std::vector<Space> compared_spaces() const;

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
