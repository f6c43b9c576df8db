#include "styler/video/motion/shots.hpp"

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "styler/base/error.hpp"
#include "styler/video/motion/figures.hpp"
#include "styler/video/motion/flo_file.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/tensors.hpp"

using namespace styler;

namespace {

/// A window that moves over a larger picture.
at::Tensor view_of(uint64_t picture, int64_t left) {
  return support::picture({90, 400}, picture).cpu().narrow(3, left, 140).contiguous();
}

std::vector<size_t> shots_of(const std::vector<at::Tensor>& frames) {
  ShotFinder finder;
  for (const at::Tensor& frame : frames) finder.add(frame);
  return finder.beginnings();
}

}  // namespace

TEST_CASE("A cut begins a shot, and a moving camera does not", "[shots]") {
  std::vector<at::Tensor> frames;
  for (int64_t i = 0; i < 5; ++i) frames.push_back(view_of(1, 6 * i));
  for (int64_t i = 0; i < 4; ++i) frames.push_back(view_of(4, 100 + 9 * i));
  CHECK(shots_of(frames) == std::vector<size_t>{0, 5});
}

TEST_CASE("A lamp that flickers makes no cut, and neither does a fade", "[shots]") {
  std::vector<at::Tensor> frames;
  for (int64_t i = 0; i < 9; ++i)
    frames.push_back(view_of(1, 3 * i) * (i == 4 ? 0.52 : 0.6 - 0.04 * static_cast<double>(i)));
  CHECK(shots_of(frames) == std::vector<size_t>{0});
}

TEST_CASE("A film that is painted frame by frame alike errs no more than itself; one that flickers does", "[figures]") {
  const at::Tensor before = view_of(1, 0), now = view_of(1, 4);
  const PairFigures same = pair_figures(now, before, now, before);
  CHECK(same.warping_error == same.floor);
  CHECK(same.coverage > 0.6);
  const PairFigures flickering = pair_figures(now, before, now + 0.1, before);
  CHECK(flickering.warping_error == support::Approx(same.floor + 0.01).epsilon(0.2));
}

TEST_CASE("Sharpness sees blur and colour does not", "[figures]") {
  const at::Tensor picture = view_of(1, 0);
  const at::Tensor blurred = at::avg_pool2d(picture, 3, 1, 1, false, false);
  CHECK(sharpness(blurred) < 0.7 * sharpness(picture));
  CHECK(mean_colour(blurred)[0] == support::Approx(mean_colour(picture)[0]).epsilon(0.02));
}

TEST_CASE("A .flo file is read, and what is none of this size is refused by name", "[flow_file]") {
  const support::TempFolder folder;
  const auto write = [&](const char* name, float mark, int32_t width, int32_t height,
                         const std::vector<float>& values) {
    const auto file = folder.path() / name;
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(&mark), 4);
    out.write(reinterpret_cast<const char*>(&width), 4);
    out.write(reinterpret_cast<const char*>(&height), 4);
    out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(4 * values.size()));
    return file;
  };
  const std::vector<float> values{1, 2, 3, 4, 5, 6, 7, 8, 9, 1e10F, 11, 12};
  const Flow flow = read_flo_file(write("a.flo", 202021.25F, 3, 2, values), {2, 3});
  CHECK(flow[0][0][0][1].item<float>() == 3);
  CHECK(flow[0][1][1][0].item<float>() == 8);
  CHECK(flow[0][1][1][1].item<float>() > 1e5F);  // unknown
  using support::contains;
  CHECK_THROWS_WITH(read_flo_file(write("b.flo", 1, 3, 2, values), {2, 3}), contains("b.flo") && contains("PIEH"));
  CHECK_THROWS_WITH(read_flo_file(write("c.flo", 202021.25F, 2, 3, values), {2, 3}),
                    contains("2x3") && contains("3x2"));
  CHECK_THROWS_WITH(read_flo_file(write("d.flo", 202021.25F, 3, 2, {1, 2}), {2, 3}), contains("damaged"));
  CHECK_THROWS_AS(read_flo_file(folder.path() / "none.flo", {2, 3}), Error);
}
