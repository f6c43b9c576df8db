#include "styler/video/frames/picture_frames.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/text/lower_case.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/image_io.hpp"
#include "styler/options/frame_pattern.hpp"
#include "styler/options/scales.hpp"
#include "styler/video/frames/repeats.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;

bool is_number(char letter) { return letter >= '0' && letter <= '9'; }

/// Takes the digits from the beginning of a name, without zeros in front.
std::string_view taken_number(std::string_view& name) {
  const size_t end = std::min(name.find_first_not_of("0123456789"), name.size());
  std::string_view digits = name.substr(0, end);
  name.remove_prefix(end);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

bool is_picture_name(const fs::path& name) {
  const auto& known = readable_extensions();
  return !name.string().starts_with('.') && std::ranges::find(known, lower_case_extension(name)) != known.end();
}

/// The names of what is in a folder and no folder itself.
std::vector<fs::path> names_in(const fs::path& folder) {
  std::vector<fs::path> names;
  std::error_code problem;
  const fs::path searched = folder.empty() ? fs::path(".") : folder;
  fs::directory_iterator entry(searched, problem);
  for (const fs::directory_iterator end; !problem && entry != end; entry.increment(problem)) {
    std::error_code unknown;
    if (!entry->is_directory(unknown)) names.push_back(entry->path().filename());
  }
  if (problem) {
    throw Error(ErrorCode::Input, "the folder of frames " + quoted(searched) + " can't be searched (" +
                                      problem.message() + "); check its path and permissions");
  }
  return names;
}

std::vector<fs::path> pictures_of_folder(const fs::path& folder) {
  std::vector<fs::path> names = names_in(folder);
  std::erase_if(names, [](const fs::path& name) { return !is_picture_name(name); });
  std::ranges::sort(names, [](const fs::path& a, const fs::path& b) { return comes_before(a.string(), b.string()); });
  if (names.empty()) {
    throw Error(ErrorCode::Input, "the folder of frames " + quoted(folder) + " has no picture in it; name another one");
  }
  return names;
}

std::vector<fs::path> pictures_of_pattern(const fs::path& film, const WarningSink& warn) {
  const FramePattern pattern(film);
  std::vector<int64_t> numbers;
  for (const fs::path& name : names_in(pattern.folder())) {
    if (const auto number = pattern.number_of(name.string())) numbers.push_back(*number);
  }
  if (numbers.empty()) {
    throw Error(ErrorCode::Input,
                "no picture is called like " + quoted(film) + "; the first one would be " + quoted(pattern.file(1)));
  }
  std::ranges::sort(numbers);
  const int64_t missing = numbers.back() - numbers.front() + 1 - static_cast<int64_t>(numbers.size());
  if (missing > 0 && warn) {
    warn("of the frames " + quoted(film) + " " + std::to_string(missing) + " are missing between " +
         std::to_string(numbers.front()) + " and " + std::to_string(numbers.back()) +
         "; the others follow one another without a gap");
  }
  std::vector<fs::path> names;
  names.reserve(numbers.size());
  for (const int64_t number : numbers) names.push_back(pattern.file(number).filename());
  return names;
}

/// The part of `all` that is shown between two times.
std::pair<size_t, size_t> shown_between(size_t all, const TimeBase& frame, const FilmReadOptions& options) {
  const auto frames_until = [&](double seconds) {  // a frame that begins at that time comes behind it
    const double frames = seconds * frame.denominator / frame.numerator;
    return static_cast<size_t>(std::ceil(std::min(frames - 1e-6, static_cast<double>(all))));
  };
  const size_t begin = options.start > 0 ? frames_until(options.start) : 0;
  return {begin, options.end > 0 ? std::max(frames_until(options.end), begin) : all};
}

class PictureFrames : public FilmReader {
 public:
  PictureFrames(const fs::path& film, const FilmReadOptions& options, const WarningSink& warn)
      : options_(options), warn_(warn) {
    std::error_code unknown;
    const bool is_folder = fs::is_directory(film, unknown);
    folder_ = is_folder ? film : film.parent_path();
    names_ = is_folder ? pictures_of_folder(film) : pictures_of_pattern(film, warn);
    info_.time_base = time_base_of_rate(options.frame_rate);
    std::tie(next_, end_) = shown_between(names_.size(), info_.time_base, options);
    if (next_ >= names_.size()) {
      throw Error(ErrorCode::Input, "the frames " + quoted(film) + " end after " +
                                        number_text(info_.time_base.seconds(static_cast<int64_t>(names_.size()))) +
                                        " s, which is before --start; name an earlier time");
    }
    if (next_ >= end_) {
      throw Error(ErrorCode::Input, "the frames " + quoted(film) + " have none that begins between --start, " +
                                        number_text(options.start) + " s, and --end, " + number_text(options.end) +
                                        " s; name times farther apart");
    }
    begin_ = next_;
    first_ = read(next_);
    info_.size = picture_size(first_->colour);
    info_.stored_size = own_size(*first_);
    info_.frames = static_cast<int64_t>(end_ - begin_);
    info_.seconds = info_.time_base.seconds(info_.frames);
    info_.frame_rate = 1 / info_.time_base.seconds(1);
    info_.has_alpha = first_->alpha.defined();
    std::string extension = names_[begin_].extension().string();
    info_.codec = extension.empty() ? extension : extension.substr(1);
    info_.colours = "sRGB";
  }

  const FilmInfo& info() const override { return info_; }

  std::optional<FilmFrame> next() override {
    if (next_ >= end_) return std::nullopt;
    FilmFrame frame;
    std::optional<Picture> first = std::exchange(first_, std::nullopt);
    frame.picture = first ? std::move(*first) : read(next_);
    const Size size = picture_size(frame.picture.colour);
    if (size != info_.size) {
      throw Error(ErrorCode::Input, "the frame " + quoted(folder_ / names_[next_]) + " is of " + size_text(size) +
                                        " pixels, but those before it are of " + size_text(info_.size) +
                                        "; frames of a film need one size");
    }
    frame.ticks = static_cast<int64_t>(next_);
    frame.index = static_cast<int64_t>(next_ - begin_);
    frame.seconds = info_.time_base.seconds(frame.ticks);
    frame.repeats = repeats_.repeats(frame.picture);
    ++next_;
    return frame;
  }

  bool skip() override {
    if (next_ >= end_) return false;
    first_.reset();
    repeats_.forget();
    ++next_;
    return true;
  }

 private:
  Picture read(size_t index) const {
    ReadOptions reading;
    reading.max_pixels = options_.max_pixels;
    reading.used_edge = options_.long_edge;
    Picture picture = read_picture(folder_ / names_[index], reading, warn_);
    if (options_.long_edge == 0) return picture;
    return resized(picture, scaled_to_long_edge(own_size(picture), options_.long_edge));
  }

  FilmReadOptions options_;
  WarningSink warn_;
  fs::path folder_;
  std::vector<fs::path> names_;
  FilmInfo info_;
  size_t begin_ = 0, next_ = 0, end_ = 0;
  std::optional<Picture> first_;
  RepeatFinder repeats_;
};

}  // namespace

