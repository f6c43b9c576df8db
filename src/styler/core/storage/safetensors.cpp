#include "styler/core/storage/safetensors.hpp"

#include <ATen/ops/empty.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors_header.hpp"

namespace styler {
namespace {

using safetensors::Entry;
using safetensors::fail;
using safetensors::Header;
using safetensors::kTypes;
using safetensors::Source;

static_assert(std::endian::native == std::endian::little,
              "the format stores little-endian numbers, which are read as they are");

/// The longest header that is read. VGG19's takes 4 kB, and that of a large language model less than 1 MB.
constexpr uint64_t kMaxHeaderBytes = uint64_t{8} << 20;
constexpr size_t kLengthBytes = 8;
/// Tensors start on cache lines, so that vector loads from a mapped file never straddle two.
constexpr size_t kAlignment = 64;
constexpr size_t kMaxQuotedName = 80;

[[noreturn]] void cannot_read(const Source& source, int reason) {
  throw Error(source.use.code, source.file.string() + " cannot be read: " + std::generic_category().message(reason) +
                                   "; " + source.use.if_missing);
}

/// Opens a regular file, or throws.
int opened(const Source& source) {
  // O_NONBLOCK: opening a pipe by mistake must not wait for its writer.
  const int descriptor = ::open(source.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) cannot_read(source, errno);
  struct stat status{};
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) return descriptor;
  ::close(descriptor);
  throw Error(source.use.code, source.file.string() + " is not a regular file; give the path of " + source.use.kind);
}

uint64_t length_of(int descriptor) {
  struct stat status{};
  return ::fstat(descriptor, &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

/// Bytes that a tensor of this shape takes, or nothing when that does not fit 63 bits.
std::optional<uint64_t> byte_count(const Entry& entry) {
  uint64_t bytes = c10::elementSize(entry.type);
  for (const int64_t size : entry.shape) {
    if (__builtin_mul_overflow(bytes, static_cast<uint64_t>(size), &bytes) || bytes > INT64_MAX) return std::nullopt;
  }
  return bytes;
}

/// The tensors must lie one behind the other and fill the data exactly; so neither can two share bytes nor can a
/// truncated file pass.
void check_layout(std::vector<Entry>& entries, uint64_t data_bytes, const Source& source) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  uint64_t position = 0;
  for (const Entry& entry : entries) {
    const std::string name = "tensor " + quoted_name(entry.name);
    if (entry.begin != position) {
      fail(source, name + " starts at byte " + std::to_string(entry.begin) + " of the data instead of " +
                       std::to_string(position));
    }
    if (entry.end < entry.begin || entry.end > data_bytes) {
      fail(source, name + " ends at byte " + std::to_string(entry.end) + ", and the data have " +
                       std::to_string(data_bytes) + " bytes");
    }
    if (byte_count(entry) != entry.end - entry.begin) {
      fail(source, name + " of shape " + shape_text(entry.shape) + " does not take the " +
                       std::to_string(entry.end - entry.begin) + " bytes that its offsets give");
    }
    position = entry.end;
  }
  if (position != data_bytes) {
    fail(source,
         "the data have " + std::to_string(data_bytes) + " bytes, and the tensors end at " + std::to_string(position));
  }
}

std::string json_string(const std::string& text) {
  std::string json = "\"";
  for (const char c : safetensors::utf8_text(text)) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      const char* const digits = "0123456789abcdef";
      json += "\\u00";
      json += digits[static_cast<unsigned char>(c) >> 4];
      json += digits[static_cast<unsigned char>(c) & 0xf];
    } else {
      json += c;
    }
  }
  return json + '"';
}

}  // namespace

