#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors.hpp"

// The bytes of a pickle, and the names that may stand in them. Only pickle.cpp and pickle_stack.hpp include this.
namespace styler::pickle {

/// What a name in a pickle stands for.
enum class Action { OrderedDict, RebuildTensor, RebuildParameter, Parameter, Size, Storage, TensorClass };
struct KnownName {
  std::string_view name;
  Action action;
  at::ScalarType type = at::kFloat;
};
/// All that a file of weights needs, in today's PyTorch and in that of 2017, when the known files were written.
constexpr std::array kKnownNames{
    KnownName{"collections.OrderedDict", Action::OrderedDict},
    KnownName{"torch._utils._rebuild_tensor", Action::RebuildTensor},
    KnownName{"torch._utils._rebuild_tensor_v2", Action::RebuildTensor},
    KnownName{"torch._utils._rebuild_parameter", Action::RebuildParameter},
    KnownName{"torch.nn.parameter.Parameter", Action::Parameter},
    KnownName{"torch.Size", Action::Size},
    KnownName{"torch.FloatStorage", Action::Storage, at::kFloat},
    KnownName{"torch.DoubleStorage", Action::Storage, at::kDouble},
    KnownName{"torch.HalfStorage", Action::Storage, at::kHalf},
    KnownName{"torch.BFloat16Storage", Action::Storage, at::kBFloat16},
    KnownName{"torch.LongStorage", Action::Storage, at::kLong},
    KnownName{"torch.IntStorage", Action::Storage, at::kInt},
    KnownName{"torch.ByteStorage", Action::Storage, at::kByte},
    KnownName{"torch.BoolStorage", Action::Storage, at::kBool},
    KnownName{"torch.cuda.FloatStorage", Action::Storage, at::kFloat},
    KnownName{"torch.cuda.HalfStorage", Action::Storage, at::kHalf},
    KnownName{"torch.FloatTensor", Action::TensorClass},
    KnownName{"torch.cuda.FloatTensor", Action::TensorClass},
};

/// The entry of kKnownNames with this name, or its end.
inline const KnownName* find_known(std::string_view name) {
  return std::find_if(kKnownNames.begin(), kKnownNames.end(),
                      [&](const KnownName& candidate) { return candidate.name == name; });
}

/// Takes numbers and texts off the front of a pickle, never beyond its end, and words its refusals.
class Input {
 public:
  Input(std::string_view bytes, const std::filesystem::path& file) : bytes_(bytes.substr(0, kMaxBytes)), file_(file) {}

  /// Bytes taken so far.
  size_t position() const { return position_; }

  [[noreturn]] void broken(const std::string& what) const {
    throw Error(ErrorCode::Weights, file_.string() + " cannot be used as .pth: " + what + " (pickle, byte " +
                                        std::to_string(position_) + "); get the file again");
  }

  [[noreturn]] void refuse(const std::string& name) const {
    throw Error(ErrorCode::Weights, file_.string() + " asks for " + quoted_name(name) +
                                        ", which no tensor needs, so it was not read and nothing in it was executed; "
                                        "give a file that holds a state dict alone, from a source you trust");
  }

  std::string_view take(size_t count) {
    if (count > bytes_.size() - position_) broken("it ends too early, or is longer than a state dict");
    position_ += count;
    return bytes_.substr(position_ - count, count);
  }

  template <typename Number>
  Number take_number() {
    Number number{};
    std::memcpy(&number, take(sizeof number).data(), sizeof number);
    return number;
  }

  std::string_view take_line() {
    const size_t end = bytes_.substr(position_, kMaxText).find('\n');
    if (end == std::string_view::npos) broken("a name does not end");
    return take(end + 1).substr(0, end);
  }

  std::string take_text(size_t count) {
    if (count > kMaxText) broken("a text of " + std::to_string(count) + " bytes is longer than any name");
    return std::string(take(count));
  }

 private:
  static constexpr size_t kMaxBytes = size_t{16} << 20;
  static constexpr size_t kMaxText = 4096;

  std::string_view bytes_;
  const std::filesystem::path& file_;
  size_t position_ = 0;
};

}  // namespace styler::pickle
