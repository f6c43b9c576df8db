#include "styler/weights/foreign/torch_file.hpp"

#include <ATen/ops/empty.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/weights/foreign/pickle.hpp"

namespace styler {
namespace {

using namespace std::string_view_literals;
using Kind = PickleValue::Kind;

constexpr int64_t kMaxPickleBytes = int64_t{16} << 20;
/// The three pickles that precede the state dict in a legacy file.
constexpr std::string_view kMagicNumber = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv;
constexpr int64_t kLegacyProtocol = 1001;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorCode::Weights, file.string() + " cannot be used as .pth: " + what + "; get the file again");
}

/// Reads `count` bytes of a storage from byte `first` on.
using ReadStorage = std::function<void(const std::string& key, int64_t first, int64_t count, char* bytes)>;

/// The number of elements, or -1 when it does not fit a file.
int64_t element_count(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (const int64_t size : shape) {
    if (__builtin_mul_overflow(count, size, &count) || count > int64_t{1} << 48) return -1;
  }
  return count;
}

/// Whether the elements lie one beside the other, in whatever order of dimensions, without a gap or an overlap.
bool is_dense(const PickleValue& tensor) {
  std::vector<std::pair<int64_t, int64_t>> dimensions;  // stride and size
  for (size_t d = 0; d < tensor.shape.size(); ++d) {
    if (tensor.shape[d] != 1) dimensions.emplace_back(tensor.strides[d], tensor.shape[d]);
  }
  std::sort(dimensions.begin(), dimensions.end());
  int64_t expected = 1;
  for (const auto& [stride, size] : dimensions) {
    if (stride != expected) return false;
    expected *= size;
  }
  return true;
}

at::Tensor read_tensor(const PickleValue& tensor, const PickleValue& storage, const ReadStorage& read) {
  const int64_t element_bytes = static_cast<int64_t>(c10::elementSize(storage.type));
  const int64_t count = element_count(tensor.shape);
  at::Tensor numbers = at::empty({count}, at::TensorOptions(storage.type));
  read(storage.text, tensor.integer * element_bytes, count * element_bytes, static_cast<char*>(numbers.data_ptr()));
  return numbers.as_strided(tensor.shape, tensor.strides);
}

/// The tensors among the values of a state dict; anything else in it, such as an epoch's number, is left out.
ForeignTensors tensors_in(const Pickle& pickle, const std::filesystem::path& file, const ReadStorage& read) {
  if (pickle.top().kind != Kind::Dict) fail(file, "it holds no dictionary of tensors (a state dict)");
  ForeignTensors tensors;
  const auto& items = pickle.top().items;
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    const PickleValue& key = pickle.at(items[i]);
    const PickleValue& tensor = pickle.at(items[i + 1]);
    if (key.kind != Kind::Text || tensor.kind != Kind::Tensor || tensor.items.empty()) continue;
    const PickleValue& storage = pickle.at(tensor.items[0]);
    const int64_t count = element_count(tensor.shape);
    const std::string name = "tensor " + quoted_name(key.text);
    if (count < 0 || storage.integer > int64_t{1} << 48 || tensor.integer > storage.integer ||
        count > storage.integer - tensor.integer) {
      fail(file, name + " of shape " + shape_text(tensor.shape) + " reaches beyond its storage of " +
                     std::to_string(storage.integer) + " elements");
    }
    if (count > 0 && !is_dense(tensor)) {
      fail(file, name + " is a view with gaps; save a copy of it (tensor.contiguous())");
    }
    tensors.insert_or_assign(
        key.text, ForeignTensor{tensor.shape, [tensor, storage, read] { return read_tensor(tensor, storage, read); }});
  }
  return tensors;
}

