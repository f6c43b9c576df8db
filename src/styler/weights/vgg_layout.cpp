#include "styler/weights/vgg_layout.hpp"

#include <array>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/network/vgg19_weights.hpp"

namespace styler {
namespace {

/// How one kind of file names the convolutions and orders their kernels.
struct Layout {
  std::string (*kernel)(int index);
  std::string (*bias)(int index);
  bool channels_last;      ///< Kernels are (height, width, in, out), as TensorFlow has them.
  const char* convention;  ///< The only one that such files come in, or empty.
};

/// `block1_conv1`, from `conv1_1`.
std::string keras_name(int index) {
  const std::string name = vgg_convolution_name(index);
  return std::string("block") + name[4] + "_conv" + name[6];
}

/// Where torchvision's `features` have convolution `index`: a ReLU follows each, and a pooling each block.
std::string torch_position(int index) { return std::to_string(2 * index + (vgg_convolution_name(index)[4] - '1')); }

constexpr std::array<Layout, 5> kLayouts{{
    {[](int i) { return keras_name(i) + "/" + keras_name(i) + "_W_1:0"; },
     [](int i) { return keras_name(i) + "/" + keras_name(i) + "_b_1:0"; }, true, "caffe"},
    {[](int i) { return keras_name(i) + "/" + keras_name(i) + "/kernel:0"; },
     [](int i) { return keras_name(i) + "/" + keras_name(i) + "/bias:0"; }, true, "caffe"},
    {[](int i) { return "features." + torch_position(i) + ".weight"; },
     [](int i) { return "features." + torch_position(i) + ".bias"; }, false, ""},
    {[](int i) { return torch_position(i) + ".weight"; }, [](int i) { return torch_position(i) + ".bias"; }, false, ""},
    {[](int i) { return vgg_convolution_name(i) + ".weight"; }, [](int i) { return vgg_convolution_name(i) + ".bias"; },
     false, ""},
}};

/// Only Johnson's classifier counts so: torchvision's linear layers are 0, 3 and 6. The converse tells nothing, because
/// a widely used download script renames Johnson's to torchvision's numbers.
constexpr const char* kJohnsonsClassifier = "classifier.1.weight";

/// The layout most of whose names are there, or nullptr when there is not one.
const Layout* best_layout(const ForeignTensors& tensors) {
  const Layout* best = nullptr;
  int most = 0;
  for (const Layout& layout : kLayouts) {
    int count = 0;
    for (int i = 0; i < kVggConvolutions; ++i) count += tensors.contains(layout.kernel(i)) ? 1 : 0;
    if (count > most) {
      most = count;
      best = &layout;
    }
  }
  return best;
}

}  // namespace

FoundNetwork find_vgg(const ForeignTensors& tensors, const std::filesystem::path& file) {
  const Layout* const layout = best_layout(tensors);
  if (!layout) {
    throw Error(
        ErrorCode::Weights,
        file.string() +
            " holds no convolution of VGG19 under the names that Keras, torchvision or styler "
            "give them (" +
            (tensors.empty() ? "it has no tensors" : "its first tensor is " + quoted_name(tensors.begin()->first)) +
            "); give a file of VGG19, or run `styler weights install`");
  }
  const NetworkForm& form = vgg19_form();
  FoundNetwork found;
  for (int i = 0; i < kVggConvolutions; ++i) {
    const auto [in, out] = vgg_channels(i);
    at::Tensor kernel;
    if (layout->channels_last) {
      kernel = read_float_tensor(tensors, layout->kernel(i), {3, 3, in, out}, form, file).permute({3, 2, 0, 1});
    } else {
      kernel = read_float_tensor(tensors, layout->kernel(i), {out, in, 3, 3}, form, file);
    }
    const at::Tensor bias = read_float_tensor(tensors, layout->bias(i), {out}, form, file);
    found.tensors.emplace_back(vgg_convolution_name(i) + ".weight", kernel.contiguous());
    found.tensors.emplace_back(vgg_convolution_name(i) + ".bias", bias.contiguous());
  }
  check_finite(found.tensors, file);
  found.convention = tensors.contains(kJohnsonsClassifier) ? "caffe" : layout->convention;
  return found;
}

}  // namespace styler
