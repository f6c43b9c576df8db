#include "styler/core/storage/safetensors.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <tuple>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors_header.hpp"

namespace styler {
namespace {

using safetensors::Entry;
using safetensors::fail;
using safetensors::Header;
using safetensors::kTypes;
using safetensors::Source;

static_assert(std::endian::native == std::endian::little, "the format stores little-endian numbers, which are mapped");

/// The longest header that is read. VGG19's takes 4 kB, and that of a large language model less than 1 MB.
constexpr uint64_t kMaxHeaderBytes = uint64_t{8} << 20;
constexpr size_t kLengthBytes = 8;
/// Tensors start on cache lines, so that vector loads from the mapping never straddle two.
constexpr size_t kAlignment = 64;
constexpr size_t kMaxQuotedName = 80;

/// A read-only mapping of a whole file.
class Mapping {
 public:
  explicit Mapping(const Source& source) {
    // O_NONBLOCK: opening a pipe by mistake must not wait for its writer.
    const int descriptor = ::open(source.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) cannot_read(source, errno);
    struct stat status{};
    const bool known = ::fstat(descriptor, &status) == 0;
    if (!known || !S_ISREG(status.st_mode)) {
      ::close(descriptor);
      throw Error(source.use.code,
                  source.file.string() + " is not a regular file; give the path of " + source.use.kind);
    }
    size_ = static_cast<size_t>(status.st_size);
    if (size_ < kLengthBytes) {
      ::close(descriptor);
      fail(source, "it has " + std::to_string(size_) + " bytes, and the header alone takes more");
    }
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int reason = errno;
    ::close(descriptor);
    if (data_ == MAP_FAILED) cannot_read(source, reason);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ::munmap(data_, size_); }

  char* data() const { return static_cast<char*>(data_); }
  size_t size() const { return size_; }

 private:
  [[noreturn]] static void cannot_read(const Source& source, int reason) {
    throw Error(source.use.code, source.file.string() + " cannot be read: " + std::generic_category().message(reason) +
                                     "; " + source.use.if_missing);
  }

  void* data_ = nullptr;
  size_t size_ = 0;
};

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

at::Tensor tensor_in(const std::shared_ptr<Mapping>& mapping, const Entry& entry, size_t data_start) {
  char* const data = mapping->data() + data_start + entry.begin;
  const size_t element_bytes = c10::elementSize(entry.type);
  if (entry.begin == entry.end || reinterpret_cast<uintptr_t>(data) % element_bytes != 0) {
    // Other writers may put numbers on odd addresses, where reading them in place is undefined.
    at::Tensor copy = at::empty(entry.shape, at::TensorOptions(entry.type));
    if (copy.numel() > 0) std::memcpy(copy.data_ptr(), data, entry.end - entry.begin);
    return copy;
  }
  return at::from_blob(data, entry.shape, [mapping](void*) {}, at::TensorOptions(entry.type));
}

/// The text with a replacement character for every byte that is no UTF-8, which JSON can't hold: a file's name may be
/// of any bytes.
std::string utf8_text(const std::string& text) {
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

std::string json_string(const std::string& text) {
  std::string json = "\"";
  for (const char c : utf8_text(text)) {
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

void SafetensorsFile::release_pages() const {
  // Whole pages only, and a mapping begins with one.
  ::madvise(const_cast<char*>(bytes.data()), bytes.size(), MADV_DONTNEED);
}

SafetensorsFile read_safetensors(const std::filesystem::path& file, const SafetensorsUse& use) {
  const Source source{file, use};
  const auto mapping = std::make_shared<Mapping>(source);
  uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, mapping->data(), kLengthBytes);
  const uint64_t rest = mapping->size() - kLengthBytes;
  if (header_bytes > rest || header_bytes > kMaxHeaderBytes) {
    fail(source, "its header claims " + std::to_string(header_bytes) + " bytes, and there are " + std::to_string(rest) +
                     " (at most " + std::to_string(kMaxHeaderBytes) + " are read)");
  }
  Header header = safetensors::read_header({mapping->data() + kLengthBytes, header_bytes}, source);
  check_layout(header.entries, rest - header_bytes, source);
  SafetensorsFile result;
  result.metadata = std::move(header.metadata);
  result.bytes = {mapping->data(), mapping->size()};
  result.mapping = mapping;
  for (const Entry& entry : header.entries) {
    if (!result.tensors.emplace(entry.name, tensor_in(mapping, entry, kLengthBytes + header_bytes)).second) {
      fail(source, "tensor " + quoted_name(entry.name) + " stands there twice");
    }
  }
  return result;
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
