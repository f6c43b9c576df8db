#include "styler/app/commands/video/record.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "styler/app/cli/described.hpp"
#include "styler/app/films/film_figures.hpp"
#include "styler/app/host/memory.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/version.hpp"
#include "styler/core/network/vgg19.hpp"
#include "styler/video/frames/picture_frames.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// Grows when the same options and inputs make another film than before.
constexpr int kFilmVersion = 1;

}  // namespace

std::string film_sha256(const fs::path& content) {
  if (!is_picture_frames(content)) return file_sha256(content);
  std::vector<fs::path> files = files_of_frames(content);
  std::ranges::sort(files);
  std::string hashes;
  for (const fs::path& file : files) hashes += file.filename().string() + " " + file_sha256(file) + "\n";
  return sha256_of(hashes);
}

json film_identity(const VideoOptions& options, const FilmHashes& hashes, const MachineChoice& machine) {
  json inputs = {{"content", hashes.content}, {"style", hashes.styles}, {"model", hashes.model}};
  if (!hashes.regions.empty()) inputs["regions"] = hashes.regions;
  if (!hashes.keyframes.empty()) inputs["keyframe"] = hashes.keyframes;
  inputs["weights"] = machine.weights_contents.tensors_sha256;
  return {{"film", kFilmVersion},
          {"inputs", std::move(inputs)},
          {"options", identities_json(Described(options).table(), OptionFacts::DecidesPicture)},
          {"chosen",
           {{"precision", machine.device.precision_name()},
            {"device", machine.device.device_name()},
            {"threads", machine.threads},
            {"kernels", vgg19_kernels(machine.device)},
            {"ffmpeg", ffmpeg_version()}}}};
}

std::string film_report(const VideoOptions& options, const MachineChoice& machine, const FilmRecord& record) {
  json frames = json::array();
  for (const FrameRecord& frame : record.frames) frames.push_back(record_json(frame));
  const json result = {
      {"status", record.stopped ? "stopped" : "done"},
      {"options", values_json(Described(options).table(),
                              OptionFacts::NamesPicture | OptionFacts::DecidesPicture | OptionFacts::Reported)},
      {"versions", {{"styler", program_version()}, {"ffmpeg", ffmpeg_version()}}},
      {"chosen",
       {{"device", machine.device.device_name()},
        {"precision", machine.device.precision_name()},
        {"threads", machine.threads}}},
      {"film",
       {{"width", record.film.size.width},
        {"height", record.film.size.height},
        {"frames", record.survey.frames},
        {"repeats", record.survey.repeats},
        {"codec", record.film.codec},
        {"colours", record.film.colours}}},
      {"shots", record.survey.shots},
      {"figures", film_figures_json(record.frames)},
      {"seconds", record.seconds},
      {"peak_memory_bytes", peak_memory_bytes()},
      {"frames", std::move(frames)},
  };
  return json_text(result, 2) + "\n";
}

}  // namespace styler::app
