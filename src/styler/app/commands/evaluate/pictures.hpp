#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <list>
#include <string>
#include <string_view>

#include "styler/app/commands/evaluate/options.hpp"
#include "styler/base/size.hpp"
#include "styler/core/picture/picture.hpp"

namespace styler::app {

/// Reads pictures as figures look at them: turned upright, in sRGB, on white where they are transparent, and no larger
/// than --size. For one thread at a time.
class SmallPictures {
 public:
  /// \param min_edge  of what the network can look at.
  SmallPictures(const EvaluateOptions& options, int64_t min_edge, WarningSink warn)
      : options_(options), min_edge_(min_edge), warn_(std::move(warn)) {}

  /// A picture on white.
  /// \param bytes    of the file.
  /// \param of_own_size  it may not be decoded smaller.
  /// \throws Error{Input} for what is no picture or is damaged.
  Picture read(std::string_view bytes, const std::filesystem::path& file, bool of_own_size) const;
  /// \returns [1, 3, H, W]
  /// \throws Error{Input} for what is too small.
  at::Tensor shrunk(const Picture& picture, const std::filesystem::path& file) const;

  /// The same of photos and paintings, which many results share: the last ones are kept.
  at::Tensor shared(const std::filesystem::path& file);

 private:
  struct Known {
    std::filesystem::path file;
    at::Tensor picture;
    std::exception_ptr failure;  ///< Which would come again.
  };

  const EvaluateOptions& options_;
  int64_t min_edge_;
  WarningSink warn_;
  std::list<Known> known_;  ///< The most recently used first.
};

/// The photo as large as the result. Warns where their shapes differ so much that it is stretched.
at::Tensor fitted_photo(const at::Tensor& photo, const std::filesystem::path& photo_file, const at::Tensor& result,
                        const std::filesystem::path& result_file, const WarningSink& warn);

}  // namespace styler::app
