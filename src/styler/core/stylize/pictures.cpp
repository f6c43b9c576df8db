#include "styler/core/stylize/pictures.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/lerp.h>

#include "styler/base/error.hpp"
#include "styler/core/picture/mirror.hpp"
#include "styler/core/picture/noise_picture.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/core/stylize/checks.hpp"

namespace styler {

at::Tensor RunPictures::on_device(const at::Tensor& picture, Size size) const {
  return resized(picture.to(device_), size).clamp(0, 1);
}

Picture RunPictures::for_network(const std::string& which, const Picture& picture, Size size) const {
  const Size wide = enlarged_to(size, min_edge_);
  Picture result{mirrored_to(on_device(picture.colour, size), wide), {}};
  if (picture.alpha.defined()) result.alpha = mirrored_to(on_device(picture.alpha, size), wide);
  check_visible(which, result.alpha);
  return result;
}

Picture RunPictures::content(Size size) const {
  if (input_.content.colour.defined()) {
    Picture content = for_network("content picture", input_.content, size);
    content.colour = colours_.prepared(content.colour);
    return content;
  }
  const Size wide = enlarged_to(size, min_edge_);
  return {at::full({1, 3, wide.height, wide.width}, 0.5, at::TensorOptions().dtype(at::kFloat).device(device_)), {}};
}

at::Tensor RunPictures::base(const at::Tensor& content) const {
  switch (input_.init) {
    case Init::Content:
      return content;
    case Init::Picture:
      return colours_.prepared(on_device(input_.init_picture.colour, picture_size(content)));
    case Init::Noise:
      return {};
  }
  STYLER_ASSERT(!"unknown start");
  return {};
}

at::Tensor RunPictures::start(const at::Tensor& base, Size size) const {
  return base.defined() ? base : colours_.prepared(noise_picture(size, options_.seed).to(device_));
}

at::Tensor RunPictures::carried_up(const at::Tensor& coarse, const at::Tensor& coarse_base, const at::Tensor& base,
                                   Size size) const {
  const auto enlarged = [&](const at::Tensor& change) {
    return options_.schedule.tileable ? resized_around(change, size) : resized(change, size);
  };
  return base.defined() ? base + enlarged(coarse - coarse_base) : enlarged(coarse);
}

NearPicture RunPictures::near(Size size) const {
  const Size wide = enlarged_to(size, min_edge_);
  return {mirrored_to(colours_.prepared(on_device(input_.near.colour, size)), wide),
          mirrored_to(on_device(input_.near.weight, size), wide)};
}

at::Tensor RunPictures::over_content(const at::Tensor& painted) const {
  const double opacity = options_.objective.opacity();
  if (opacity == 1 || !input_.content.colour.defined()) return painted;
  return at::lerp(colours_.prepared(on_device(input_.content.colour, picture_size(painted))), painted, opacity);
}

}  // namespace styler
