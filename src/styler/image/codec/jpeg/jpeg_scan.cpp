#include "styler/image/codec/jpeg/jpeg_scan.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "styler/image/codec/bytes/byte_order.hpp"

namespace styler {
namespace {

constexpr auto kBig = ByteOrder::Big;

/// The bits of some bytes, the highest first.
class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}

  /// Nothing where they have ended.
  std::optional<unsigned> next() {
    if (position_ >= 8 * bytes_.size()) return std::nullopt;
    const auto byte = static_cast<unsigned char>(bytes_[position_ / 8]);
    return byte >> (7 - position_++ % 8) & 1;
  }
  /// False where they end before.
  bool skip(size_t count) {
    position_ += count;
    return position_ <= 8 * bytes_.size();
  }
  /// Whether the rest of the byte at hand is filled with ones, as the standard wants it behind the last block.
  bool is_padded() const {
    if (position_ % 8 == 0) return true;
    const auto byte = static_cast<unsigned char>(bytes_[position_ / 8]);
    const unsigned rest = 0xFFU >> position_ % 8;
    return (byte & rest) == rest;
  }
  bool is_in_last_byte() const { return 8 * bytes_.size() - position_ < 8; }

 private:
  std::string_view bytes_;
  size_t position_ = 0;
};

/// The codes of a Huffman table, each with the byte that it stands for.
struct Codes {
  std::array<unsigned, 17> counts{};  ///< By length.
  std::string_view values;

  std::optional<unsigned> read(Bits& bits) const {
    unsigned code = 0, first = 0, index = 0;
    for (size_t length = 1; length < counts.size(); ++length) {
      const auto bit = bits.next();
      if (!bit) return std::nullopt;
      code = code << 1 | *bit;
      first <<= 1;
      if (code - first < counts.at(length)) {
        index += code - first;
        return index < values.size() ? std::optional(static_cast<unsigned char>(values[index])) : std::nullopt;
      }
      first += counts.at(length);
      index += counts.at(length);
    }
    return std::nullopt;
  }
};

struct Component {
  unsigned id = 0, across = 1, down = 1, dc = 0, ac = 0;
};

/// What the headers say of the scan.
struct Scan {
  uint64_t width = 0, height = 0, interval = 0;
  std::vector<Component> components;
  std::array<Codes, 4> dc, ac;
  std::string_view data;
};

void read_tables(std::string_view payload, Scan& scan) {
  while (payload.size() > 17) {
    const auto head = static_cast<unsigned char>(payload[0]);
    Codes& codes = (head >> 4 == 0 ? scan.dc : scan.ac).at(head & 3);
    size_t count = 0;
    for (size_t length = 1; length <= 16; ++length) {
      codes.counts.at(length) = static_cast<unsigned char>(payload[length]);
      count += codes.counts.at(length);
    }
    codes.values = slice(payload, 17, count);
    payload.remove_prefix(std::min(payload.size(), 17 + count));
  }
}

void read_frame(std::string_view payload, Scan& scan) {
  scan.height = number_at(payload, 1, 2, kBig);
  scan.width = number_at(payload, 3, 2, kBig);
  scan.components.clear();
  for (size_t at = 6; at + 3 <= payload.size(); at += 3) {
    const unsigned id = static_cast<unsigned char>(payload[at]), factors = static_cast<unsigned char>(payload[at + 1]);
    scan.components.push_back({id, factors >> 4, factors & 15});
  }
}

/// False where the scan does not hold all components, in their order.
bool read_scan_header(std::string_view payload, Scan& scan) {
  if (payload.empty() || static_cast<unsigned char>(payload[0]) != scan.components.size()) return false;
  for (size_t i = 0; i < scan.components.size(); ++i) {
    if (number_at(payload, 1 + 2 * i, 1, kBig) != scan.components[i].id) return false;
    const auto tables = number_at(payload, 2 + 2 * i, 1, kBig);
    scan.components[i].dc = tables >> 4 & 3;
    scan.components[i].ac = tables & 3;
  }
  return !scan.components.empty();
}

