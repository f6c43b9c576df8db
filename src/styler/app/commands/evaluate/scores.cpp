#include "styler/app/commands/evaluate/scores.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

double value_of(const ScoredPicture& picture, Figure figure) { return picture.figures[static_cast<size_t>(figure)]; }

/// A field of a CSV file: in quotes where anything in it could end it.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += letter;
    quoted += letter;
  }
  return quoted + "\"";
}

/// Letters that a terminal shows; bytes behind the first of a letter take no column.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, size_t width, bool left) {
  const std::string space(width - std::min(width, width_of(text)), ' ');
  return left ? text + space : space + text;
}

using Row = std::vector<std::string>;

std::vector<Row> table_rows(const Scores& scores, const std::vector<SetFigureInfo>& of_sets) {
  std::vector<Row> rows;
  const auto add = [&](const std::string& name, const auto& cell, const std::string& note) {
    Row& row = rows.emplace_back(Row{name});
    for (const ScoredSet& set : scores.sets) row.push_back(cell(set));
    row.push_back(note);
  };
  add("", [](const ScoredSet& set) { return printable(set.source.string()); }, "");
  add("pictures", [](const ScoredSet& set) { return std::to_string(set.pictures.size()); }, "");
  for (const FigureInfo& info : scores.figures()) {
    bool differ = false;
    const auto cell = [&](const ScoredSet& set) {
      const MeanFigure mean = mean_of(set, info.figure);
      differ = differ || (mean.count > 0 && mean.count != static_cast<int64_t>(set.pictures.size()));
      if (mean.count == 0) return std::string("-");
      const std::string of =
          mean.count == static_cast<int64_t>(set.pictures.size()) ? "" : " (" + std::to_string(mean.count) + ")";
      return number_text(mean.value) + of;
    };
    std::string note = info.more_is_better ? "more is nearer" : "less is nearer";
    if (info.needs_photo) note += " to the photo";
    if (info.needs_painting) note += " to the painting";
    if (info.figure == Figure::TotalVariation) note = "more is noisier";
    add(std::string(info.word), cell, note);
  }
  for (const SetFigureInfo& info : of_sets) {
    const auto find = [&](const ScoredSet& set) { return std::ranges::find(set.figures, info.word, &SetFigure::word); };
    if (std::ranges::all_of(scores.sets, [&](const ScoredSet& set) { return find(set) == set.figures.end(); })) {
      continue;
    }
    const auto cell = [&](const ScoredSet& set) {
      const auto figure = find(set);
      return figure == set.figures.end() ? std::string("-") : number_text(figure->value);
    };
    add(std::string(info.word), cell, std::string(info.note));
  }
  return rows;
}

}  // namespace

MeanFigure mean_of(const ScoredSet& set, Figure figure) {
  MeanFigure mean;
  for (const ScoredPicture& picture : set.pictures) {
    const double value = value_of(picture, figure);
    if (std::isnan(value)) continue;
    mean.value += value;
    ++mean.count;
  }
  if (mean.count > 0) mean.value /= static_cast<double>(mean.count);
  return mean;
}

std::vector<FigureInfo> Scores::figures() const {
  std::vector<FigureInfo> there;
  for (const FigureInfo& info : figure_infos()) {
    if (std::ranges::any_of(sets, [&](const ScoredSet& set) { return mean_of(set, info.figure).count > 0; })) {
      there.push_back(info);
    }
  }
  return there;
}

int64_t Scores::skipped() const {
  int64_t count = 0;
  for (const ScoredSet& set : sets) count += static_cast<int64_t>(set.skipped.size());
  return count;
}

std::vector<std::string> score_table(const Scores& scores, const std::vector<SetFigureInfo>& of_sets) {
  const std::vector<Row> rows = table_rows(scores, of_sets);
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], width_of(row[column]));
  }
  std::vector<std::string> lines;
  for (const Row& row : rows) {
    std::string line;
    for (size_t column = 0; column < row.size(); ++column) {
      const bool is_word = column == 0 || column + 1 == row.size();
      line += (column == 0 ? "" : "  ") + padded(row[column], widths[column], is_word);
    }
    line.resize(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string csv_text(const Scores& scores) {
  std::string text = "set,result,photo,painting,width,height";
  const std::vector<FigureInfo> figures = scores.figures();
  for (const FigureInfo& info : figures) text.append(",").append(info.word);
  text += "\r\n";
  for (const ScoredSet& set : scores.sets) {
    for (const ScoredPicture& picture : set.pictures) {
      text += csv_field(set.source.string()) + "," + csv_field(picture.file.string()) + "," +
              csv_field(picture.photo.string()) + "," + csv_field(picture.painting.string()) + "," +
              std::to_string(picture.size.width) + "," + std::to_string(picture.size.height);
      for (const FigureInfo& info : figures) {
        const double value = value_of(picture, info.figure);
        text += "," + (std::isnan(value) ? std::string() : decimal_text(value));
      }
      text += "\r\n";
    }
  }
  return text;
}

}  // namespace styler::app
