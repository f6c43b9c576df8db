#include "styler/evaluate/statistics_file.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>
#include <zip.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/text_file.hpp"
#include "styler/base/text/printable.hpp"

namespace styler {
namespace {

namespace fs = std::filesystem;
using Zip = std::unique_ptr<zip_t, decltype(&zip_discard)>;

static_assert(std::endian::native == std::endian::little, "arrays are read and written as they lie in memory");

constexpr int64_t kMostDimensions = 8192;
constexpr size_t kMostFileBytes = size_t{600} << 20;  // of that many dimensions, in float64
/// A date that every zip file can hold, so that the same numbers are the same bytes: 1980-01-01.
constexpr zip_uint16_t kFirstDosDate = (1 << 5) | 1;

[[noreturn]] void fail(const fs::path& file, const std::string& what) {
  throw Error(ErrorCode::Input, quoted(file) + " can't be used as statistics: " + what +
                                    "; give a .npz file with the arrays mu and sigma, or a folder of pictures");
}

/// What the header of a `.npy` array says.
struct ArrayHeader {
  std::string type;
  std::vector<int64_t> shape;
  size_t data = 0;  ///< Where the numbers begin.
};

/// What stands behind `'key':` in a dictionary of Python.
std::optional<std::string_view> value_of(std::string_view dictionary, std::string_view key) {
  const std::string quoted_key = "'" + std::string(key) + "':";
  const size_t at = dictionary.find(quoted_key);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = dictionary.substr(at + quoted_key.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest;
}

std::optional<std::vector<int64_t>> shape_in(std::string_view text) {
  if (!text.starts_with('(')) return std::nullopt;
  const size_t end = text.find(')');
  if (end == std::string_view::npos) return std::nullopt;
  std::vector<int64_t> shape;
  text = text.substr(1, end - 1);
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" ,"), text.size()));
    if (text.empty()) return shape;
    int64_t length = 0;
    const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (problem != std::errc() || length < 0) return std::nullopt;
    shape.push_back(length);
    text.remove_prefix(static_cast<size_t>(rest - text.data()));
  }
}

/// The header of an array in NumPy's format (NEP 1), versions 1 to 3.
std::optional<ArrayHeader> array_header(std::string_view bytes) {
  constexpr std::string_view kMagic = "\x93NUMPY";
  constexpr size_t kFixed = 8;  // magic and version
  if (bytes.size() < kFixed + 4 || !bytes.starts_with(kMagic)) return std::nullopt;
  const auto byte = [&](size_t at) { return static_cast<size_t>(static_cast<unsigned char>(bytes[at])); };
  const size_t version = byte(kMagic.size());
  size_t length = byte(kFixed) | byte(kFixed + 1) << 8;
  if (version >= 2) length |= byte(kFixed + 2) << 16 | byte(kFixed + 3) << 24;
  const size_t begin = kFixed + (version >= 2 ? 4 : 2);
  if (version < 1 || version > 3 || length > bytes.size() - begin) return std::nullopt;
  const std::string_view dictionary = bytes.substr(begin, length);
  const auto type = value_of(dictionary, "descr");
  const auto shape = value_of(dictionary, "shape");
  if (!type || !shape || !type->starts_with('\'')) return std::nullopt;
  const auto lengths = shape_in(*shape);
  if (!lengths) return std::nullopt;
  // The order of the elements is of no account: a mean has one, and a covariance is symmetric.
  return ArrayHeader{std::string(type->substr(1, type->find('\'', 1) - 1)), *lengths, begin + length};
}

/// The bytes of an entry; nothing where there is none of the name.
std::optional<std::string> entry_bytes(zip_t* zip, const char* name, const fs::path& file) {
  zip_stat_t status;
  zip_stat_init(&status);
  if (zip_stat(zip, name, 0, &status) != 0 || (status.valid & ZIP_STAT_SIZE) == 0) return std::nullopt;
  if (status.size > kMostFileBytes) fail(file, std::string(name) + " has more than 600 MB");
  std::string bytes(status.size, '\0');
  const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> entry(zip_fopen(zip, name, 0), &zip_fclose);
  char more = 0;
  if (!entry || zip_fread(entry.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()) ||
      zip_fread(entry.get(), &more, 1) != 0) {  // the second checks the checksum
    fail(file, std::string(name) + " is damaged");
  }
  return bytes;
}

/// An array of floating-point numbers, as float64.
at::Tensor array_of(zip_t* zip, const std::string& name, size_t dimensions, const fs::path& file) {
  const std::optional<std::string> bytes = entry_bytes(zip, (name + ".npy").c_str(), file);
  if (!bytes) fail(file, "it has no array " + name);
  const std::optional<ArrayHeader> header = array_header(*bytes);
  if (!header) fail(file, name + " is no array of NumPy's");
  if (header->type != "<f8" && header->type != "<f4") {
    fail(file, name + " has numbers of the type '" + header->type + "' but must have '<f8' or '<f4'");
  }
  if (header->shape.size() != dimensions) fail(file, name + " has " + std::to_string(header->shape.size()) + " axes");
  int64_t count = 1;
  for (const int64_t length : header->shape) {
    if (length < 1 || length > kMostDimensions) {
      fail(file, name + " has " + std::to_string(length) + " entries along an axis but must have 1 to 8192");
    }
    count *= length;
  }
  const at::ScalarType type = header->type == "<f8" ? at::kDouble : at::kFloat;
  const auto needed = static_cast<size_t>(count) * (type == at::kDouble ? sizeof(double) : sizeof(float));
  if (bytes->size() - header->data != needed) fail(file, name + " is not as long as its header says");
  at::Tensor numbers = at::empty(header->shape, type);
  std::memcpy(numbers.data_ptr(), bytes->data() + header->data, needed);
  if (!at::isfinite(numbers).all().item<bool>()) fail(file, name + " holds numbers that are not finite");
  return numbers.to(at::kDouble);
}

