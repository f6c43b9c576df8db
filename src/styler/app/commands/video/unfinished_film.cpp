#include "styler/app/commands/video/unfinished_film.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <system_error>
#include <utility>

#include "styler/app/commands/video/record.hpp"
#include "styler/app/films/bytes.hpp"
#include "styler/app/films/film_figures.hpp"
#include "styler/app/job/record/checkpoint_kind.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/text/words.hpp"
#include "styler/core/storage/state_file.hpp"
#include "styler/image/image_io.hpp"
#include "styler/options/frame_pattern.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

constexpr StateFileKind kFilmKind = checkpoint_kind("styler film", "1", "an unfinished film's record");
constexpr const char* kStateName = "film.state";
constexpr StateFileKind kFrameKind = checkpoint_kind("styler film frame", "1", "a frame of an unfinished film");
constexpr const char* kPainted = "painted";
constexpr const char* kAlpha = "alpha";
constexpr const char* kShown = "shown";
constexpr const char* kTicks = "ticks";

/// Frames of a segment. It is always as many, so that a film is the same however often it was stopped. Each begins with
/// a frame that stands by itself, which takes more room than others.
constexpr size_t kSegmentFrames = 48;

/// How many frames may be lost: by the optimiser they take seconds each, by a generator a part of one.
constexpr size_t kSaveEvery = 1;
constexpr size_t kSaveEveryGenerated = 16;

json segments_json(const std::vector<FilmSegment>& segments) {
  json result = json::array();
  for (const FilmSegment& segment : segments) {
    result.push_back({{"file", segment.file.filename().string()}, {"ticks", segment.ticks}});
  }
  return result;
}

/// The names of what differs between two objects of options or hashes.
std::vector<std::string> differences(const json& here, const json& there) {
  std::vector<std::string> names;
  for (const auto& [name, value] : here.items()) {
    if (!there.contains(name) || there.at(name) != value) names.push_back(name);
  }
  for (const auto& [name, value] : there.items()) {
    if (!here.contains(name)) names.push_back(name);
  }
  return names;
}

/// The object that a text of a state holds.
json object_in(const StateFile& file, const char* name) {
  json object = json::parse(file.text(name), nullptr, /*allow_exceptions=*/false);
  if (!object.is_structured()) file.reject(std::string("holds no ") + name);
  return object;
}

/// Not where its name is too long to be anywhere, either.
bool is_there(const fs::path& file) {
  std::error_code unknown;
  return fs::exists(file, unknown);
}

}  // namespace

FilmFormat format_of(const FilmInfo& film) {
  FilmFormat format{film.size, film.has_alpha, film.time_base};
  if (film.frame_rate > 0) format.frame_rate = film.frame_rate;
  return format;
}

fs::path UnfinishedFilm::folder_of(const fs::path& output) {
  fs::path folder = output;
  return folder += ".parts";
}

UnfinishedFilm::UnfinishedFilm(const VideoOptions& options, const FilmInfo& film, json identity, WarningSink warn)
    : options_(options),
      film_(film),
      identity_(std::move(identity)),
      warn_(std::move(warn)),
      folder_(folder_of(options.output)) {}

bool UnfinishedFilm::writes_pictures() const { return FramePattern::is_pattern(options_.output); }

void UnfinishedFilm::check_beginning(const VideoOptions& options) {
  const fs::path folder = folder_of(options.output);
  if (options.resume || options.force || !is_there(folder / kStateName)) return;
  reject("an unfinished film lies in " + quoted(folder) +
         "; add --resume to go on with it, or --force to begin anew and remove it");
}

std::optional<FilmState> UnfinishedFilm::begin() {
  if (writes_pictures()) {
    const FramePattern pattern(options_.output);
    std::error_code told_below;
    if (!pattern.folder().empty()) fs::create_directories(pattern.folder(), told_below);
    check_writable(pattern.file(1), {.offers_force = false});
    check_picture_writable(pattern.file(1));
  }
  remove_abandoned_files(folder_);
  for (const fs::path& file : {options_.output, options_.preview, options_.report, options_.page}) {
    if (!file.empty()) remove_abandoned_files(file.parent_path());
  }
  const bool has_state = is_there(folder_ / kStateName);
  if (!has_state || !options_.resume) {
    if (has_state) fs::remove_all(folder_);
    if (options_.resume) warn_("there is no unfinished film in " + quoted(folder_) + ", so this one begins");
    std::error_code failure;
    fs::create_directories(folder_, failure);
    if (failure) {
      throw Error(ErrorCode::Output, "folder " + quoted(folder_) + " for the unfinished film can't be made: " +
                                         failure.message() + "; name another --output");
    }
    return std::nullopt;
  }
  state_ = read_state();
  return state_;
}

