#include "styler/app/commands/transfer/dry_run.hpp"

#include "support/catch.hpp"

namespace styler::app {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;

}  // namespace

TEST_CASE("a dry run has a line per scale, and its totals are those of the lines", "[dry_run]") {
  DryRun run;
  run.machine = "cpu, bf16, 2 threads";
  run.scales = {{{{96, 128}, 75}, {{100, 100}}, {{0, 1024}, 20, Precision::Fp32, 500 * kMiB, 1}, 10},
                {{{960, 1280}, 75}, {{1000, 1000}}, {{2, 512}, 5, Precision::Bf16, 2048 * kMiB, 1.2}, 100}};
  run.limit_bytes = 3072 * kMiB;
  run.other_seconds = 2;
  const auto lines = dry_run_lines(run);
  REQUIRE(lines.size() == 6);
  CHECK(lines[2] == "128x96    100x100    75          none              20 in fp32  500 MiB   0:10");
  CHECK(lines[3] == "1280x960  1000x1000  75          512 px, 2 blocks  5 in bf16   2.00 GiB  1:40");
  CHECK(lines[4] == "memory: 2.00 GiB at most; 3.00 GiB may be used");
  CHECK(lines[5] == "time: about 1:52");
  run.time_limit_seconds = 60;
  run.peak_so_far_bytes = 2560 * kMiB;
  CHECK(dry_run_lines(run)[4] == "memory: 2.50 GiB at most; 3.00 GiB may be used");
  CHECK(dry_run_lines(run)[5] == "time: about 1:02");
  run.scales[0].scale.style_factor = 0.03;
  CHECK(dry_run_lines(run)[2].starts_with("128x96    100x100, weight times 0.03  75"));
}

}  // namespace styler::app
