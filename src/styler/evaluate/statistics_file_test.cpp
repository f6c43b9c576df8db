#include "styler/evaluate/statistics_file.hpp"

#include <ATen/ATen.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/tensors.hpp"

namespace styler {
namespace {

FeatureStatistics small_statistics(int64_t dimensions = 6) {
  FeatureAccumulator sums(dimensions);
  sums.add(support::noise({20, dimensions}));
  return sums.statistics();
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("statistics come back as they were written, in the same bytes each time", "[statistics_file]") {
  const support::TempFolder folder;
  const FeatureStatistics written = small_statistics();
  write_statistics(written, folder / "a.npz");
  write_statistics(written, folder / "b.npz");
  CHECK(bytes_of(folder / "a.npz") == bytes_of(folder / "b.npz"));
  const FeatureStatistics read = read_statistics(folder / "a.npz");
  CHECK(read.count == 20);
  CHECK(at::equal(read.mean, written.mean));
  CHECK(at::equal(read.covariance, written.covariance));
}

TEST_CASE("arrays have the headers that NumPy writes", "[statistics_file]") {
  const support::TempFolder folder;
  write_statistics(small_statistics(), folder / "a.npz");
  const std::string bytes = bytes_of(folder / "a.npz");
  for (const char* part : {"mu.npy", "sigma.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (6,), }",
                           "{'descr': '<f8', 'fortran_order': False, 'shape': (6, 6), }",
                           "{'descr': '<i8', 'fortran_order': False, 'shape': (), }"}) {
    CAPTURE(part);
    CHECK(bytes.find(part) != std::string::npos);
  }
}

TEST_CASE("a covariance that no pictures could have is refused", "[statistics_file]") {
  const support::TempFolder folder;
  FeatureStatistics statistics = small_statistics();
  statistics.covariance[1][2] += 1;
  write_statistics(statistics, folder / "a.npz");
  CHECK_THROWS_WITH(read_statistics(folder / "a.npz"), support::contains("not symmetric"));
  statistics.covariance = -small_statistics().covariance;
  write_statistics(statistics, folder / "a.npz");
  CHECK_THROWS_WITH(read_statistics(folder / "a.npz"), support::contains("below 0"));
}

TEST_CASE("what are no statistics is refused in a sentence, whatever was done to the bytes", "[statistics_file]") {
  const support::TempFolder folder;
  const std::filesystem::path file = folder / "a.npz";
  CHECK_THROWS_WITH(read_statistics(file), support::contains("a.npz") && support::contains("can't be used"));
  CHECK_THROWS_WITH(read_statistics(folder / "."), support::contains("regular file"));
  write_statistics(small_statistics(), file);
  const std::string whole = bytes_of(file);
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 500; ++i) {
    std::string damaged = whole;
    for (int j = 0; j < 1 + i % 4; ++j) damaged[random() % damaged.size()] = static_cast<char>(random());
    if (i % 7 == 0) damaged.resize(random() % damaged.size());
    std::ofstream(file, std::ios::binary) << damaged;
    try {
      const FeatureStatistics read = read_statistics(file);
      CHECK(read.covariance.size(0) == read.dimensions());
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Input);
      ++refused;
    }
  }
  CHECK(refused > 400);  // a zip's own fields, such as dates, may be anything
}

}  // namespace styler
