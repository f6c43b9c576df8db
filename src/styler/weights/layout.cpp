#include "styler/weights/layout.hpp"

#include <ATen/ops/isfinite.h>

#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"

namespace styler {

at::Tensor read_float_tensor(const ForeignTensors& tensors, const std::string& name, const std::vector<int64_t>& shape,
                             const NetworkForm& form, const std::filesystem::path& file) {
  const auto other = [&](const std::string& what) -> Error {
    return {ErrorCode::Weights, file.string() + " is not " + form.title + ": tensor " + quoted_name(name) + " " + what +
                                    "; give a file of " + form.title + ", or run `" + form.install + "`"};
  };
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw other("is missing");
  if (found->second.shape != shape) {
    throw other("has shape " + shape_text(found->second.shape) + " instead of " + shape_text(shape));
  }
  const at::Tensor tensor = found->second.read();
  STYLER_ASSERT(tensor.sizes() == at::IntArrayRef(shape));
  if (!tensor.is_floating_point()) throw other("holds whole numbers");
  return tensor.to(at::kFloat);
}

void check_finite(const NamedTensors& tensors, const std::filesystem::path& file) {
  for (const auto& [name, tensor] : tensors) {
    if (at::isfinite(tensor).all().item<bool>()) continue;
    throw Error(ErrorCode::Weights, file.string() + " is damaged: " + name.substr(0, name.rfind('.')) +
                                        " holds numbers that are not finite; get the file again");
  }
}

std::string tensors_sha256(const NamedTensors& tensors) {
  Sha256 sum;
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor dense = tensor.contiguous();
    sum.add({static_cast<const char*>(dense.data_ptr()), dense.nbytes()});
  }
  return sum.hex_digest();
}

}  // namespace styler
