#include "styler/app/job/checks.hpp"

#include "styler/base/error.hpp"
#include "support/catch.hpp"

namespace styler::app {

TEST_CASE("pictures too small for the deepest layer are refused before the network is there", "[job_checks]") {
  JobOptions options;
  CHECK_NOTHROW(check_sizes(options, {100, 200}, {{{100, 100}}}));
  CHECK_THROWS_AS(check_sizes(options, {1, 1}, {{{100, 100}}}), Error);
  CHECK_THROWS_AS(check_sizes(options, {100, 100}, {{{1, 1}}}), Error);
}

TEST_CASE("a result too large for its file is refused before it is painted", "[job_checks]") {
  JobOptions options;
  options.stylize.schedule.size = 20000;
  options.output = "out.webp";
  CHECK_THROWS_AS(check_sizes(options, {100, 200}, {{{100, 100}}}), Error);
  options.output = "out.png";
  CHECK_NOTHROW(check_sizes(options, {100, 200}, {{{100, 100}}}));
}

}  // namespace styler::app
