#include "styler/core/storage/state_file.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/version.hpp"

namespace styler {
namespace {

constexpr const char* kFormatKey = "format";
constexpr const char* kVersionKey = "version";
constexpr const char* kProgramKey = "styler";
constexpr const char* kDigestName = "sha256";
constexpr size_t kDigestBytes = 32;
/// What is hashed and written at a time: small enough to be still in the cache when it is written.
constexpr size_t kPieceBytes = size_t{1} << 20;

using Digest = std::array<unsigned char, kDigestBytes>;

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string entry(const std::map<std::string, std::string>& texts, const std::string& name) {
  const auto found = texts.find(name);
  return found == texts.end() ? std::string() : found->second;
}

template <typename Value>
const Value& wanted(const std::map<std::string, Value>& values, const std::string& name, const StateFile& file) {
  const auto found = values.find(name);
  if (found == values.end()) file.reject("lacks something that it should hold");
  return found->second;
}

}  // namespace

StateFile::StateFile(const std::filesystem::path& file, const StateFileKind& kind) : file_(file), kind_(kind) {
  const SafetensorsReader reader(file, kind.use);
  if (entry(reader.metadata(), kFormatKey) != kind.format) {
    reject(std::string("is no ") + kind.name + ", but a .safetensors file with something else in it");
  }
  const std::string version = entry(reader.metadata(), kVersionKey);
  if (version.empty() || (version != kind.version && version != kind.also_read)) reject_version(reader.metadata());
  Sha256 sum;
  sum.add(reader.header());
  std::string stored;
  for (size_t i = 0; i < reader.tensors().size(); ++i) {
    const at::Tensor tensor = reader.read(i);
    const std::string_view bytes(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
    if (i + 1 == reader.tensors().size() && reader.tensors()[i].name == kDigestName) {
      stored = bytes;
    } else {
      sum.add(bytes);
      tensors_.emplace(reader.tensors()[i].name, tensor);
    }
  }
  const Digest digest = sum.digest();
  if (stored != bytes_of(digest)) reject("is damaged: its contents are not those of its checksum");
  texts_ = reader.metadata();
}

const std::string& StateFile::text(const std::string& name) const { return wanted(texts_, name, *this); }

at::Tensor StateFile::tensor(const std::string& name) const { return wanted(tensors_, name, *this); }

void StateFile::reject(const std::string& what) const {
  throw Error(kind_.use.code, std::string(kind_.name) + " " + quoted(file_) + " " + what + "; " + kind_.use.if_broken);
}

void StateFile::reject_version(const std::map<std::string, std::string>& texts) const {
  const std::string also = kind_.also_read;
  throw Error(kind_.use.code, std::string(kind_.name) + " " + quoted(file_) + " is of version " +
                                  quoted_name(entry(texts, kVersionKey)) + " and was written by styler " +
                                  quoted_name(entry(texts, kProgramKey)) + ", but this program reads version '" +
                                  kind_.version + (also.empty() ? "'" : "' and '" + also + "'") + "; " +
                                  kind_.if_other_version);
}

void write_state_file(const std::filesystem::path& file, const StateFileKind& kind, const NamedTensors& tensors,
                      std::map<std::string, std::string> texts) {
  std::vector<TensorEntry> entries;
  entries.reserve(tensors.size() + 1);
  for (const auto& [name, tensor] : tensors) entries.push_back({name, tensor.scalar_type(), tensor.sizes().vec()});
  entries.push_back({kDigestName, at::kByte, {static_cast<int64_t>(kDigestBytes)}});
  for (const auto& [key, value] : {std::pair(kFormatKey, std::string(kind.format)),
                                   {kVersionKey, kind.version},
                                   {kProgramKey, program_version()}}) {
    STYLER_ASSERT(!texts.contains(key));
    texts[key] = value;
  }
  const std::string header = safetensors_header(entries, texts);
  write_file_atomically(file, [&](const ByteSink& sink) {
    Sha256 sum;
    const auto put = [&](std::string_view bytes) {
      for (; !bytes.empty(); bytes.remove_prefix(std::min(kPieceBytes, bytes.size()))) {
        sum.add(bytes.substr(0, kPieceBytes));
        sink(bytes.substr(0, kPieceBytes));
      }
    };
    put(header);
    for (const auto& [name, tensor] : tensors) {
      const at::Tensor dense = tensor.cpu().contiguous();
      put({static_cast<const char*>(dense.data_ptr()), dense.nbytes()});
    }
    const Digest digest = sum.digest();
    sink(bytes_of(digest));
  });
}

}  // namespace styler
