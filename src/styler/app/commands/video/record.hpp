#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "styler/app/commands/video/options.hpp"
#include "styler/app/films/frame_record.hpp"
#include "styler/app/films/survey.hpp"
#include "styler/app/host/machine.hpp"
#include "styler/video/film/film.hpp"

namespace styler::app {

/// SHA-256 of what a film is made from.
struct FilmHashes {
  std::string content;
  std::vector<std::string> styles;
  std::string model;
  std::vector<std::string> regions;    ///< Of the maps.
  std::vector<std::string> keyframes;  ///< As KeyFrames::identities() has them.
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
