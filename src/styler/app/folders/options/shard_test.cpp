#include "styler/app/folders/options/shard.hpp"

#include "support/catch.hpp"

// What parts a set of jobs falls into is tested in commands/batch/jobs_test.cpp.

namespace styler::app {

TEST_CASE("shards are read as i/n", "[shard]") {
  const Shard shard = parse_shard("2/8");
  CHECK(shard.index == 2);
  CHECK(shard.count == 8);
  for (const char* wrong : {"", "2", "/", "2/", "/8", "0/8", "9/8", "-1/8", "1/0", "1/2/3", "1 /2", "1.0/2", "a/b"}) {
    CHECK_THROWS_WITH(parse_shard(wrong), support::contains("--shard is '" + std::string(wrong) + "'"));
  }
}

}  // namespace styler::app
