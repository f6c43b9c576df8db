#include "styler/image/codec/bytes/exif_block.hpp"

#include <algorithm>
#include <array>

namespace styler {
namespace {

using std::string_view_literals::operator""sv;

constexpr size_t kEntryBytes = 12, kHeaderBytes = 8;

ByteOrder order_of(std::string_view tiff) { return tiff.starts_with("MM"sv) ? ByteOrder::Big : ByteOrder::Little; }

/// The types that the standard numbers from 1 on.
enum class Kind { Bytes, Unsigned, Signed, UnsignedRational, SignedRational, Float };
struct Type {
  Kind kind;
  size_t bytes;
};
constexpr std::array kTypes{
    Type{Kind::Unsigned, 1},         Type{Kind::Bytes, 1},          Type{Kind::Unsigned, 2}, Type{Kind::Unsigned, 4},
    Type{Kind::UnsignedRational, 8}, Type{Kind::Signed, 1},         Type{Kind::Bytes, 1},    Type{Kind::Signed, 2},
    Type{Kind::Signed, 4},           Type{Kind::SignedRational, 8}, Type{Kind::Float, 4},    Type{Kind::Float, 8},
    Type{Kind::Unsigned, 4}};

Type type_of(uint64_t number) {
  return number >= 1 && number <= kTypes.size() ? kTypes.at(number - 1) : Type{Kind::Bytes, 1};
}

double signed_number(uint64_t number, size_t bytes) {
  const uint64_t sign = uint64_t{1} << (8 * bytes - 1);
  return static_cast<double>(static_cast<int64_t>(number ^ sign) - static_cast<int64_t>(sign));
}

double rational(std::string_view bytes, ByteOrder order, bool is_signed) {
  const uint64_t above = number_at(bytes, 0, 4, order), below = number_at(bytes, 4, 4, order);
  if (below == 0) return 0;
  return is_signed ? signed_number(above, 4) / signed_number(below, 4)
                   : static_cast<double>(above) / static_cast<double>(below);
}

}  // namespace

ExifDirectory::ExifDirectory(std::string_view block, uint64_t offset)
    : block_(block), order_(order_of(block)), offset_(0), count_(0) {
  if (offset < kHeaderBytes || offset > block.size()) return;
  offset_ = offset;
  count_ = std::min<uint64_t>(number_at(block, offset, 2, order_), (block.size() - offset) / kEntryBytes);
}

ExifDirectory ExifDirectory::next() const {
  return {block_, offset_ == 0 ? 0 : number_at(block_, offset_ + 2 + count_ * kEntryBytes, 4, order_)};
}

ExifDirectory ExifDirectory::below(uint16_t tag) const {
  const auto offsets = numbers(tag);
  const bool leads = !offsets.empty() && !offsets[0].empty() && offsets[0][0] > 0;
  return {block_, leads ? static_cast<uint64_t>(offsets[0][0]) : 0};
}

std::vector<ExifDirectory::Entry> ExifDirectory::entries(uint16_t tag) const {
  std::vector<Entry> found;
  for (uint64_t i = 0; i < count_; ++i) {
    const size_t position = offset_ + 2 + i * kEntryBytes;
    if (number_at(block_, position, 2, order_) != tag) continue;
    Entry entry{number_at(block_, position + 2, 2, order_), number_at(block_, position + 4, 4, order_), {}};
    const uint64_t bytes = entry.count * type_of(entry.type).bytes;
    const bool is_here = bytes <= 4;  // or else its place stands here
    entry.bytes = slice(block_, is_here ? position + 8 : number_at(block_, position + 8, 4, order_), bytes);
    found.push_back(entry);
  }
  return found;
}

std::vector<std::vector<double>> ExifDirectory::numbers(uint16_t tag) const {
  constexpr size_t kMost = 16;  // no tag that is asked for has more
  std::vector<std::vector<double>> all;
  for (const Entry& entry : entries(tag)) {
    const Type type = type_of(entry.type);
    auto& values = all.emplace_back();
    if (type.kind == Kind::Bytes || type.kind == Kind::Float) continue;
    for (size_t i = 0; i < std::min(entry.bytes.size() / type.bytes, kMost); ++i) {
      const auto bytes = slice(entry.bytes, i * type.bytes, type.bytes);
      const bool is_signed = type.kind == Kind::Signed || type.kind == Kind::SignedRational;
      const uint64_t number = number_at(bytes, 0, type.bytes, order_);
      if (type.kind == Kind::UnsignedRational || type.kind == Kind::SignedRational) {
        values.push_back(rational(bytes, order_, is_signed));
      } else {
        values.push_back(is_signed ? signed_number(number, type.bytes) : static_cast<double>(number));
      }
    }
  }
  return all;
}

std::string_view ExifDirectory::bytes(uint16_t tag) const {
  const auto found = entries(tag);
  return found.empty() ? std::string_view() : found[0].bytes;
}

std::string_view ExifDirectory::text(uint16_t tag) const {
  const auto all = bytes(tag);
  return all.substr(0, all.find('\0'));
}

std::string_view tiff_of_exif(std::string_view block) {
  constexpr size_t kMostBefore = 1024;  // further on there are values, in which anything may stand
  const size_t last = std::min(block.size(), kMostBefore);
  for (size_t position = 0; position + kHeaderBytes <= block.size() && position < last; ++position) {
    const auto begin = block.substr(position);
    if (begin.starts_with("II*\0"sv) || begin.starts_with("MM\0*"sv)) return begin;
  }
  return {};
}

ExifDirectory first_directory(std::string_view tiff) { return {tiff, number_at(tiff, 4, 4, order_of(tiff))}; }

}  // namespace styler