FilmState UnfinishedFilm::read_state() {
  const StateFile file(folder_ / kStateName, kFilmKind);
  const json identity = object_in(file, "identity");
  if (identity != identity_) {
    std::vector<std::string> names;
    for (const auto& [part, values] : identity_.items()) {
      if (!values.is_object()) continue;
      for (std::string& name : differences(values, identity.value(part, json::object()))) names.push_back(name);
    }
    reject("the unfinished film in " + quoted(folder_) + " was made otherwise: it differs in " +
           (names.empty() ? "the version of this program" : joined(names, ", ")) +
           "; give the same, or --force to begin anew");
  }
  const json stand = object_in(file, "stand");
  FilmState state;
  try {
    state.next = stand.at("next").get<int64_t>();
    state.shot = stand.at("shot").get<int64_t>();
    if (stand.contains("memory")) {
      const json& memory = stand.at("memory");
      state.budget = MemoryBudget{memory.at("limit").get<int64_t>(), memory.at("fixed").get<int64_t>()};
    }
    for (const json& record : stand.at("records")) state.records.push_back(record_of(record));
    for (const json& segment : stand.at("segments")) {
      segments_.push_back(
          {folder_ / segment.at("file").get<std::string>(), segment.at("ticks").get<std::vector<int64_t>>()});
      if (!writes_pictures() && !is_there(segments_.back().file)) {
        file.reject("lacks its segment " + segments_.back().file.filename().string());
      }
    }
    for (const json& frame : stand.at("waiting")) waiting_.push_back(frame.get<int64_t>());
    for (const json& frame : stand.at("kept")) {
      const auto index = frame.get<int64_t>();
      kept_[index] = read_frame(index);
    }
  } catch (const json::exception&) {
    file.reject("does not say where the film stands");
  }
  state_ = state;
  for (const int64_t frame : waiting_) {
    if (!kept_.contains(frame)) file.reject("lacks its frame " + std::to_string(frame));
  }
  for (const auto& [frame, kept] : kept_) {
    if (!is_looked_back_to(frame)) continue;
    state.painted[frame] = kept.painted;
    if (kept.shown.defined()) state.shown[frame] = kept.shown;
  }
  return state;
}

fs::path UnfinishedFilm::frame_file(int64_t frame) const {
  return folder_ / ("frame_" + std::to_string(frame) + ".state");
}

UnfinishedFilm::Kept UnfinishedFilm::read_frame(int64_t frame) const {
  const StateFile file(frame_file(frame), kFrameKind);
  const auto ticks = parse_whole(file.text(kTicks));
  Kept kept{file.tensor(kPainted), {}, {}, ticks.value_or(0), true};
  if (file.tensors().contains(kShown)) kept.shown = file.tensor(kShown);
  if (file.tensors().contains(kAlpha)) kept.alpha = file.tensor(kAlpha);
  const auto fits = [&](const at::Tensor& tensor, int64_t channels) {
    return tensor.scalar_type() == at::kByte &&
           tensor.sizes() == at::IntArrayRef({1, channels, film_.size.height, film_.size.width});
  };
  if (!ticks || !fits(kept.painted, 3) || (kept.alpha.defined() && !fits(kept.alpha, 1)) ||
      (kept.shown.defined() && !fits(kept.shown, 3))) {
    file.reject("holds no frame of this film");
  }
  return kept;
}

bool UnfinishedFilm::is_looked_back_to(int64_t frame) const {
  if (frame == 0 && options_.loop) return true;
  const int64_t judged = options_.judges() ? kLongTermFrames : 0;
  return frame >= state_.shot && (frame == state_.shot || frame >= state_.next - std::max(options_.reach(), judged));
}

