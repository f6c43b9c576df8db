#include "styler/app/films/film_page.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "styler/app/films/film_figures.hpp"
#include "styler/app/gallery/embedded_pages.hpp"
#include "styler/app/gallery/embedded_picture.hpp"
#include "styler/app/gallery/web_text.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/rescue.hpp"
#include "styler/video/open_film.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

constexpr int64_t kMostThumbnails = 60;
constexpr int64_t kFrameThumbnailEdge = 240;

using Value = std::function<std::optional<double>(const FrameRecord&)>;

json line_json(const std::string& name, const std::vector<FrameRecord>& frames, const Value& value) {
  json values = json::array();
  for (const FrameRecord& frame : frames) {
    const auto number = value(frame);
    values.push_back(number && std::isfinite(*number) ? json(*number) : json());
  }
  return {{"name", name}, {"values", std::move(values)}};
}

bool has_values(const json& line) {
  return std::ranges::any_of(line.at("values"), [](const json& value) { return !value.is_null(); });
}

Value of_pair(std::optional<PairFigures> FrameRecord::* pair, double PairFigures::* figure) {
  return [pair, figure](const FrameRecord& frame) -> std::optional<double> {
    const std::optional<PairFigures>& figures = frame.*pair;
    return figures ? std::optional((*figures).*figure) : std::nullopt;
  };
}

Value of_loss(double LossBreakdown::* term) {
  return [term](const FrameRecord& frame) -> std::optional<double> {
    return frame.loss ? std::optional((*frame.loss).*term) : std::nullopt;
  };
}

/// Against the first frame of the shot: judged in their order.
Value of_shot(const std::function<double(const FrameRecord& frame, const FrameRecord& first)>& value) {
  return [value, first = FrameRecord()](const FrameRecord& frame) mutable -> std::optional<double> {
    if (frame.begins_shot) first = frame;
    return value(frame, first);
  };
}

json plots_json(const std::vector<FrameRecord>& frames) {
  json plots = json::array();
  const auto add = [&](const std::string& name, const std::string& means, std::vector<json> lines) {
    std::erase_if(lines, [](const json& line) { return !has_values(line); });
    if (!lines.empty()) plots.push_back({{"name", name}, {"means", means}, {"lines", std::move(lines)}});
  };
  const std::string painted = "painted", film = "the film itself";
  add("warping error", "what differs from the frame before, moved along the film's motion; less flickers less",
      {line_json(painted, frames, of_pair(&FrameRecord::pair, &PairFigures::warping_error)),
       line_json(film, frames, of_pair(&FrameRecord::pair, &PairFigures::floor))});
  add("long-term error", "the same beside the frame " + std::to_string(kLongTermFrames) + " before; more is drift",
      {line_json(painted, frames, of_pair(&FrameRecord::long_term, &PairFigures::warping_error)),
       line_json(film, frames, of_pair(&FrameRecord::long_term, &PairFigures::floor))});
  add("sharpness", "in shares of the shot's first frame; below 1 strokes are lost",
      {line_json(painted, frames, of_shot([](const FrameRecord& frame, const FrameRecord& first) {
                   return frame.sharpness / first.sharpness;
                 }))});
  add("colour drift", "of the mean colour from the shot's first frame, in Oklab",
      {line_json(painted, frames, of_shot(&colour_drift))});
  add("losses", "what the optimiser comes to",
      {line_json("content", frames, of_loss(&LossBreakdown::content)),
       line_json("style", frames, of_loss(&LossBreakdown::style))});
  add("iterations", "of the optimiser", {line_json(painted, frames, [](const FrameRecord& frame) {
        return frame.iterations > 0 ? std::optional(static_cast<double>(frame.iterations)) : std::nullopt;
      })});
  return plots;
}

json thumbnails_json(const JudgedFilm& judged, const WarningSink& warn) {
  json thumbnails = json::array();
  const auto count = static_cast<int64_t>(judged.frames.size());
  const int64_t every = (count + kMostThumbnails - 1) / kMostThumbnails;
  try {
    FilmReadOptions reading = judged.reading;
    reading.long_edge = kFrameThumbnailEdge;
    const auto film = open_film(judged.film, reading);
    for (int64_t index = 0; index < count; ++index) {
      if (index % every != 0) {
        if (!film->skip()) break;
        continue;
      }
      const auto frame = film->next();
      if (!frame) break;
      thumbnails.push_back({{"frame", index}, {"jpeg", embedded_picture(frame->picture, kFrameThumbnailEdge)}});
    }
  } catch (const Error& error) {
    warn(std::string("the page shows no frames: ") + error.what());
  }
  return thumbnails;
}

}  // namespace

void write_film_page(const std::filesystem::path& page, const JudgedFilm& film, const WarningSink& warn) {
  json times = json::array(), shots = json::array();
  for (const FrameRecord& frame : film.frames) {
    times.push_back(frame.film_seconds);
    if (frame.begins_shot) shots.push_back(frame.index);
  }
  const std::string_view whole = film_page();
  const size_t mark = whole.find(kPageDataMark);
  STYLER_ASSERT(mark != std::string_view::npos);
  std::string text(whole.substr(0, mark));
  text += json_for_script({{"name", film.film.filename().string()},
                           {"link", relative_link(film.film, page)},
                           {"times", std::move(times)},
                           {"shots", std::move(shots)},
                           {"figures", film_figures_json(film.frames)},
                           {"plots", plots_json(film.frames)},
                           {"thumbnails", thumbnails_json(film, warn)}});
  text += whole.substr(mark + kPageDataMark.size());
  write_file_or_rescue(page, text, "the page");
}

}  // namespace styler::app