/// Every storage key of a pickle with its size in elements and bytes.
struct StorageSize {
  int64_t elements;
  int64_t bytes;
};
std::map<std::string, StorageSize> storages_in(const Pickle& pickle) {
  std::map<std::string, StorageSize> sizes;
  for (const PickleValue& value : pickle.values) {
    if (value.kind != Kind::Storage || value.integer > int64_t{1} << 48) continue;
    sizes[value.text] = {value.integer, value.integer * static_cast<int64_t>(c10::elementSize(value.type))};
  }
  return sizes;
}

/// PyTorch writes the numbers as its machine has them, and says so.
void check_byte_order(const Pickle& system, const std::filesystem::path& file) {
  const auto& items = system.top().items;
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    const PickleValue& value = system.at(items[i + 1]);
    if (system.at(items[i]).text == "little_endian" && value.kind == Kind::Boolean && value.integer == 0) {
      fail(file, "its numbers are big-endian");
    }
  }
}

/// Where each storage's numbers lie in a legacy file: after the pickles, in the order of the last one, each behind its
/// number of elements.
std::map<std::string, int64_t> legacy_positions(std::ifstream& stream, const Pickle& state, const Pickle& keys,
                                                int64_t position, int64_t file_bytes,
                                                const std::filesystem::path& file) {
  const auto sizes = storages_in(state);
  std::map<std::string, int64_t> positions;
  if (keys.top().kind != Kind::List) fail(file, "the list of its storages is missing");
  for (const uint32_t index : keys.top().items) {
    const std::string& key = keys.at(index).text;
    const auto size = sizes.find(key);
    if (size == sizes.end()) fail(file, "storage " + quoted_name(key) + " belongs to no tensor");
    int64_t elements = -1;
    stream.clear();
    stream.seekg(position);
    stream.read(reinterpret_cast<char*>(&elements), sizeof elements);
    if (!stream || elements != size->second.elements) {
      fail(file, "storage " + quoted_name(key) + " does not have the " + std::to_string(size->second.elements) +
                     " elements that its tensor needs");
    }
    position += static_cast<int64_t>(sizeof elements);
    if (size->second.bytes > file_bytes - position) {
      fail(file, "it is truncated: storage " + quoted_name(key) + " ends beyond the file's " +
                     std::to_string(file_bytes) + " bytes");
    }
    positions[key] = position;
    position += size->second.bytes;
  }
  return positions;
}

/// An open zip archive and where PyTorch put its folder.
class Archive {
 public:
  explicit Archive(const std::filesystem::path& file) : file_(file) {
    int problem = 0;
    zip_.reset(zip_open(file.c_str(), ZIP_RDONLY, &problem));
    if (!zip_) fail(file, "its zip directory is damaged or missing, as when a download broke off");
    const zip_int64_t count = zip_get_num_entries(zip_.get(), 0);
    constexpr std::string_view kPickleName = "data.pkl";
    for (zip_int64_t i = 0; i < count && folder_.empty(); ++i) {
      const char* const raw = zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), 0);
      const std::string_view name = raw ? raw : "";
      const size_t slash = name.find('/');
      if (slash != std::string_view::npos && name.substr(slash + 1) == kPickleName) folder_ = name.substr(0, slash + 1);
    }
    if (folder_.empty()) fail(file, "the archive holds no data.pkl, so PyTorch did not write it");
  }

  /// Size of an entry that is there, stored and not encrypted, as all of PyTorch's are; -1 when it is missing. Stored
  /// entries are never larger than the file, so no archive can unpack to more than itself.
  int64_t size(const std::string& name) const {
    zip_stat_t status;
    zip_stat_init(&status);
    if (zip_stat(zip_.get(), (folder_ + name).c_str(), 0, &status) != 0) return -1;
    const bool plain = (status.valid & ZIP_STAT_SIZE) && (status.valid & ZIP_STAT_COMP_SIZE) &&
                       status.comp_method == ZIP_CM_STORE && status.encryption_method == ZIP_EM_NONE &&
                       status.size == status.comp_size && status.size <= std::filesystem::file_size(file_);
    if (!plain) fail(file_, "entry " + quoted_name(name) + " is compressed, encrypted or damaged");
    return static_cast<int64_t>(status.size);
  }

  void read(const std::string& name, int64_t first, int64_t count, char* bytes) const {
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> entry(zip_fopen(zip_.get(), (folder_ + name).c_str(), 0),
                                                                   &zip_fclose);
    bool good = entry != nullptr;
    std::array<char, 1 << 16> skipped;
    while (good && first > 0) {
      const auto step = std::min(first, static_cast<int64_t>(skipped.size()));
      good = zip_fread(entry.get(), skipped.data(), static_cast<zip_uint64_t>(step)) == step;
      first -= step;
    }
    good = good && zip_fread(entry.get(), bytes, static_cast<zip_uint64_t>(count)) == count;
    // One byte more asks for the end, where libzip compares the checksum.
    char rest = 0;
    good = good && zip_fread(entry.get(), &rest, 1) >= 0;
    if (!good) fail(file_, "entry " + quoted_name(name) + " is damaged");
  }

  std::string text(const std::string& name) const {
    const int64_t bytes = size(name);
    if (bytes < 0) return {};
    if (bytes > kMaxPickleBytes) fail(file_, "entry " + quoted_name(name) + " is longer than a state dict");
    std::string text(static_cast<size_t>(bytes), '\0');
    read(name, 0, bytes, text.data());
    return text;
  }

 private:
  std::filesystem::path file_;
  std::unique_ptr<zip_t, decltype(&zip_discard)> zip_{nullptr, &zip_discard};
  std::string folder_;
};

}  // namespace