void UnfinishedFilm::write_state() {
  since_saved_ = 0;
  json kept = json::array(), records = json::array();
  for (auto& [frame, picture] : kept_) {
    kept.push_back(frame);
    if (picture.on_disk) continue;
    NamedTensors tensors{{kPainted, picture.painted}};
    if (picture.alpha.defined()) tensors.emplace_back(kAlpha, picture.alpha);
    if (picture.shown.defined()) tensors.emplace_back(kShown, picture.shown);
    write_state_file(frame_file(frame), kFrameKind, tensors, {{kTicks, std::to_string(picture.ticks)}});
    picture.on_disk = true;
  }
  for (const FrameRecord& record : state_.records) records.push_back(record_json(record));
  json stand = {{"next", state_.next},
                {"shot", state_.shot},
                {"kept", kept},
                {"waiting", waiting_},
                {"segments", segments_json(segments_)},
                {"records", records}};
  if (state_.budget) {
    stand["memory"] = {{"limit", state_.budget->limit_bytes}, {"fixed", state_.budget->fixed_bytes}};
  }
  write_state_file(folder_ / kStateName, kFilmKind, {},
                   {{"identity", line_text(identity_)}, {"stand", line_text(stand)}});
  for (const int64_t frame : std::exchange(given_up_, {})) {
    std::error_code ignored;
    fs::remove(frame_file(frame), ignored);
  }
}

FilmSegment UnfinishedFilm::encode(const fs::path& file) const {
  const auto writer = open_segment(file, format_of(film_), options_.encoding, warn_);
  for (const int64_t index : waiting_) {
    const Kept& frame = kept_.at(index);
    Picture picture{from_bytes(frame.shown.defined() ? frame.shown : frame.painted), {}};
    if (frame.alpha.defined()) picture.alpha = from_bytes(frame.alpha);
    writer->add(picture, frame.ticks);
  }
  return writer->close();
}

void UnfinishedFilm::close_segment() {
  if (waiting_.empty() || writes_pictures()) return;
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "segment_%05zu.mkv", segments_.size() + 1);
  segments_.push_back(encode(folder_ / name.data()));
  waiting_.clear();
}

void UnfinishedFilm::add(const PaintedFrame& frame) {
  const FrameRecord& record = frame.record;
  if (record.begins_shot) state_.shot = record.index;
  state_.next = record.index + 1;
  state_.records.push_back(record);
  const at::Tensor& alpha = frame.film.picture.alpha;
  const bool shows_through = !frame.shown.is_same(frame.painted);
  kept_[record.index] = {frame.painted, alpha.defined() ? as_bytes(alpha) : at::Tensor(),
                         shows_through ? frame.shown : at::Tensor(), frame.film.ticks};
  if (writes_pictures()) {
    write_picture({from_bytes(frame.shown), alpha}, FramePattern(options_.output).file(record.index + 1), {}, {},
                  warn_);
  } else {
    waiting_.push_back(record.index);
    if (waiting_.size() == kSegmentFrames) close_segment();
  }
  std::erase_if(kept_, [&](const auto& entry) {
    if (is_looked_back_to(entry.first) || std::ranges::find(waiting_, entry.first) != waiting_.end()) return false;
    if (entry.second.on_disk) given_up_.push_back(entry.first);
    return true;
  });
  const size_t every = options_.optimises() ? kSaveEvery : kSaveEveryGenerated;
  ++since_saved_;
  if (frame.ends_group && since_saved_ >= every) write_state();
}

void UnfinishedFilm::finish(bool is_whole) {
  if (!is_whole) write_state();
  if (!writes_pictures() && !state_.records.empty()) {
    FilmJoin join;
    join.segments = segments_;
    const fs::path last = folder_ / "last.mkv";
    if (!waiting_.empty()) join.segments.push_back(encode(last));
    join.time_base = film_.time_base;
    join.source = options_.content;
    join.with_sound = !options_.without_sound;
    join.start = options_.film.start;
    join.end = is_whole ? options_.film.end : state_.records.back().film_seconds + 1 / format_of(film_).frame_rate;
    join_film(join, options_.output, warn_);
    std::error_code ignored;
    fs::remove(last, ignored);
  }
  if (!is_whole) return;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace styler::app
