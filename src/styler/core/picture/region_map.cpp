#include "styler/core/picture/region_map.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <limits>
#include <utility>

#include "styler/base/error.hpp"

namespace styler {
namespace {

/// Of the map, for a colour to be a region.
constexpr double kLeastPart = 0.005;
/// Of what is near to it in colour: a flat area is nearly all of one colour, even in a JPEG, and a gradient is not.
constexpr double kFlatPart = 0.25;
/// Colours that are nearer than this are the same.
constexpr double kSameColour = 32;
/// How far noise leads away from a colour. Less than a third of kSameColour, so that something is left between.
constexpr double kNoise = 10;

constexpr size_t kColours = size_t{1} << 24;

double dot(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

std::array<double, 3> difference(const MapColour& a, const MapColour& b) {
  return {static_cast<double>(a[0] - b[0]), static_cast<double>(a[1] - b[1]), static_cast<double>(a[2] - b[2])};
}

double distance(const MapColour& a, const MapColour& b) {
  const auto between = difference(a, b);
  return std::sqrt(dot(between, between));
}

/// A colour that occurs, and how often.
struct Counted {
  MapColour colour;
  int64_t count;
};

MapColour colour_of(size_t code) {
  return {static_cast<int>(code >> 16 & 255), static_cast<int>(code >> 8 & 255), static_cast<int>(code & 255)};
}

/// The colour of every pixel in 8 bits a channel.
std::vector<uint32_t> codes_of(const at::Tensor& picture) {
  const at::Tensor dense = picture.contiguous();
  const int64_t plane = dense.size(2) * dense.size(3);
  const float* const values = dense.data_ptr<float>();
  std::vector<uint32_t> codes(static_cast<size_t>(plane));
  for (int64_t i = 0; i < plane; ++i) {
    uint32_t code = 0;
    for (int64_t channel = 0; channel < 3; ++channel) {
      const float value = std::clamp(values[channel * plane + i], 0.0F, 1.0F);
      code = code << 8 | static_cast<uint32_t>(std::lround(255 * value));
    }
    codes[static_cast<size_t>(i)] = code;
  }
  return codes;
}

/// The colours that are regions, the largest first.
std::vector<MapColour> flat_colours(const std::vector<Counted>& occurring, int64_t pixels) {
  std::vector<Counted> frequent;
  std::copy_if(occurring.begin(), occurring.end(), std::back_inserter(frequent), [&](const Counted& counted) {
    return static_cast<double>(counted.count) >= kLeastPart * static_cast<double>(pixels);
  });
  std::stable_sort(frequent.begin(), frequent.end(),
                   [](const Counted& a, const Counted& b) { return a.count > b.count; });
  std::vector<MapColour> flat;
  for (const Counted& candidate : frequent) {
    if (same_map_colour(flat, candidate.colour)) continue;
    int64_t near = 0;
    for (const Counted& other : occurring) {
      if (distance(other.colour, candidate.colour) < kSameColour) near += other.count;
    }
    if (static_cast<double>(candidate.count) >= kFlatPart * static_cast<double>(near)) flat.push_back(candidate.colour);
  }
  return flat;
}

/// To which two regions a colour belongs, and how far to the second.
struct Membership {
  size_t first = 0;
  size_t second = 0;
  float second_share = 0;
};

Membership membership_of(const MapColour& colour, const std::vector<MapColour>& regions) {
  Membership nearest;
  double least = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < regions.size(); ++i) {
    for (size_t j = i + 1; j < regions.size(); ++j) {
      const auto line = difference(regions[j], regions[i]);
      const auto here = difference(colour, regions[i]);
      const double length = std::sqrt(dot(line, line));
      const double along = std::clamp(dot(here, line) / length, 0.0, length);
      const double square = dot(here, here) - 2 * along * dot(here, line) / length + along * along;
      if (square >= least) continue;
      least = square;
      nearest = {i, j, static_cast<float>(std::clamp((along - kNoise) / (length - 2 * kNoise), 0.0, 1.0))};
    }
  }
  return nearest;
}

}  // namespace

std::string map_colour_text(const MapColour& colour) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", static_cast<unsigned>(colour[0]) & 255U,
                static_cast<unsigned>(colour[1]) & 255U, static_cast<unsigned>(colour[2]) & 255U);
  return text.data();
}

std::optional<size_t> same_map_colour(const std::vector<MapColour>& colours, const MapColour& colour) {
  const auto nearest = std::min_element(colours.begin(), colours.end(), [&](const MapColour& a, const MapColour& b) {
    return distance(a, colour) < distance(b, colour);
  });
  if (nearest == colours.end() || distance(*nearest, colour) >= kSameColour) return std::nullopt;
  return static_cast<size_t>(nearest - colours.begin());
}

RegionMap region_map(const at::Tensor& picture) {
  STYLER_ASSERT(picture.dim() == 4 && picture.size(1) == 3 && picture.scalar_type() == at::kFloat);
  const std::vector<uint32_t> codes = codes_of(picture);
  std::vector<uint32_t> table(kColours);  // first how often a colour occurs, then where it stands among those that do
  for (const uint32_t code : codes) ++table[code];
  std::vector<Counted> occurring;
  for (size_t code = 0; code < kColours; ++code) {
    if (table[code] == 0) continue;
    const int64_t count = table[code];
    table[code] = static_cast<uint32_t>(occurring.size());
    occurring.push_back({colour_of(code), count});
  }

  RegionMap result;
  result.colours = flat_colours(occurring, static_cast<int64_t>(codes.size()));
  if (result.colours.empty() || result.colours.size() > kMostMapColours) return result;
  std::vector<Membership> memberships;
  memberships.reserve(occurring.size());
  for (const Counted& counted : occurring) memberships.push_back(membership_of(counted.colour, result.colours));
  std::vector<float*> shares;
  shares.reserve(result.colours.size());
  for (size_t region = 0; region < result.colours.size(); ++region) {
    result.shares.push_back(at::zeros({1, 1, picture.size(2), picture.size(3)}, at::kFloat));
    shares.push_back(result.shares.back().data_ptr<float>());
  }
  for (size_t i = 0; i < codes.size(); ++i) {
    const Membership& member = memberships[table[codes[i]]];
    shares[member.first][i] = 1 - member.second_share;
    if (member.second != member.first) shares[member.second][i] = member.second_share;
  }
  return result;
}

}  // namespace styler
