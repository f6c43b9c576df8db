#include "styler/app/gallery/page.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "styler/app/gallery/detail.hpp"
#include "styler/app/gallery/embedded_pages.hpp"
#include "styler/app/gallery/embedded_picture.hpp"
#include "styler/app/gallery/web_text.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/rescue.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;
namespace fs = std::filesystem;

/// Numbers keys in the order in which they come for the first time.
template <typename Key>
class Numbering {
 public:
  size_t number_of(const Key& key) {
    const auto [place, is_new] = numbers_.try_emplace(key, keys_.size());
    if (is_new) keys_.push_back(key);
    return place->second;
  }
  const std::vector<Key>& keys() const { return keys_; }

 private:
  std::map<Key, size_t> numbers_;
  std::vector<Key> keys_;
};

/// A photo's name on the page and its file; two photos of one name are two rows.
using Photo = std::pair<std::string, fs::path>;

/// Where an entry stands in the table.
struct Cell {
  size_t row = 0;
  size_t column = 0;
  const GalleryEntry* entry = nullptr;
};

/// The table before any picture is read.
struct Table {
  std::vector<Photo> photos;        ///< The rows.
  std::vector<std::string> styles;  ///< The columns.
  std::vector<Cell> cells;          ///< Row by row.
};

Table table_of(const std::vector<GalleryEntry>& entries) {
  Numbering<Photo> photos;
  Numbering<std::string> styles;
  Table table;
  for (const GalleryEntry& entry : entries) {
    const size_t row = photos.number_of({entry.content_name, entry.content});
    table.cells.push_back({row, styles.number_of(entry.style_name), &entry});
  }
  std::stable_sort(table.cells.begin(), table.cells.end(), [](const Cell& a, const Cell& b) {
    return std::pair(a.row, a.column) < std::pair(b.row, b.column);
  });
  table.photos = photos.keys();
  table.styles = styles.keys();
  return table;
}

/// Five digits are more than any curve shows, and take a third of the room. NaN and infinity stay what they are, which
/// JSON writes as null.
double rounded(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 5).ptr;
  std::from_chars(text, end, value);
  return value;
}

/// The curve with at most about `points` points: ends of scales always, between them every so many.
json curve_points_json(const GalleryEntry& entry, size_t points) {
  const auto most = static_cast<int64_t>(points);
  const int64_t last = entry.curve.empty() ? 0 : entry.curve.back().iteration;
  const int64_t step = std::max<int64_t>(1, (last + most - 1) / most);
  const std::set<int64_t> starts(entry.scale_starts.begin(), entry.scale_starts.end());
  json curve = {{"iterations", json::array()}, {"losses", json::array()}, {"scale_starts", entry.scale_starts}};
  int64_t step_before = -1;
  for (const auto& [iteration, loss] : entry.curve) {
    const int64_t step_here = (iteration - 1) / step;
    const bool ends_scale = iteration == last || starts.contains(iteration) || starts.contains(iteration - 1);
    if (std::exchange(step_before, step_here) == step_here && !ends_scale) continue;
    curve["iterations"].push_back(iteration);
    curve["losses"].push_back(rounded(loss));
  }
  return curve;
}

json entry_json(const GalleryEntry& entry, const fs::path& page, const GalleryDetail& detail, const ReadOptions& read) {
  ReadOptions small = read;
  small.used_edge = detail.preview_edge;
  const Picture picture = read_picture(entry.picture, small);
  const Size size = own_size(picture);
  json result = {{"file", entry.picture.filename().string()},
                 {"link", relative_link(entry.picture, page)},
                 {"width", size.width},
                 {"height", size.height},
                 {"thumbnail", embedded_picture(picture, detail.thumbnail_edge)},
                 {"parameters", entry.parameters},
                 {"command", entry.command},
                 {"curve", curve_points_json(entry, detail.curve_points)}};
  if (detail.has_preview()) result["preview"] = embedded_picture(picture, detail.preview_edge);
  return result;
}

/// Reads the pictures into the page's data, photo by photo, so that each photo is read once.
class GalleryData {
 public:
  GalleryData(const fs::path& page, const Table& table, const ReadOptions& read)
      : page_(page), table_(table), read_(read), detail_(gallery_detail(table.cells.size(), table.photos.size())) {
    for (auto cell = table.cells.begin(); cell != table.cells.end();) {
      const auto next =
          std::find_if(cell, table.cells.end(), [&](const Cell& other) { return other.row != cell->row; });
      add_row(cell, next);
      cell = next;
    }
  }

  /// Styles of which no picture could be read are among the styles; the page leaves them out.
  json take() && {
    return {{"photos", std::move(photos_)}, {"styles", table_.styles}, {"entries", std::move(entries_)}};
  }
  const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  using CellIterator = std::vector<Cell>::const_iterator;

  void add_row(CellIterator cell, CellIterator end) {
    const auto& [name, file] = table_.photos[cell->row];
    json photo = {{"name", name}, {"file", file.filename().string()}, {"link", relative_link(file, page_)}};
    try {
      ReadOptions small = read_;
      small.used_edge = detail_.preview_edge;
      photo["preview"] = embedded_picture(read_picture(file, small), detail_.preview_edge);
    } catch (const Error& error) {
      left_out_.emplace_back(error.what());
      return;
    }
    const size_t before = entries_.size();
    for (; cell != end; ++cell) add_entry(*cell);
    if (entries_.size() > before) photos_.push_back(std::move(photo));
  }

  void add_entry(const Cell& cell) {
    try {
      json entry = entry_json(*cell.entry, page_, detail_, read_);
      entry["photo"] = photos_.size();
      entry["style"] = cell.column;
      entries_.push_back(std::move(entry));
    } catch (const Error& error) {
      left_out_.emplace_back(error.what());
    }
  }

  const fs::path& page_;
  const Table& table_;
  const ReadOptions& read_;
  GalleryDetail detail_;
  json photos_ = json::array();
  json entries_ = json::array();
  std::vector<std::string> left_out_;
};

}  // namespace

std::vector<std::string> write_gallery(const fs::path& page, const std::vector<GalleryEntry>& entries,
                                       const ReadOptions& read) {
  check_writable(page);  // before minutes go into reading
  const Table table = table_of(entries);
  GalleryData data(page, table, read);
  const std::vector<std::string> left_out = data.left_out();
  const std::string_view frame = gallery_page();
  const size_t mark = frame.find(kPageDataMark);
  STYLER_ASSERT(mark != std::string_view::npos);
  std::string text(frame.substr(0, mark));
  text += json_for_script(std::move(data).take());
  text += frame.substr(mark + kPageDataMark.size());
  write_file_or_rescue(page, text, "the page");
  return left_out;
}

void make_gallery(const std::filesystem::path& page, const std::vector<GalleryEntry>& entries, const ReadOptions& read,
                  bool quiet, Console& console) {
  for (const std::string& sentence : write_gallery(page, entries, read)) {
    console.line("styler: warning: " + sentence);
  }
  if (!quiet) print_line(page.string());
}

}  // namespace styler::app
