#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "styler/image/codec/bytes/byte_order.hpp"

namespace styler {

/// A directory of an EXIF block: entries that have a tag each. Reads what is there and takes nothing for granted.
class ExifDirectory {
 public:
  /// \param block   a TIFF file, which a directory's offsets count from.
  /// \param offset  of the directory; one that lies outside of the block has no entries.
  ExifDirectory(std::string_view block, uint64_t offset);

  /// The directory that comes after this one; without entries where there is none.
  ExifDirectory next() const;
  /// The directory that an entry of this one leads to; without entries where there is none.
  ExifDirectory below(uint16_t tag) const;

  /// The numbers of each entry with this tag: none for text, and for a type that is not known. Rationals are divided.
  std::vector<std::vector<double>> numbers(uint16_t tag) const;
  /// The bytes of the first entry with this tag, whatever its type.
  std::string_view bytes(uint16_t tag) const;
  /// The same up to a zero byte.
  std::string_view text(uint16_t tag) const;

 private:
  struct Entry {
    uint64_t type = 0, count = 0;
    std::string_view bytes;  ///< Of its values; fewer than it should have where the block ends.
  };
  std::vector<Entry> entries(uint16_t tag) const;

  std::string_view block_;
  ByteOrder order_;
  uint64_t offset_, count_;
};

/// The TIFF file in an EXIF block: what comes before its header, such as the word `Exif`, is left out. Empty where
/// there is no header.
std::string_view tiff_of_exif(std::string_view block);

/// The first directory of a TIFF file.
ExifDirectory first_directory(std::string_view tiff);

}  // namespace styler
