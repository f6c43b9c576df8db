#include "styler/video/motion/flo_file.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/where.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/image/image_io.hpp"

namespace styler {
namespace {

constexpr float kMark = 202021.25F;
constexpr size_t kHeader = 12;
/// Larger ones mean that nothing is known there.
constexpr float kUnknown = 1e9F;

template <typename Number>
Number number_at(const std::string& bytes, size_t position) {
  Number number;
  std::memcpy(&number, bytes.data() + position, sizeof number);
  return number;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw Error(ErrorCode::Input, "flow file " + quoted(file) + " " + why);
}

}  // namespace

Flow read_flo_file(const std::filesystem::path& file, Size size) {
  const std::string bytes = read_file_bytes(file);
  if (bytes.size() < kHeader || number_at<float>(bytes, 0) != kMark) {
    refuse(file, "is no Middlebury flow (.flo), which begins with PIEH; convert it");
  }
  const Size own{number_at<int32_t>(bytes, 8), number_at<int32_t>(bytes, 4)};
  if (!(own == size)) {
    refuse(file, "is of " + size_text(own) + ", but the frames are worked on at " + size_text(size) +
                     "; make flows of that size, or give the film another --size");
  }
  const auto pixels = static_cast<size_t>(size.height * size.width);
  if (bytes.size() != kHeader + pixels * 2 * sizeof(float)) {
    refuse(file, "is damaged: it has " + std::to_string(bytes.size()) + " bytes where " +
                     std::to_string(kHeader + pixels * 2 * sizeof(float)) + " belong; make it again");
  }
  const at::Tensor pairs = at::empty({1, size.height, size.width, 2}, at::kFloat);
  std::memcpy(pairs.data_ptr<float>(), bytes.data() + kHeader, pixels * 2 * sizeof(float));
  // What is not known leads out of the picture, and so counts as hidden.
  const at::Tensor known = (pairs.abs() < kUnknown);
  return at::where(known, pairs, at::full({}, 1e6F)).permute({0, 3, 1, 2}).contiguous();
}

}  // namespace styler