bool comes_before(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a, whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_number(a.front()) && is_number(b.front())) {
      const std::string_view number_a = taken_number(a), number_b = taken_number(b);
      if (number_a.size() != number_b.size()) return number_a.size() < number_b.size();
      if (number_a != number_b) return number_a < number_b;
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;
}

TimeBase time_base_of_rate(double frames_a_second) {
  // 23.976, 29.97 and 59.94 are rounded names of 24000, 30000 and 60000 frames in 1001 seconds.
  const double thousands = std::round(frames_a_second * 1.001);
  if (std::abs(frames_a_second * 1.001 - thousands) < 2e-4 * frames_a_second &&
      std::abs(frames_a_second - std::round(frames_a_second)) > 1e-3) {
    return {1001, static_cast<int32_t>(thousands) * 1000};
  }
  constexpr int32_t kParts = 1000;
  const auto rate = static_cast<int32_t>(std::round(frames_a_second * kParts));
  if (rate % kParts == 0) return {1, rate / kParts};
  return {kParts, std::max(rate, 1)};
}

bool is_picture_frames(const fs::path& film) {
  std::error_code unknown;
  return fs::is_directory(film, unknown) || (FramePattern::is_pattern(film) && !fs::exists(film, unknown));
}

std::vector<fs::path> files_of_frames(const fs::path& film, const WarningSink& warn) {
  std::error_code unknown;
  const bool is_folder = fs::is_directory(film, unknown);
  std::vector<fs::path> files = is_folder ? pictures_of_folder(film) : pictures_of_pattern(film, warn);
  for (fs::path& file : files) file = (is_folder ? film : film.parent_path()) / file;
  return files;
}

std::unique_ptr<FilmReader> open_picture_frames(const fs::path& film, const FilmReadOptions& options,
                                                const WarningSink& warn) {
  return std::make_unique<PictureFrames>(film, options, warn);
}

}  // namespace styler
