#include "styler/core/colour/colour_transfer.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_eigh.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/core/colour/colour_points.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler {
namespace {

constexpr int64_t kPixelsPerTurn = 1 << 14;

at::Tensor tensor_of(const Matrix3& matrix) {
  at::Tensor tensor = at::empty({3, 3}, at::kDouble);
  auto* const values = tensor.data_ptr<double>();
  for (size_t i = 0; i < 9; ++i) values[i] = matrix[i / 3][i % 3];
  return tensor;
}

Matrix3 matrix_of(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.contiguous();
  const auto* const values = plain.data_ptr<double>();
  Matrix3 matrix{};
  for (size_t i = 0; i < 9; ++i) matrix[i / 3][i % 3] = values[i];
  return matrix;
}

/// A power of a symmetric matrix whose eigenvalues are first raised to `least`.
at::Tensor power(const at::Tensor& symmetric, double exponent, double least) {
  const auto [values, vectors] = at::linalg_eigh(symmetric);
  return vectors.mul(values.clamp_min(least).pow(exponent)).matmul(vectors.t());
}

/// A float32 copy on the CPU, plane after plane.
at::Tensor planes_of(const at::Tensor& colour) {
  STYLER_ASSERT(colour.dim() == 4 && colour.size(0) == 1 && colour.size(1) == 3);
  return colour.to(at::kCPU, at::kFloat).contiguous();
}

Colour colour_at(const float* red, int64_t plane, int64_t i) { return {red[i], red[plane + i], red[2 * plane + i]}; }

/// Calls `change(i, colour)` for every pixel and puts what it returns in the pixel's place.
template <typename Change>
void change_in_place(at::Tensor& planes, const Change& change) {
  const int64_t plane = planes.size(2) * planes.size(3);
  auto* const red = planes.data_ptr<float>();
  at::parallel_for(0, plane, kPixelsPerTurn, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const Colour result = change(i, colour_at(red, plane, i));
      for (int64_t channel = 0; channel < 3; ++channel) {
        red[channel * plane + i] = static_cast<float>(result[static_cast<size_t>(channel)]);
      }
    }
  });
}

}  // namespace

Colour transformed(const Matrix3& matrix, const Colour& colour) {
  Colour result{};
  for (size_t i = 0; i < 3; ++i) {
    result[i] = matrix[i][0] * colour[0] + matrix[i][1] * colour[1] + matrix[i][2] * colour[2];
  }
  return result;
}

Colour Affine::operator()(const Colour& colour) const {
  const Colour result = transformed(matrix, {colour[0] - from[0], colour[1] - from[1], colour[2] - from[2]});
  return {result[0] + to[0], result[1] + to[1], result[2] + to[2]};
}

std::vector<ColourPoint> colour_points(const Picture& picture) {
  const at::Tensor planes = planes_of(picture.colour);
  const int64_t plane = planes.size(2) * planes.size(3);
  at::Tensor alpha;
  if (picture.alpha.defined() && picture.alpha.sum(at::kDouble).item<double>() > 0) {
    alpha = picture.alpha.to(at::kCPU, at::kFloat).contiguous();
    STYLER_ASSERT(alpha.numel() == plane);
  }
  std::vector<ColourPoint> points(static_cast<size_t>(plane));
  at::parallel_for(0, plane, kPixelsPerTurn, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const double weight = alpha.defined() ? alpha.data_ptr<float>()[i] : 1.0;
      points[static_cast<size_t>(i)] = {oklab_from_srgb(colour_at(planes.data_ptr<float>(), plane, i)), weight};
    }
  });
  return points;
}

ColourStatistics statistics_of(const std::vector<ColourPoint>& points) {
  ColourStatistics result;
  double weight_sum = 0;
  for (const ColourPoint& point : points) {
    weight_sum += point.weight;
    for (size_t i = 0; i < 3; ++i) result.mean[i] += point.weight * point.colour[i];
  }
  for (double& mean : result.mean) mean /= weight_sum;
  for (const ColourPoint& point : points) {
    for (size_t i = 0; i < 3; ++i) {
      const double weighted = point.weight * (point.colour[i] - result.mean[i]);
      for (size_t j = 0; j < 3; ++j) result.covariance[i][j] += weighted * (point.colour[j] - result.mean[j]);
    }
  }
  for (Colour& row : result.covariance) {
    for (double& value : row) value /= weight_sum;
  }
  return result;
}

ColourStatistics colour_statistics(const Picture& picture) { return statistics_of(colour_points(picture)); }

Affine matching(const ColourStatistics& from, const ColourStatistics& to) {
  const at::Tensor given = tensor_of(from.covariance);
  const at::Tensor wanted = tensor_of(to.covariance);
  const at::Tensor root = power(given, 0.5, kLeastVariance);
  const at::Tensor inverse = power(given, -0.5, kLeastVariance);
  const at::Tensor middle = power(root.matmul(wanted).matmul(root), 0.5, 0);
  return {matrix_of(inverse.matmul(middle).matmul(inverse)), from.mean, to.mean};
}

std::pair<Affine, Affine> whitening(const ColourStatistics& statistics) {
  const auto [values, vectors] = at::linalg_eigh(tensor_of(statistics.covariance));
  const at::Tensor deviations = values.clamp_min(kLeastVariance).sqrt();
  const Affine there{matrix_of(vectors.div(deviations).t()), statistics.mean, {}};
  return {there, {matrix_of(vectors.mul(deviations)), {}, statistics.mean}};
}

at::Tensor mapped(const at::Tensor& colour, const ColourMap& map) {
  at::Tensor planes = planes_of(colour);
  if (planes.is_alias_of(colour)) planes = planes.clone();
  change_in_place(planes, [&map](int64_t /*pixel*/, const Colour& pixel) { return map(pixel); });
  return planes.to(colour.device());
}

ColourMap grey_map() {
  return [](const Colour& rgb) { return srgb_from_oklab({oklab_from_srgb(rgb)[0], 0, 0}); };
}

ColourMap grey_map(const ColourStatistics& from, const ColourStatistics& to) {
  const double factor = std::sqrt(to.covariance[0][0] / std::max(from.covariance[0][0], kLeastVariance));
  return [factor, mean = from.mean[0], wanted = to.mean[0]](const Colour& rgb) {
    return srgb_from_oklab({(oklab_from_srgb(rgb)[0] - mean) * factor + wanted, 0, 0});
  };
}

ColourMap match_map(const ColourStatistics& from, const ColourStatistics& to) {
  return [map = matching(from, to)](const Colour& rgb) { return srgb_from_oklab(map(oklab_from_srgb(rgb))); };
}

at::Tensor with_chroma(const at::Tensor& lightness, const at::Tensor& chroma) {
  STYLER_ASSERT(picture_size(lightness) == picture_size(chroma));
  const at::Tensor colours = planes_of(chroma);
  const auto* const red = colours.data_ptr<float>();
  const int64_t plane = colours.size(2) * colours.size(3);
  at::Tensor planes = planes_of(lightness);
  if (planes.is_alias_of(lightness)) planes = planes.clone();
  change_in_place(planes, [=](int64_t i, const Colour& light) {
    const Colour own = oklab_from_srgb(colour_at(red, plane, i));
    return srgb_from_oklab({oklab_from_srgb(light)[0], own[1], own[2]});
  });
  return planes.to(lightness.device());
}

}  // namespace styler
