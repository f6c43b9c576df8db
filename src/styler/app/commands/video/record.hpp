#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "styler/app/commands/video/frame.hpp"
#include "styler/app/commands/video/options.hpp"
#include "styler/app/commands/video/survey.hpp"
#include "styler/app/host/machine.hpp"

namespace styler::app {

/// What a frame is like, as reports have it, and back.
nlohmann::ordered_json record_json(const FrameRecord& record);
FrameRecord record_of(const nlohmann::ordered_json& object);

/// SHA-256 of what a film is made from.
struct FilmHashes {
  std::string content;
  std::vector<std::string> styles;
  std::string model;
};

/// \throws Error{Input}
std::string film_sha256(const std::filesystem::path& content);

/// All that decides the film: options, inputs, and what computes it.
nlohmann::ordered_json film_identity(const VideoOptions& options, const FilmHashes& hashes,
                                     const MachineChoice& machine);

/// What a film was like.
struct FilmRecord {
  FilmInfo film;
  FilmSurvey survey;
  std::vector<FrameRecord> frames;
  bool stopped = false;
  double seconds = 0;
};

/// One JSON object: options, film, shots, frames, and means over all of them.
std::string film_report(const VideoOptions& options, const MachineChoice& machine, const FilmRecord& record);

}  // namespace styler::app
