#pragma once

#include <filesystem>

#include "styler/core/metrics/feature_statistics.hpp"

namespace styler {

/// Reads mean and covariance of features from a `.npz` file with the arrays `mu` and `sigma`, as pytorch-fid and others
/// write them. `n`, the number of pictures, is in files of ours alone.
/// \throws Error{Input} naming the file, and what is wrong with it.
FeatureStatistics read_statistics(const std::filesystem::path& file);

/// Writes such a file, which NumPy reads. Atomic; the same statistics give the same bytes.
/// \throws Error{Output}
void write_statistics(const FeatureStatistics& statistics, const std::filesystem::path& file);

}  // namespace styler
