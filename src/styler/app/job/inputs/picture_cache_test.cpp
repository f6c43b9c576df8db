#include "styler/app/job/inputs/picture_cache.hpp"

#include "styler/base/error.hpp"
#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/tensors.hpp"

namespace styler::app {
namespace {

struct Folder : support::TempFolder {
  std::filesystem::path picture(const std::string& name, uint64_t seed) const {
    write_picture({support::picture({4, 6}, seed), {}}, *this / name);
    return *this / name;
  }
};

}  // namespace

TEST_CASE("a file is read once, and its picture decoded once", "[picture_cache]") {
  const Folder folder;
  const auto file = folder.picture("a.png", 1);
  PictureCache cache;
  const std::string hash = cache.sha256(file);
  CHECK(hash == load_file(file).sha256);
  std::filesystem::remove(file);
  const at::Tensor colour = cache.picture(file, {}, {}).colour;
  CHECK(cache.picture(file, {}, {}).colour.is_same(colour));
  CHECK(cache.sha256(file) == hash);
}

TEST_CASE("what is not kept is read anew", "[picture_cache]") {
  const Folder folder;
  const auto kept = folder.picture("a.png", 1);
  const auto other = folder.picture("b.png", 2);
  PictureCache cache;
  const std::string hash = cache.sha256(kept);
  const std::string old = cache.sha256(other);
  cache.keep({kept});
  folder.picture("a.png", 3);
  folder.picture("b.png", 3);
  CHECK(cache.sha256(kept) == hash);
  CHECK(cache.sha256(other) != old);
}

TEST_CASE("a file that one job takes for itself is the one that was hashed", "[picture_cache]") {
  const Folder folder;
  const auto file = folder.picture("a.png", 1);
  PictureCache cache;
  const std::string hash = cache.sha256(file);
  folder.picture("a.png", 2);
  CHECK(cache.take(file).sha256 == hash);
  CHECK(cache.take(file).sha256 != hash);  // there is nothing here any more
}

TEST_CASE("a file that was decoded can still be taken, bytes and all", "[picture_cache]") {
  const Folder folder;
  const auto file = folder.picture("a.png", 1);
  PictureCache cache;
  cache.picture(file, {}, {});
  CHECK(cache.take(file).bytes == read_file_bytes(file));
}

TEST_CASE("what can't be decoded fails for every job, and what can't be read only as long", "[picture_cache]") {
  const Folder folder;
  const auto broken = folder.put("a.png", "\x89PNG\r\n\x1a\n and no more");
  PictureCache cache;
  for (int i = 0; i < 2; ++i) CHECK_THROWS_AS(cache.picture(broken, {}, {}), Error);
  CHECK_THROWS_AS(cache.sha256(folder / "b.png"), Error);
  folder.picture("b.png", 1);
  CHECK_NOTHROW(cache.picture(folder / "b.png", {}, {}));
}

TEST_CASE("every job is warned of what decoding a shared picture warned of", "[picture_cache]") {
  const Folder folder;
  const auto file = folder.picture("a.png", 1);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 20);  // in the midst of its pixels
  ReadOptions options;
  options.allow_truncated = true;
  PictureCache cache;
  std::vector<std::string> warnings;
  const WarningSink warn = [&](const std::string& sentence) { warnings.push_back(sentence); };
  cache.picture(file, options, warn);
  const size_t once = warnings.size();
  REQUIRE(once > 0);
  cache.picture(file, options, warn);
  CHECK(warnings.size() == 2 * once);
}

}  // namespace styler::app
