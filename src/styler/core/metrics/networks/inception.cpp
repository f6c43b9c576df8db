#include "styler/core/metrics/networks/inception.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/mm.h>

#include <array>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"

namespace styler {
namespace {

constexpr double kInceptionEpsilon = 1e-3;  // of the batch normalisations

/// The network's convolutions, by name.
class Units {
 public:
  Units() {
    add("Conv2d_1a_3x3", 3, 32, {3, 3}, 2);
    add("Conv2d_2a_3x3", 32, 32, {3, 3});
    same("Conv2d_2b_3x3", 32, 64, {3, 3});
    add("Conv2d_3b_1x1", 64, 80);
    add("Conv2d_4a_3x3", 80, 192, {3, 3});
    add_a("Mixed_5b.", 192, 32);
    add_a("Mixed_5c.", 256, 64);
    add_a("Mixed_5d.", 288, 64);
    add_b("Mixed_6a.", 288);
    add_c("Mixed_6b.", 128);
    add_c("Mixed_6c.", 160);
    add_c("Mixed_6d.", 160);
    add_c("Mixed_6e.", 192);
    add_d("Mixed_7a.", 768);
    add_e("Mixed_7b.", 1280);
    add_e("Mixed_7c.", 2048);
  }

  struct Unit {
    std::string name;
    NormalisedConvolution convolution;
  };
  const std::vector<Unit>& all() const { return units_; }

 private:
  using Edges = std::array<int64_t, 2>;

  void add(const std::string& name, int64_t in, int64_t out, Edges size = {1, 1}, int64_t stride = 1,
           Edges padding = {0, 0}) {
    units_.push_back({name, {name + ".conv.weight", name + ".bn", in, out, size, stride, padding}});
  }
  /// One whose output is as large as its input.
  void same(const std::string& name, int64_t in, int64_t out, Edges size) {
    add(name, in, out, size, 1, {size[0] / 2, size[1] / 2});
  }
  void add_a(const std::string& block, int64_t in, int64_t of_pool) {
    add(block + "branch1x1", in, 64);
    add(block + "branch5x5_1", in, 48);
    same(block + "branch5x5_2", 48, 64, {5, 5});
    add(block + "branch3x3dbl_1", in, 64);
    same(block + "branch3x3dbl_2", 64, 96, {3, 3});
    same(block + "branch3x3dbl_3", 96, 96, {3, 3});
    add(block + "branch_pool", in, of_pool);
  }
  void add_b(const std::string& block, int64_t in) {
    add(block + "branch3x3", in, 384, {3, 3}, 2);
    add(block + "branch3x3dbl_1", in, 64);
    same(block + "branch3x3dbl_2", 64, 96, {3, 3});
    add(block + "branch3x3dbl_3", 96, 96, {3, 3}, 2);
  }
  void add_c(const std::string& block, int64_t inner) {
    constexpr int64_t kIn = 768, kOut = 192;
    add(block + "branch1x1", kIn, kOut);
    add(block + "branch7x7_1", kIn, inner);
    same(block + "branch7x7_2", inner, inner, {1, 7});
    same(block + "branch7x7_3", inner, kOut, {7, 1});
    add(block + "branch7x7dbl_1", kIn, inner);
    same(block + "branch7x7dbl_2", inner, inner, {7, 1});
    same(block + "branch7x7dbl_3", inner, inner, {1, 7});
    same(block + "branch7x7dbl_4", inner, inner, {7, 1});
    same(block + "branch7x7dbl_5", inner, kOut, {1, 7});
    add(block + "branch_pool", kIn, kOut);
  }
  void add_d(const std::string& block, int64_t in) {
    add(block + "branch3x3_1", in, 192);
    add(block + "branch3x3_2", 192, 320, {3, 3}, 2);
    add(block + "branch7x7x3_1", in, 192);
    same(block + "branch7x7x3_2", 192, 192, {1, 7});
    same(block + "branch7x7x3_3", 192, 192, {7, 1});
    add(block + "branch7x7x3_4", 192, 192, {3, 3}, 2);
  }
  void add_e(const std::string& block, int64_t in) {
    add(block + "branch1x1", in, 320);
    add(block + "branch3x3_1", in, 384);
    same(block + "branch3x3_2a", 384, 384, {1, 3});
    same(block + "branch3x3_2b", 384, 384, {3, 1});
    add(block + "branch3x3dbl_1", in, 448);
    same(block + "branch3x3dbl_2", 448, 384, {3, 3});
    same(block + "branch3x3dbl_3a", 384, 384, {1, 3});
    same(block + "branch3x3dbl_3b", 384, 384, {3, 1});
    add(block + "branch_pool", in, 192);
  }

