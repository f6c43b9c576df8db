#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <csignal>

#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/picture_files.hpp"
#include "support/written_files.hpp"

namespace styler::test {
namespace {

/// While it lives, no file of this process can grow beyond `bytes`: writing fails half-way, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    REQUIRE(getrlimit(RLIMIT_FSIZE, &old_limit_) == 0);
    const rlimit limit{bytes, old_limit_.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_limit_{};
  void (*old_handler_)(int);
};

WriteOptions with_depth(int bit_depth) {
  WriteOptions options;
  options.bit_depth = bit_depth;
  return options;
}

}  // namespace

TEST_CASE("output is refused before and while writing, with the reason", "[image][write][unit]") {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "folder.png");
  const auto [name, reason, code, bit_depth] = GENERATE(table<std::string, std::string, ErrorCode, int>(
      {{"a.gif", "unknown extension .gif; use one of .png, .jpg", ErrorCode::InvalidArgument, 8},
       {"a", "no extension", ErrorCode::InvalidArgument, 8},
       {".png", "no extension", ErrorCode::InvalidArgument, 8},
       {"a.jpg", "16 bits per channel; use .png or .tif", ErrorCode::InvalidArgument, 16},
       {"a.webp", "16 bits", ErrorCode::InvalidArgument, 16},
       {"a.BMP", "16 bits", ErrorCode::InvalidArgument, 16},
       {"a.ppm", "16 bits", ErrorCode::InvalidArgument, 16},
       {"a.png", "--bit-depth is 12", ErrorCode::InvalidArgument, 12},
       {"missing/a.png", "", ErrorCode::Output, 8},
       {"folder.png", "", ErrorCode::Output, 8}}));
  const auto file = folder / name;
  for (const bool only_check : {true, false}) {
    const auto error = error_of([&, options = with_depth(bit_depth)] {
      only_check ? check_picture_writable(file, options) : write_picture(wild_picture(2, 2), file, options);
    });
    INFO(error.what());
    CHECK(error.code() == code);
    CHECK((contains(error.what(), name.substr(0, name.find('/'))) || contains(error.what(), "--bit-depth")));
    CHECK(contains(error.what(), reason));
  }
  CHECK(folder.number_of_files() == 1);
}

TEST_CASE("options out of range are named", "[image][write][unit]") {
  const auto sentence = [](auto change) {
    WriteOptions options;
    change(options);
    const auto error = error_of([&] { options.validate(); });
    CHECK(error.code() == ErrorCode::InvalidArgument);
    return std::string(error.what());
  };
  CHECK_NOTHROW(WriteOptions().validate());
  CHECK(contains(sentence([](auto& options) { options.bit_depth = 10; }), "--bit-depth is 10"));
  CHECK(contains(sentence([](auto& options) { options.quality = 101; }), "--quality is 101"));
  CHECK(contains(sentence([](auto& options) { options.quality = -1; }), "--quality is -1"));
  CHECK(contains(sentence([](auto& options) { options.background[1] = 1.5; }), "--background has the value 1.5"));
  CHECK(contains(sentence([](auto& options) { options.background[2] = std::nan(""); }), "--background"));
}

TEST_CASE("every extension that is offered can be written", "[image][write][unit]") {
  const TempFolder folder;
  CHECK(writable_extensions().size() == 8);
  for (const auto& extension : writable_extensions()) {
    INFO(extension);
    CHECK_NOTHROW(check_picture_writable(folder / ("a" + extension)));
    CHECK(folder.number_of_files() == 0);
    write_picture(wild_picture(3, 5), folder / ("a" + extension));
    CHECK(samples_of(file_bytes(folder / ("a" + extension))).width == 5);
    std::filesystem::remove(folder / ("a" + extension));
    CHECK(can_hold_notes("a" + extension) == (extension != ".bmp" && extension != ".ppm"));
  }
  CHECK(!can_hold_notes("a.gif"));
  CHECK(!can_hold_notes("a"));
}

TEST_CASE("folders that are locked are respected", "[image][write][unit]") {
  if (geteuid() == 0) return;  // root may write everywhere
  const TempFolder folder;
  std::filesystem::create_directory(folder / "locked");
  std::filesystem::permissions(folder / "locked", std::filesystem::perms::owner_read);
  CHECK(error_of([&] { check_picture_writable(folder / "locked/a.png"); }).code() == ErrorCode::Output);
  std::filesystem::permissions(folder / "locked", std::filesystem::perms::owner_all);
}

TEST_CASE("a picture that a format cannot hold leaves the old file alone", "[image][write][unit]") {
  const TempFolder folder;
  const auto [name, width, limit, remedy] = GENERATE(table<std::string, int, std::string, std::string>(
      {{"a.webp", 16384, "WebP allows at most 16383", "use .png or .tif"},
       {"a.jpg", 65501, "65500", "use .png or .tif"},
       {"a.png", 1'000'001, "PNG allows at most 1000000", "use .tif"}}));
  const auto file = folder.put(name, "old");
  const auto error = error_of([&, n = width] { write_picture(wild_picture(1, n), file); });
  INFO(error.what());
  CHECK(error.code() == ErrorCode::Output);
  CHECK(contains(error.what(), "cannot hold a picture of " + std::to_string(width) + "x1 px"));
  CHECK(contains(error.what(), limit));
  CHECK(contains(error.what(), remedy));
  CHECK(file_bytes(file) == "old");
  CHECK(folder.number_of_files() == 1);
  CHECK(error_of([&, n = width] { check_picture_size(file, {1, n}); }).what() == std::string(error.what()));
  CHECK_NOTHROW(check_picture_size(file, {width - 1, width - 1}));
  CHECK_NOTHROW(write_picture(wild_picture(1, width - 1), file));
}

TEST_CASE("long and thin pictures are written by the other formats", "[image][write][unit]") {
  const auto* extension = GENERATE(".png", ".tif", ".bmp", ".ppm");
  const auto picture = wild_picture(1, 70000);
  CHECK((samples_of(encode_picture(picture, std::string("a").append(extension))) == expected_samples(picture, 8)));
}

TEST_CASE("overwriting leaves the whole old file or the whole new one", "[image][write][unit]") {
  const TempFolder folder;
  const auto file = folder / "picture.png";
  write_picture(wild_picture(50, 50), file);
  const auto old_bytes = file_bytes(file);
  {
    const FileSizeLimit full_disk(1000);
    const auto error = error_of([&] { write_picture(wild_picture(60, 60), file); });
    CHECK(error.code() == ErrorCode::Output);
  }
  CHECK((file_bytes(file) == old_bytes));
  CHECK(folder.number_of_files() == 1);
  write_picture(wild_picture(60, 60), file);
  CHECK(samples_of(file_bytes(file)).width == 60);
  CHECK(folder.number_of_files() == 1);
}

}  // namespace styler::test