ForeignTensors list_torch_legacy_tensors(const std::filesystem::path& file) {
  const auto stream = std::make_shared<std::ifstream>(file, std::ios::binary);
  std::error_code problem;
  const auto file_bytes = static_cast<int64_t>(std::filesystem::file_size(file, problem));
  if (!*stream || problem) fail(file, "it cannot be read");
  std::string head(static_cast<size_t>(std::min(file_bytes, kMaxPickleBytes)), '\0');
  stream->read(head.data(), static_cast<std::streamsize>(head.size()));

  size_t position = 0;
  const auto next = [&] {
    Pickle pickle = read_pickle(std::string_view(head).substr(position), file);
    position += pickle.bytes;
    return pickle;
  };
  if (next().top().text != kMagicNumber) fail(file, "it is a pickle, but not one that PyTorch wrote");
  if (next().top().integer != kLegacyProtocol) fail(file, "its version is not the one that PyTorch wrote before 1.6");
  check_byte_order(next(), file);
  const Pickle state = next();
  const Pickle keys = next();
  auto positions = legacy_positions(*stream, state, keys, static_cast<int64_t>(position), file_bytes, file);
  return tensors_in(state, file,
                    [stream, file, positions = std::move(positions)](const std::string& key, int64_t first,
                                                                     int64_t count, char* bytes) {
                      const auto found = positions.find(key);
                      if (found == positions.end()) fail(file, "storage " + quoted_name(key) + " is missing");
                      stream->clear();
                      stream->seekg(found->second + first);
                      if (!stream->read(bytes, count)) fail(file, "it is truncated");
                    });
}

ForeignTensors list_torch_zip_tensors(const std::filesystem::path& file) {
  const auto archive = std::make_shared<Archive>(file);
  if (archive->text("byteorder") == "big") fail(file, "its numbers are big-endian");
  const Pickle state = read_pickle(archive->text("data.pkl"), file);
  for (const auto& [key, size] : storages_in(state)) {
    const int64_t bytes = archive->size("data/" + key);
    if (bytes != size.bytes) {
      fail(file, "storage " + quoted_name(key) +
                     (bytes < 0 ? " is missing"
                                : " has " + std::to_string(bytes) + " bytes instead of " + std::to_string(size.bytes)));
    }
  }
  return tensors_in(state, file, [archive](const std::string& key, int64_t first, int64_t count, char* bytes) {
    archive->read("data/" + key, first, count, bytes);
  });
}

}  // namespace styler
