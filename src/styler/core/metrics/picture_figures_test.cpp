#include "styler/core/metrics/picture_figures.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/tensors.hpp"

namespace styler {
namespace {

/// Gives every layer that the meter asks for from the pooled picture and a seeded mixture of its channels, and counts
/// how often it was run.
class PooledNetwork final : public FeatureExtractor {
 public:
  explicit PooledNetwork(double gain = 1) : gain_(gain), layers_(PictureMeter::layers()) {}
  const std::vector<Layer>& layers() const override { return layers_; }
  int64_t min_edge() const override { return 16; }
  FeaturePass run(const at::Tensor& input, BlockRange, WayBack) const override {
    ++runs;
    FeaturePass pass;
    for (const Layer& layer : layers_) {
      const at::Tensor mixture = support::noise({6, 3, 1, 1}, at::kFloat, static_cast<uint64_t>(layer.depth()) + 1);
      const int64_t stride = layer.stride();
      pass.features.push_back(gain_ * at::relu(at::conv2d(at::avg_pool2d(input, {stride, stride}), mixture)));
    }
    return pass;
  }
  mutable int runs = 0;

 private:
  double gain_;
  std::vector<Layer> layers_;
};

double value(const PictureFigures& figures, Figure figure) { return figures[static_cast<size_t>(figure)]; }

/// Which PictureMeter leaves to others.
bool has_network_of_its_own(Figure figure) {
  return figure == Figure::LpipsAlex || figure == Figure::LpipsVgg || figure == Figure::LpipsSqueeze;
}

}  // namespace

TEST_CASE("figures stand in the order of their infos, each with a word of its own", "[picture_figures]") {
  for (size_t i = 0; i < kFigureCount; ++i) {
    CHECK(figure_infos()[i].figure == static_cast<Figure>(i));
    for (size_t j = 0; j < i; ++j) CHECK(figure_infos()[i].word != figure_infos()[j].word);
  }
}

TEST_CASE("a picture that is photo and painting at once is at no distance", "[picture_figures]") {
  const PooledNetwork network;
  PictureMeter meter(network, InputConvention::torchvision());
  const at::Tensor picture = support::picture({48, 64});
  const PaintingLook look = meter.look_at(picture);
  const PictureFigures same = meter.measure(picture, picture.clone(), &look).figures;
  const PictureFigures other = meter.measure(support::picture({48, 64}, 5), picture, &look).figures;
  for (const FigureInfo& info : figure_infos()) {
    if (info.figure == Figure::TotalVariation || has_network_of_its_own(info.figure)) continue;
    CAPTURE(info.word);
    const double best = info.more_is_better ? 1 : 0;
    CHECK(value(same, info.figure) == support::Approx(best).margin(1e-6).epsilon(0));
    CHECK(std::abs(value(other, info.figure) - best) > 1e-4);
  }
}

TEST_CASE("figures that need what is not there are missing, and the others stay what they are", "[picture_figures]") {
  const PooledNetwork network;
  PictureMeter meter(network, InputConvention::torchvision());
  const at::Tensor result = support::picture({48, 64}, 1);
  const at::Tensor photo = support::picture({48, 64}, 2);
  const PaintingLook look = meter.look_at(support::picture({32, 80}, 3));
  const PictureFigures all = meter.measure(result, photo, &look).figures;
  for (const bool has_photo : {false, true}) {
    for (const bool has_painting : {false, true}) {
      const PictureFigures some =
          meter.measure(result, has_photo ? photo : at::Tensor(), has_painting ? &look : nullptr).figures;
      for (const FigureInfo& info : figure_infos()) {
        if (has_network_of_its_own(info.figure)) continue;
        CAPTURE(info.word, has_photo, has_painting);
        const bool can = (has_photo || !info.needs_photo) && (has_painting || !info.needs_painting);
        CHECK(std::isnan(value(some, info.figure)) != can);
        if (can) CHECK(value(some, info.figure) == support::Approx(value(all, info.figure)).margin(1e-9).epsilon(0));
      }
    }
  }
}

TEST_CASE("a result and its photo go through the network once, but for self-similarities", "[picture_figures]") {
  const PooledNetwork network;
  PictureMeter meter(network, InputConvention::torchvision());
  const PaintingLook look = meter.look_at(support::picture({32, 80}, 3));
  CHECK(std::exchange(network.runs, 0) == 1);
  const PictureMeter::Measures measures =
      meter.measure(support::picture({48, 64}, 1), support::picture({48, 64}, 2), &look);
  CHECK(network.runs == 2 + 2);
  CHECK(at::allclose(measures.features, meter.features_of(support::picture({48, 64}, 1))));
}

TEST_CASE("the scale of a network's numbers is no part of a figure", "[picture_figures]") {
  // Caffe's networks see 255 where torchvision's see about 1 / 0.226.
  const double gain = 255 * (0.229 + 0.224 + 0.225) / 3;
  const PooledNetwork plain, scaled(gain);
  PictureMeter of_plain(plain, InputConvention::torchvision());
  PictureMeter of_scaled(scaled, InputConvention::caffe());
  const at::Tensor result = support::picture({48, 64}, 1), photo = support::picture({48, 64}, 2);
  const PaintingLook plain_look = of_plain.look_at(support::picture({32, 80}, 3));
  const PaintingLook scaled_look = of_scaled.look_at(support::picture({32, 80}, 3));
  const PictureFigures a = of_plain.measure(result, photo, &plain_look).figures;
  const PictureFigures b = of_scaled.measure(result, photo, &scaled_look).figures;
  for (size_t i = 0; i < kFigureCount; ++i) {
    if (has_network_of_its_own(static_cast<Figure>(i))) continue;
    CAPTURE(figure_infos()[i].word);
    CHECK(b[i] == support::Approx(a[i]).margin(1e-4 * std::abs(a[i]) + 1e-7).epsilon(0));
  }
}

}  // namespace styler