/// How many pictures they are of; 0 where the file does not tell.
int64_t count_in(zip_t* zip, const fs::path& file) {
  const std::optional<std::string> bytes = entry_bytes(zip, "n.npy", file);
  const std::optional<ArrayHeader> header = bytes ? array_header(*bytes) : std::nullopt;
  int64_t count = 0;
  if (!header || header->type != "<i8" || bytes->size() - header->data != sizeof count) return 0;
  std::memcpy(&count, bytes->data() + header->data, sizeof count);
  return std::max<int64_t>(0, count);
}

/// A tensor as `.npy`, version 1: the header filled up so that the numbers begin at a multiple of 64.
std::string array_bytes(const at::Tensor& tensor, std::string_view type) {
  std::string shape;
  for (const int64_t length : tensor.sizes()) shape += std::to_string(length) + ", ";
  if (tensor.dim() > 1) shape.resize(shape.size() - 2);  // NumPy writes (512,) and (512, 512)
  if (tensor.dim() == 1) shape.pop_back();
  std::string header = "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr size_t kBefore = 10, kAlignment = 64;
  header.append(kAlignment - 1 - (kBefore + header.size()) % kAlignment, ' ');
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes.append({'\1', '\0', static_cast<char>(header.size() & 0xFF), static_cast<char>(header.size() >> 8)});
  bytes += header;
  const at::Tensor dense = tensor.contiguous();
  bytes.append(static_cast<const char*>(dense.data_ptr()), dense.nbytes());
  return bytes;
}

/// What no pictures could have is refused, for a distance from it would be any number.
void check_covariance(const at::Tensor& covariance, const fs::path& file) {
  constexpr double kRounding = 1e-5;  // of files in float32
  const double most = kRounding * covariance.abs().max().item<double>();
  if ((covariance - covariance.t()).abs().max().item<double>() > most) fail(file, "sigma is not symmetric");
  if (covariance.diagonal().min().item<double>() < -most) fail(file, "sigma has variances below 0");
}

}  // namespace

FeatureStatistics read_statistics(const fs::path& file) {
  const TextFile read = read_text_file(file, kMostFileBytes);
  switch (read.problem) {
    case TextFile::Problem::None:
      break;
    case TextFile::Problem::Unreadable:
      fail(file, read.reason);
    case TextFile::Problem::NoRegularFile:
      fail(file, "it is no regular file");
    case TextFile::Problem::TooLarge:
      fail(file, "it has more than 600 MB");
  }
  zip_source_t* const source = zip_source_buffer_create(read.text.data(), read.text.size(), 0, nullptr);
  const Zip zip(source ? zip_open_from_source(source, ZIP_RDONLY, nullptr) : nullptr, &zip_discard);
  if (!zip) {
    if (source) zip_source_free(source);
    fail(file, "it is no zip archive");
  }
  FeatureStatistics statistics;
  statistics.mean = array_of(zip.get(), "mu", 1, file);
  statistics.covariance = array_of(zip.get(), "sigma", 2, file);
  const int64_t dimensions = statistics.dimensions();
  if (statistics.covariance.size(0) != dimensions || statistics.covariance.size(1) != dimensions) {
    fail(file, "sigma is " + std::to_string(statistics.covariance.size(0)) + "x" +
                   std::to_string(statistics.covariance.size(1)) + " but mu has " + std::to_string(dimensions) +
                   " entries");
  }
  check_covariance(statistics.covariance, file);
  statistics.count = count_in(zip.get(), file);
  return statistics;
}

void write_statistics(const FeatureStatistics& statistics, const fs::path& file) {
  const std::vector<std::pair<std::string, std::string>> entries = {
      {"mu.npy", array_bytes(statistics.mean, "<f8")},
      {"sigma.npy", array_bytes(statistics.covariance, "<f8")},
      {"n.npy", array_bytes(at::tensor(statistics.count, at::kLong).squeeze(), "<i8")}};
  zip_source_t* const archive = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  STYLER_ASSERT(archive != nullptr);
  zip_source_keep(archive);
  const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> kept(archive, &zip_source_free);
  Zip zip(zip_open_from_source(archive, ZIP_TRUNCATE, nullptr), &zip_discard);
  STYLER_ASSERT(zip != nullptr);
  for (const auto& [name, bytes] : entries) {
    zip_source_t* const content = zip_source_buffer(zip.get(), bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(zip.get(), name.c_str(), content, ZIP_FL_ENC_UTF_8);
    STYLER_ASSERT(index >= 0);
    const auto place = static_cast<zip_uint64_t>(index);
    zip_set_file_compression(zip.get(), place, ZIP_CM_STORE, 0);
    zip_file_set_dostime(zip.get(), place, 0, kFirstDosDate, 0);
  }
  zip_t* const open = zip.release();
  const bool closed = zip_close(open) == 0;  // which frees it
  if (!closed) zip_discard(open);
  STYLER_ASSERT(closed);
  zip_stat_t status;
  zip_stat_init(&status);
  STYLER_ASSERT(zip_source_stat(archive, &status) == 0);
  std::string bytes(status.size, '\0');
  STYLER_ASSERT(zip_source_open(archive) == 0);
  STYLER_ASSERT(zip_source_read(archive, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size()));
  zip_source_close(archive);
  write_file_atomically(file, bytes);
}

}  // namespace styler
