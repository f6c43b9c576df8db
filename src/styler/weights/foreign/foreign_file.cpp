#include "styler/weights/foreign/foreign_file.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/weights/foreign/keras_file.hpp"
#include "styler/weights/foreign/torch_file.hpp"

namespace styler {
namespace {

using namespace std::string_view_literals;

/// Where a tar archive says that it is one; PyTorch 0.1.0 wrote its files as such.
constexpr size_t kTarMark = 257;

ForeignTensors list_safetensors(const std::filesystem::path& file) {
  ForeignTensors tensors;
  const auto reader = std::make_shared<SafetensorsReader>(file);
  for (size_t i = 0; i < reader->tensors().size(); ++i) {
    const TensorEntry& entry = reader->tensors()[i];
    tensors.emplace(entry.name, ForeignTensor{entry.shape, [reader, i] { return reader->read(i); }});
  }
  return tensors;
}

}  // namespace

ForeignForm foreign_form(const std::filesystem::path& file) {
  std::error_code problem;
  const auto status = std::filesystem::status(file, problem);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::Weights, file.string() + " is not a regular file; give the path of a weights file");
  }
  std::array<char, 512> first{};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw Error(ErrorCode::Weights,
                file.string() + " cannot be read: " + std::generic_category().message(errno) + "; check the path");
  }
  stream.read(first.data(), first.size());
  const std::string_view bytes(first.data(), static_cast<size_t>(stream.gcount()));
  if (bytes.starts_with("\x89HDF\r\n\x1a\n"sv)) return ForeignForm::Hdf5;
  if (bytes.starts_with("PK\x03\x04"sv)) return ForeignForm::TorchZip;
  // A pickle starts with the PROTO opcode; PyTorch has only ever written versions 2 to 5.
  if (bytes.size() > 1 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5) return ForeignForm::TorchLegacy;
  if (bytes.size() > 8 && bytes[8] == '{') return ForeignForm::Safetensors;
  if (bytes.size() > kTarMark && bytes.substr(kTarMark).starts_with("ustar")) {
    throw Error(ErrorCode::Weights, file.string() +
                                        " is a tar archive, which only PyTorch 0.1.0 wrote; load it with "
                                        "PyTorch and save it again");
  }
  throw Error(ErrorCode::Weights, file.string() +
                                      " is in no known form (its first bytes are not those of .h5, .pth or "
                                      ".safetensors); check that its download was complete");
}

ForeignTensors list_foreign_tensors(const std::filesystem::path& file) {
  switch (foreign_form(file)) {
    case ForeignForm::Hdf5:
      return list_hdf5_tensors(file);
    case ForeignForm::TorchLegacy:
      return list_torch_legacy_tensors(file);
    case ForeignForm::TorchZip:
      return list_torch_zip_tensors(file);
    case ForeignForm::Safetensors:
      return list_safetensors(file);
  }
  STYLER_ASSERT(!"a form of the enumeration");
  return {};
}

}  // namespace styler