SafetensorsReader::SafetensorsReader(std::filesystem::path file, const SafetensorsUse& use)
    : file_(std::move(file)), use_(use), descriptor_(opened({file_, use_})) {
  try {
    const Source source{file_, use_};
    const uint64_t length = length_of(descriptor_);
    if (length < kLengthBytes) {
      fail(source, "it has " + std::to_string(length) + " bytes, and the header alone takes more");
    }
    uint64_t header_bytes = 0;
    header_.resize(kLengthBytes);
    read_bytes(header_.data(), kLengthBytes, 0);
    std::memcpy(&header_bytes, header_.data(), kLengthBytes);
    const uint64_t rest = length - kLengthBytes;
    if (header_bytes > rest || header_bytes > kMaxHeaderBytes) {
      fail(source, "its header claims " + std::to_string(header_bytes) + " bytes, and there are " +
                       std::to_string(rest) + " (at most " + std::to_string(kMaxHeaderBytes) + " are read)");
    }
    header_.resize(kLengthBytes + header_bytes);
    read_bytes(header_.data() + kLengthBytes, header_bytes, kLengthBytes);
    Header header = safetensors::read_header(std::string_view(header_).substr(kLengthBytes), source);
    check_layout(header.entries, rest - header_bytes, source);
    metadata_ = std::move(header.metadata);
    std::set<std::string_view> names;
    for (const Entry& entry : header.entries) {
      if (!names.insert(entry.name).second) fail(source, "tensor " + quoted_name(entry.name) + " stands there twice");
      tensors_.push_back({entry.name, entry.type, entry.shape});
      positions_.push_back(header_.size() + entry.begin);
    }
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

SafetensorsReader::~SafetensorsReader() { ::close(descriptor_); }

void SafetensorsReader::read_bytes(char* into, size_t count, uint64_t from) const {
  while (count > 0) {
    const ssize_t step = ::pread(descriptor_, into, count, static_cast<off_t>(from));
    if (step < 0 && errno == EINTR) continue;
    if (step < 0) cannot_read({file_, use_}, errno);
    if (step == 0) fail({file_, use_}, "it has become shorter while it was read");
    into += step;
    from += static_cast<uint64_t>(step);
    count -= static_cast<size_t>(step);
  }
}

at::Tensor SafetensorsReader::read(size_t index) const {
  STYLER_ASSERT(index < tensors_.size());
  const TensorEntry& entry = tensors_[index];
  at::Tensor tensor = at::empty(entry.shape, at::TensorOptions(entry.type));
  read_bytes(static_cast<char*>(tensor.data_ptr()), tensor.nbytes(), positions_[index]);
  return tensor;
}

SafetensorsFile read_safetensors(const std::filesystem::path& file, const SafetensorsUse& use) {
  const SafetensorsReader reader(file, use);
  SafetensorsFile content{{}, reader.metadata()};
  for (size_t i = 0; i < reader.tensors().size(); ++i) {
    content.tensors.emplace(reader.tensors()[i].name, reader.read(i));
  }
  return content;
}

const char* safetensors_type(at::ScalarType type) {
  for (const auto& known : kTypes) {
    if (type == known.type) return known.name;
  }
  STYLER_ASSERT(!"a tensor of a type that the format knows");
  return nullptr;
}

std::string safetensors_header(const std::vector<TensorEntry>& tensors,
                               const std::map<std::string, std::string>& metadata) {
  std::string header = "{\"__metadata__\":{";
  for (const auto& [key, value] : metadata) {
    if (header.back() != '{') header += ',';
    header += json_string(key) + ':' + json_string(value);
  }
  header += '}';
  uint64_t position = 0;
  for (const TensorEntry& tensor : tensors) {
    header += ',' + json_string(tensor.name) + ":{\"dtype\":\"" + safetensors_type(tensor.type) + "\",\"shape\":[";
    uint64_t end = c10::elementSize(tensor.type);
    for (const int64_t size : tensor.shape) {
      if (header.back() != '[') header += ',';
      header += std::to_string(size);
      end *= static_cast<uint64_t>(size);
    }
    end += position;
    header += "],\"data_offsets\":[" + std::to_string(position) + ',' + std::to_string(end) + "]}";
    position = end;
  }
  header += '}';
  header.append((kAlignment - (kLengthBytes + header.size()) % kAlignment) % kAlignment, ' ');
  std::string length(kLengthBytes, '\0');
  const uint64_t header_bytes = header.size();
  std::memcpy(length.data(), &header_bytes, kLengthBytes);
  return length + header;
}

std::string safetensors_bytes(const NamedTensors& tensors, const std::map<std::string, std::string>& metadata) {
  std::vector<TensorEntry> entries;
  size_t data_bytes = 0;
  for (const auto& [name, tensor] : tensors) {
    STYLER_ASSERT(tensor.device().is_cpu());
    entries.push_back({name, tensor.scalar_type(), tensor.sizes().vec()});
    data_bytes += tensor.nbytes();
  }
  std::string bytes = safetensors_header(entries, metadata);
  bytes.reserve(bytes.size() + data_bytes);
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor dense = tensor.contiguous();
    bytes.append(static_cast<const char*>(dense.data_ptr()), dense.nbytes());
  }
  return bytes;
}

std::string quoted_name(std::string_view name) {
  std::string text = "'";
  for (const char c : name.substr(0, kMaxQuotedName)) {
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return text + (name.size() > kMaxQuotedName ? "…'" : "'");
}

std::string shape_text(at::IntArrayRef shape) {
  std::string text = "[";
  for (const int64_t size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

}  // namespace styler
