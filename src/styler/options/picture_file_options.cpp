#include "styler/options/picture_file_options.hpp"

#include <string>

#include "styler/base/error.hpp"

namespace styler {

void ReadOptions::validate() const {
  if (max_pixels < 1) {
    throw Error(ErrorCode::InvalidArgument,
                "max_pixels is " + std::to_string(max_pixels) + " but must be at least 1; leave it out for 500000000");
  }
}

void WriteOptions::validate() const {
  if (bit_depth != 8 && bit_depth != 16) {
    throw Error(ErrorCode::InvalidArgument,
                "--bit-depth is " + std::to_string(bit_depth) + ", but channels have 8 or 16 bits; use one of these");
  }
  if (quality < 0 || quality > 100) {
    throw Error(ErrorCode::InvalidArgument, "--quality is " + std::to_string(quality) +
                                                ", but goes from 1 to 100; use 95, or leave it out for the default");
  }
  for (const double value : background) {
    if (value >= 0 && value <= 1) continue;
    throw Error(ErrorCode::InvalidArgument, "--background has the value " + std::to_string(value) +
                                                ", but red, green and blue go from 0 to 1; use such values");
  }
}

}  // namespace styler
