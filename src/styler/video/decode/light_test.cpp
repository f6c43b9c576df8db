#include "styler/video/decode/light.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "support/catch.hpp"

namespace styler {
namespace {

std::array<float, 3> turned(const LightToSrgb& light, std::array<float, 3> colour) {
  light.convert(&colour[0], &colour[1], &colour[2], 1);
  return colour;
}

}  // namespace

TEST_CASE("grey stays grey, grows with its code, and ends in white, in PQ and in HLG", "[video]") {
  for (const Light light : {Light::Pq, Light::Hlg, Light::Bt2020, Light::DisplayP3}) {
    const LightToSrgb converter(light, 1000);
    float last = -1;
    for (int step = 0; step <= 200; ++step) {
      const auto code = static_cast<float>(step) / 200;
      const auto colour = turned(converter, {code, code, code});
      CHECK(std::abs(colour[0] - colour[1]) < 0.004F);
      CHECK(std::abs(colour[2] - colour[1]) < 0.004F);
      CHECK(colour[1] >= last - 1e-4F);
      last = colour[1];
    }
    CHECK(turned(converter, {0, 0, 0})[1] == 0);
    CHECK(last > 0.99F);
  }
}

TEST_CASE("light that is darker than paper is as bright in sRGB as in HDR", "[video]") {
  // 20.3 candelas are a tenth of white: PQ's code of that light by its definition, and sRGB's of 0.1.
  const double power = std::pow(20.3 / 10'000, 2610.0 / 16384);
  const double code = std::pow((3424.0 / 4096 + 2413.0 / 128 * power) / (1 + 2392.0 / 128 * power), 2523.0 / 32);
  const auto pq = static_cast<float>(code);
  const auto expected = static_cast<float>(1.055 * std::pow(0.1, 1 / 2.4) - 0.055);
  const auto colour = turned(LightToSrgb(Light::Pq, 1000), {pq, pq, pq});
  CHECK(colour[0] == support::Approx(expected).margin(0.004));
}

TEST_CASE("every number comes out between 0 and 1", "[video]") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  for (const Light light : {Light::Pq, Light::Hlg, Light::Bt2020, Light::DisplayP3}) {
    const LightToSrgb converter(light, 10'000);
    for (const float value : {-1.0F, 0.0F, 0.5F, 1.0F, 2.0F, kNan, std::numeric_limits<float>::infinity()}) {
      for (const float part : turned(converter, {value, 1.0F, 0.0F})) CHECK((part >= 0 && part <= 1));
    }
  }
}

}  // namespace styler
