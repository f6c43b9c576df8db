#include "styler/app/commands/evaluate/pictures.hpp"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "styler/app/host/memory_budget.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/core/picture/on_white.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/image_io.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

/// Photos and paintings that are kept: of 512 px they take 3 MB each.
constexpr size_t kKept = 32;

}  // namespace

Picture SmallPictures::read(std::string_view bytes, const fs::path& file, bool of_own_size) const {
  const ReadOptions reading =
      within_budget(options_.read, options_.memory, options_.machine.device, of_own_size ? 0 : options_.size);
  Picture picture = decode_picture(bytes, file, reading, warn_);
  if (picture.alpha.defined()) {
    if (warn_) warn_(quoted(file) + " is transparent in places, where it counts as white");
    picture = {on_white(picture), {}, picture.file_size};
  }
  return picture;
}

at::Tensor SmallPictures::shrunk(const Picture& picture, const fs::path& file) const {
  const Size own = own_size(picture);
  const Size size = scaled_to_long_edge(own, std::min(own.long_edge(), options_.size));
  if (size.short_edge() < min_edge_) {
    throw Error(ErrorCode::Input, quoted(file) + " is " + size_text(own) + " px and looked at as " + size_text(size) +
                                      ", but figures need " + std::to_string(min_edge_) +
                                      " px each way; leave it out, or give a larger --size");
  }
  return resized(picture, size).colour;
}

at::Tensor SmallPictures::shared(const fs::path& file) {
  auto known = std::ranges::find(known_, file, &Known::file);
  if (known != known_.end()) {
    known_.splice(known_.begin(), known_, known);
  } else {
    Known read{file, {}, nullptr};
    try {
      read.picture = shrunk(this->read(read_picture_bytes(file), file, /*of_own_size=*/false), file);
    } catch (const Error&) {
      read.failure = std::current_exception();
    }
    if (known_.size() == kKept) known_.pop_back();
    known_.push_front(std::move(read));
  }
  if (known_.front().failure) std::rethrow_exception(known_.front().failure);
  return known_.front().picture;
}

at::Tensor fitted_photo(const at::Tensor& photo, const fs::path& photo_file, const at::Tensor& result,
                        const fs::path& result_file, const WarningSink& warn) {
  const Size from = picture_size(photo);
  const Size size = picture_size(result);
  // Results are rounded to whole pixels, which of small ones is a few percent.
  const double ratio = static_cast<double>(from.width * size.height) / static_cast<double>(from.height * size.width);
  if (warn && std::abs(std::log(ratio)) > 0.05) {
    warn("photo " + quoted(photo_file) + " has another shape than " + quoted(result_file) +
         ", and is stretched to be compared; name its own with --pairs if it isn't");
  }
  return resized(photo, size).clamp(0, 1);
}

}  // namespace styler::app