  std::vector<Unit> units_;
};

const std::vector<Units::Unit>& inception_units() {
  static const Units units;
  return units.all();
}

NetworkForm inception_form(std::string name, std::string title, std::string install, bool has_classes) {
  NetworkForm form{std::move(name), std::move(title), std::move(install), {}};
  for (const Units::Unit& unit : inception_units()) {
    for (TensorEntry& tensor : tensors_of(unit.convolution)) form.tensors.push_back(std::move(tensor));
  }
  if (has_classes) {
    form.tensors.push_back({"fc.weight", at::kFloat, {Inception::kClasses, Inception::kDimensions}});
  }
  return form;
}

at::Tensor halved(const at::Tensor& x) { return at::max_pool2d(x, {3, 3}, {2, 2}); }

}  // namespace

const NetworkForm& Inception::form(InceptionKind kind) {
  static const NetworkForm fid =
      inception_form("inception-2015", "Inception v3 of 2015",
                     "styler weights import pt_inception-2015-12-05-6726825d.pth", /*has_classes=*/true);
  static const NetworkForm torchvision =
      inception_form("inception-torchvision", "torchvision's Inception v3",
                     "styler weights import inception_v3_google-0cc3c7bd.pth", /*has_classes=*/false);
  static const NetworkForm art = inception_form("inception-art", "ArtFID's Inception v3",
                                                "styler weights import art_inception.pth", /*has_classes=*/false);
  switch (kind) {
    case InceptionKind::Fid:
      return fid;
    case InceptionKind::Torchvision:
      return torchvision;
    case InceptionKind::Art:
      break;
  }
  return art;
}

Inception::Inception(InceptionKind kind, const NetworkWeights& weights, const at::Device& device) : kind_(kind) {
  for (const Units::Unit& unit : inception_units()) {
    units_.emplace(unit.name, FoldedConvolution(unit.convolution, weights, kInceptionEpsilon,
                                                FoldedConvolution::Activation::Relu, device));
  }
  if (kind == InceptionKind::Fid) classes_ = tensor_named(weights, "fc.weight").to(device);
}

at::Tensor Inception::unit(const std::string& name, const at::Tensor& input) const {
  const auto found = units_.find(name);
  STYLER_ASSERT(found != units_.end());
  return found->second(input);
}

at::Tensor Inception::chain(const std::string& block, std::initializer_list<const char*> units, at::Tensor x) const {
  for (const char* name : units) x = unit(block + "." + name, x);
  return x;
}

at::Tensor Inception::averaged(const at::Tensor& x) const {
  return at::avg_pool2d(x, {3, 3}, {1, 1}, {1, 1}, /*ceil_mode=*/false,
                        /*count_include_pad=*/kind_ != InceptionKind::Fid);
}

at::Tensor Inception::block_a(const std::string& block, const at::Tensor& x) const {
  return at::cat({chain(block, {"branch1x1"}, x), chain(block, {"branch5x5_1", "branch5x5_2"}, x),
                  chain(block, {"branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"}, x),
                  chain(block, {"branch_pool"}, averaged(x))},
                 1);
}

at::Tensor Inception::block_b(const std::string& block, const at::Tensor& x) const {
  return at::cat({chain(block, {"branch3x3"}, x),
                  chain(block, {"branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"}, x), halved(x)},
                 1);
}

at::Tensor Inception::block_c(const std::string& block, const at::Tensor& x) const {
  return at::cat(
      {chain(block, {"branch1x1"}, x), chain(block, {"branch7x7_1", "branch7x7_2", "branch7x7_3"}, x),
       chain(block, {"branch7x7dbl_1", "branch7x7dbl_2", "branch7x7dbl_3", "branch7x7dbl_4", "branch7x7dbl_5"}, x),
       chain(block, {"branch_pool"}, averaged(x))},
      1);
}

at::Tensor Inception::block_d(const std::string& block, const at::Tensor& x) const {
  return at::cat({chain(block, {"branch3x3_1", "branch3x3_2"}, x),
                  chain(block, {"branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4"}, x), halved(x)},
                 1);
}

at::Tensor Inception::block_e(const std::string& block, const at::Tensor& x, bool takes_maximum) const {
  const at::Tensor once = chain(block, {"branch3x3_1"}, x);
  const at::Tensor twice = chain(block, {"branch3x3dbl_1", "branch3x3dbl_2"}, x);
  const at::Tensor pooled = takes_maximum ? at::max_pool2d(x, {3, 3}, {1, 1}, {1, 1}) : averaged(x);
  return at::cat({chain(block, {"branch1x1"}, x), chain(block, {"branch3x3_2a"}, once),
                  chain(block, {"branch3x3_2b"}, once), chain(block, {"branch3x3dbl_3a"}, twice),
                  chain(block, {"branch3x3dbl_3b"}, twice), chain(block, {"branch_pool"}, pooled)},
                 1);
}

at::Tensor Inception::features(const at::Tensor& input, const Watcher& watcher) const {
  STYLER_ASSERT(input.dim() == 4 && input.size(1) == 3 && input.size(2) >= kMinEdge && input.size(3) >= kMinEdge);
  const at::NoGradGuard no_grad;
  at::Tensor x = input.contiguous(at::MemoryFormat::ChannelsLast);
  const auto ends = [&](std::string_view block) {
    if (watcher) watcher(block, x);
  };
  x = unit("Conv2d_2b_3x3", unit("Conv2d_2a_3x3", unit("Conv2d_1a_3x3", x)));
  ends("Conv2d_2b_3x3");
  x = halved(x);
  ends("maxpool1");
  x = unit("Conv2d_4a_3x3", unit("Conv2d_3b_1x1", x));
  ends("Conv2d_4a_3x3");
  x = halved(x);
  ends("maxpool2");
  for (const char* block : {"Mixed_5b", "Mixed_5c", "Mixed_5d"}) {
    x = block_a(block, x);
    ends(block);
  }
  x = block_b("Mixed_6a", x);
  ends("Mixed_6a");
  for (const char* block : {"Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"}) {
    x = block_c(block, x);
    ends(block);
  }
  x = block_d("Mixed_7a", x);
  ends("Mixed_7a");
  x = block_e("Mixed_7b", x, /*takes_maximum=*/false);
  ends("Mixed_7b");
  x = block_e("Mixed_7c", x, kind_ == InceptionKind::Fid);
  ends("Mixed_7c");
  return x.mean(at::IntArrayRef({2, 3}));
}

at::Tensor Inception::logits(const at::Tensor& features) const {
  STYLER_ASSERT(classes_.defined());
  return at::mm(features, classes_.t());
}

}  // namespace styler