/// The first scan; nothing where it is not that of a baseline picture, or there is none.
std::optional<Scan> first_scan(std::string_view bytes) {
  constexpr unsigned kBaseline = 0xC0, kExtended = 0xC1, kTables = 0xC4, kScan = 0xDA, kInterval = 0xDD;
  Scan scan;
  for (size_t position = 2; position + 4 <= bytes.size();) {
    const auto marker = static_cast<unsigned>(number_at(bytes, position + 1, 1, kBig));
    if (bytes[position] != '\xFF' || marker < kBaseline || marker == 0xFF) {
      ++position;
      continue;
    }
    const size_t length = number_at(bytes, position + 2, 2, kBig);
    const auto payload = slice(bytes, position + 4, std::max<size_t>(length, 2) - 2);
    position += 2 + length;
    if (marker == kTables) read_tables(payload, scan);
    if (marker == kBaseline || marker == kExtended) read_frame(payload, scan);
    if (marker == kInterval) scan.interval = number_at(payload, 0, 2, kBig);
    if (marker != kScan) continue;
    if (!read_scan_header(payload, scan)) return std::nullopt;
    scan.data = slice(bytes, position);
    return scan;
  }
  return std::nullopt;
}

/// The data up to the next restart marker, without the zeros that follow a byte of ones in the file; takes them from
/// `data`, which is empty behind the last ones.
std::string next_interval(std::string_view& data) {
  std::string interval;
  for (size_t i = 0; i < data.size(); ++i) {
    if (data[i] != '\xFF') {
      interval += data[i];
      continue;
    }
    while (i + 1 < data.size() && data[i + 1] == '\xFF') ++i;
    const auto marker = i + 1 < data.size() ? static_cast<unsigned char>(data[++i]) : 0xD9;
    if (marker == 0) {
      interval += '\xFF';
      continue;
    }
    const bool is_restart = marker >= 0xD0 && marker <= 0xD7;
    data = is_restart ? data.substr(i + 1) : std::string_view();
    return interval;
  }
  data = {};
  return interval;
}

bool read_block(const Scan& scan, const Component& component, Bits& bits) {
  const auto size = scan.dc.at(component.dc).read(bits);
  if (!size || *size > 16 || !bits.skip(*size)) return false;
  for (unsigned k = 1; k < 64; ++k) {
    const auto code = scan.ac.at(component.ac).read(bits);
    if (!code) return false;
    const unsigned zeros = *code >> 4, length = *code & 15;
    if (length == 0 && zeros != 15) return true;
    k += zeros;
    if (k > 63 || !bits.skip(length)) return false;
  }
  return true;
}

/// One block of a picture with one component, or all that interleave.
bool read_unit(const Scan& scan, Bits& bits) {
  if (scan.components.size() == 1) return read_block(scan, scan.components[0], bits);
  return std::ranges::all_of(scan.components, [&](const Component& component) {
    for (unsigned i = 0; i < component.across * component.down; ++i) {
      if (!read_block(scan, component, bits)) return false;
    }
    return true;
  });
}

uint64_t units_of(const Scan& scan) {
  uint64_t across = 8, down = 8;
  if (scan.components.size() > 1) {
    across *= std::ranges::max_element(scan.components, {}, &Component::across)->across;
    down *= std::ranges::max_element(scan.components, {}, &Component::down)->down;
  }
  return across == 0 || down == 0 ? 0 : (scan.width + across - 1) / across * ((scan.height + down - 1) / down);
}

}  // namespace

bool has_whole_scan(std::string_view bytes) {
  const auto scan = first_scan(bytes);
  if (!scan) return false;
  uint64_t units = units_of(*scan);
  if (units == 0) return false;
  std::string_view data = scan->data;
  while (units > 0) {
    const uint64_t here = scan->interval == 0 ? units : std::min(units, scan->interval);
    const std::string interval = next_interval(data);
    Bits bits(interval);
    for (uint64_t unit = 0; unit < here; ++unit) {
      if (!read_unit(*scan, bits)) return false;
    }
    units -= here;
    if (!bits.is_padded()) return false;
    if (bits.is_in_last_byte()) continue;
    if (units > 0) return false;  // more follows, so that something is wrong here
    while (!bits.is_in_last_byte()) {
      if (!read_unit(*scan, bits)) return true;  // what is left over is none of a picture's
    }
    return !bits.is_padded();
  }
  return data.empty();
}

}  // namespace styler
