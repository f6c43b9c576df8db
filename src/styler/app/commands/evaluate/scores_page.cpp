#include "styler/app/commands/evaluate/scores_page.hpp"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "styler/app/gallery/detail.hpp"
#include "styler/app/gallery/embedded_pages.hpp"
#include "styler/app/gallery/embedded_picture.hpp"
#include "styler/app/gallery/web_text.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/rescue.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// The pictures of a page, each once.
class EmbeddedPictures {
 public:
  EmbeddedPictures(const fs::path& page, const ReadOptions& read, int64_t edge)
      : page_(page), read_(read), edge_(edge) {
    read_.used_edge = edge;
  }

  /// The picture's number, or null where there is none.
  json number_of(const fs::path& file) {
    if (file.empty()) return nullptr;
    const auto [known, is_new] = numbers_.try_emplace(file, json());
    if (!is_new) return known->second;
    try {
      json picture = {{"name", file.filename().string()},
                      {"link", relative_link(file, page_)},
                      {"jpeg", embedded_picture(read_picture(file, read_), edge_)}};
      known->second = pictures_.size();
      pictures_.push_back(std::move(picture));
    } catch (const Error& error) {
      left_out_.emplace_back(error.what());
    }
    return known->second;
  }

  json take() { return std::move(pictures_); }
  const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  const fs::path& page_;
  ReadOptions read_;
  int64_t edge_;
  std::map<fs::path, json> numbers_;
  json pictures_ = json::array();
  std::vector<std::string> left_out_;
};

size_t number_of_pictures(const Scores& scores) {
  std::map<fs::path, int> files;
  for (const ScoredSet& set : scores.sets) {
    for (const ScoredPicture& picture : set.pictures) {
      for (const fs::path* file : {&picture.file, &picture.photo, &picture.painting}) files.try_emplace(*file);
    }
  }
  return files.size();
}

json headings_json(const std::vector<FigureInfo>& figures) {
  json headings = json::array();
  for (const FigureInfo& info : figures) {
    headings.push_back({{"word", info.word}, {"definition", info.definition}, {"more_is_better", info.more_is_better}});
  }
  return headings;
}

json summary_json(const ScoredSet& set, const std::vector<FigureInfo>& figures) {
  json means = json::array();
  json distances = json::array();
  for (const FigureInfo& info : figures) {
    const MeanFigure mean = mean_of(set, info.figure);
    means.push_back(mean.count > 0 ? json(mean.value) : json());
  }
  for (const SetFigure& figure : set.figures) distances.push_back({figure.word, figure.value});
  return {{"name", set.source.string()}, {"n", set.pictures.size()}, {"means", means}, {"distances", distances}};
}

}  // namespace

std::vector<std::string> write_scores_page(const fs::path& page, const Scores& scores, const EvaluateOptions& options) {
  const std::vector<FigureInfo> figures = scores.figures();
  EmbeddedPictures pictures(page, within_budget(options.read, options.memory, options.machine.device),
                            gallery_detail(number_of_pictures(scores), 0).thumbnail_edge);
  json sets = json::array();
  json rows = json::array();
  for (size_t i = 0; i < scores.sets.size(); ++i) {
    const ScoredSet& set = scores.sets[i];
    sets.push_back(summary_json(set, figures));
    for (const ScoredPicture& picture : set.pictures) {
      json values = json::array();
      for (const FigureInfo& info : figures) {
        const double value = picture.figures[static_cast<size_t>(info.figure)];
        values.push_back(std::isnan(value) ? json() : json(value));
      }
      rows.push_back({{"set", i},
                      {"pictures",
                       {pictures.number_of(picture.file), pictures.number_of(picture.photo),
                        pictures.number_of(picture.painting)}},
                      {"name", picture.file.filename().string()},
                      {"values", std::move(values)}});
    }
  }
  json distances = json::object();
  for (const SetFigureInfo& info : set_figure_infos(options)) distances[std::string(info.word)] = info.definition;
  const std::string_view frame = scores_page();
  const size_t mark = frame.find(kPageDataMark);
  STYLER_ASSERT(mark != std::string_view::npos);
  std::string text(frame.substr(0, mark));
  text += json_for_script({{"figures", headings_json(figures)},
                           {"distances", std::move(distances)},
                           {"sets", std::move(sets)},
                           {"rows", std::move(rows)},
                           {"pictures", pictures.take()}});
  text += frame.substr(mark + kPageDataMark.size());
  write_file_or_rescue(page, text, "the page");
  return pictures.left_out();
}

}  // namespace styler::app
