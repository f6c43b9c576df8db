#pragma once

#include <optional>
#include <string>
#include <vector>

#include "styler/app/job/machine.hpp"
#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/report.hpp"
#include "styler/app/job/stored_parameters.hpp"
#include "styler/core/stylize/stylizer.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {

/// The bytes of a picture's file, and what they are.
struct LoadedFile {
  std::string bytes;
  std::string sha256;
};

/// \throws Error{Input}
LoadedFile load_file(const std::filesystem::path& file);

/// What one picture is made from, decoded.
struct JobInput {
  StylizeInput pictures;
  Picture fine_style;  ///< Where the options name one.
  InputHashes hashes;
  PhotoMetadata photo;  ///< Of the content, as much of it as the options want kept.
};

/// Reads and decodes the pictures that the options name. The hash of the weights is left to the caller.
/// \throws Error{Input}, Error{Memory}
JobInput read_job(const JobOptions& options, const WarningSink& warn);

/// As much of the metadata in `content` as the options want kept.
PhotoMetadata wanted_metadata(const JobOptions& options, const LoadedFile& content);

/// The styles, with shares that sum to 1: of each region, where there are any.
std::vector<StyleRecord> style_records(const StylizeInput& pictures);

/// The photo's regions.
std::vector<RegionRecord> region_records(const StylizeInput& pictures);

/// Runs the method and notes in `record` what happened.
/// \param observer  is told of everything beside. During its on_iteration(), StopSignals::requested() tells whether the
///                  run is about to end: with that iteration, or for a signal of that very moment with the next.
/// \param record    holds the scales that `from` has behind it, if there is one.
/// \param from      see stylize().
StylizeResult paint(const Machine& machine, const StylizeInput& pictures, const JobOptions& options, Observer& observer,
                    RunRecord& record, std::optional<RunState> from = std::nullopt);

/// Writes the result with what it is to hold beside its pixels. Atomic.
/// \returns the parameters, whether or not they were to be stored.
/// \throws Error{Output}, Error{Memory}
std::string write_result(const Picture& picture, const JobOptions& options, const InputHashes& hashes,
                         const PhotoMetadata& photo, const RunRecord& record, const WarningSink& warn);

}  // namespace styler::app
