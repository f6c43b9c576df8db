#include <ATen/ops/full.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <limits>
#include <opencv2/core/version.hpp>
#include <sstream>

#include "picture_files.hpp"
#include "styler/image_io.hpp"
#include "support/catch.hpp"

namespace styler::test {
namespace {

/// A 1×n picture whose three channels hold `values`.
at::Tensor picture_of(const std::vector<float>& values) {
  at::Tensor picture = at::full({1, 3, 1, static_cast<int64_t>(values.size())}, 0.0F);
  for (size_t i = 0; i < values.size(); ++i) picture.select(3, static_cast<int64_t>(i)).fill_(values[i]);
  return picture;
}

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

}  // namespace

TEST_CASE("write_picture and read_picture lose nothing in lossless formats", "[image][unit]") {
  const TempFolder folder;
  const auto* extension = GENERATE(".png", ".tif", ".tiff", ".webp", ".bmp", ".ppm", ".PNG", ".Tif");
  const auto [height, width] = GENERATE(table<int, int>({{1, 1}, {17, 300}, {40, 30}}));
  const auto picture = noise_picture(height, width);
  const auto file = folder / ("a b ü" + std::string(extension));
  write_picture(picture, file);
  CHECK(read_picture(file).equal(picture));
}

TEST_CASE("write_picture keeps JPEG close to the picture", "[image][unit]") {
  const TempFolder folder;
  const auto* extension = GENERATE(".jpg", ".jpeg", ".JPG");
  // A smooth picture: a blend of three constant colours along x and y.
  const auto ramp = picture_of({0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F, 0.7F, 0.8F}).expand({1, 3, 17, 8});
  const auto file = folder / ("picture" + std::string(extension));
  write_picture(ramp, file);
  const auto read = read_picture(file);
  REQUIRE(read.sizes() == ramp.sizes());
  CHECK(read.sub(ramp).abs().max().item<double>() < 4.0 / 255);
  CHECK(file_bytes(file).substr(0, 3) == "\xFF\xD8\xFF");
#if CV_VERSION_MAJOR > 4 || (CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR >= 7)
  const auto bytes = file_bytes(file);
  const size_t frame_header = bytes.find("\xFF\xC0");
  REQUIRE(frame_header != std::string::npos);
  CHECK(bytes.at(frame_header + 11) == 0x11);  // brightness sampled no finer than colour: 4:4:4
#endif
}

TEST_CASE("write_picture clamps and rounds", "[image][unit]") {
  const TempFolder folder;
  const auto* extension = GENERATE(".png", ".tif", ".webp", ".bmp", ".ppm");
  const float infinity = std::numeric_limits<float>::infinity();
  const auto picture =
      picture_of({-1.5F, 1.7F, 0.4F / 255, 0.6F / 255, 99.6F / 255, 100.4F / 255, 254.6F / 255, -infinity, infinity});
  const std::vector<float> levels{0, 255, 0, 1, 100, 100, 255, 0, 255};
  const auto expected = picture_of(levels).div(255);
  const auto file = folder / ("picture" + std::string(extension));
  write_picture(picture, file);
  CHECK(read_picture(file).equal(expected));
  CHECK(quantized_to_8_bits(picture).equal(expected));
}

TEST_CASE("write_picture takes any floating type and layout, and leaves the picture alone", "[image][unit]") {
  const TempFolder folder;
  const auto picture = noise_picture(9, 14).mul(1.2).sub(0.1);
  const auto copy = picture.clone();
  const auto expected = quantized_to_8_bits(picture);
  for (const auto& variant : {picture, picture.to(at::kDouble), picture.contiguous(at::MemoryFormat::ChannelsLast)}) {
    write_picture(variant, folder / "picture.png");
    CHECK(read_picture(folder / "picture.png").equal(expected));
  }
  CHECK(picture.equal(copy));
}

TEST_CASE("write_picture takes what only a bug can produce for a bug", "[image][unit]") {
  const TempFolder folder;
  const auto picture = noise_picture(4, 4);
  CHECK_THROWS_AS(write_picture(picture.squeeze(0), folder / "a.png"), Bug);
  CHECK_THROWS_AS(write_picture(picture.slice(1, 0, 1), folder / "a.png"), Bug);
  CHECK_THROWS_AS(write_picture(picture.div(0).mul(0), folder / "a.png"), Bug);  // NaN
  CHECK(folder.number_of_files() == 0);
}

TEST_CASE("output is refused before and while writing, with the reason", "[image][unit]") {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "folder.png");
  const auto [name, reason, code] = GENERATE(table<std::string, std::string, ErrorCode>(
      {{"a.gif", "unknown extension .gif; use one of .png, .jpg", ErrorCode::InvalidArgument},
       {"a", "no extension", ErrorCode::InvalidArgument},
       {"missing/a.png", "", ErrorCode::Output},
       {"folder.png", "", ErrorCode::Output}}));
  const auto file = folder / name;
  for (const bool only_check : {true, false}) {
    const auto error =
        error_of([&] { only_check ? check_picture_writable(file) : write_picture(noise_picture(2, 2), file); });
    INFO(error.what());
    CHECK(error.code() == code);
    CHECK(contains(error.what(), name.substr(0, name.find('/'))));
    CHECK(contains(error.what(), reason));
  }
  CHECK(folder.number_of_files() == 1);
}

TEST_CASE("every extension that is offered can be written", "[image][unit]") {
  const TempFolder folder;
  for (const auto& extension : writable_extensions()) {
    INFO(extension);
    CHECK_NOTHROW(check_picture_writable(folder / ("a" + extension)));
    CHECK(folder.number_of_files() == 0);
    write_picture(noise_picture(3, 5), folder / ("a" + extension));
    std::filesystem::remove(folder / ("a" + extension));
  }
}

TEST_CASE("permissions are respected", "[image][unit]") {
  if (geteuid() == 0) return;  // root may read and write everything
  const TempFolder folder;
  std::filesystem::create_directory(folder / "locked");
  const auto secret = folder.put("secret.png", "not for everyone");
  std::filesystem::permissions(secret, std::filesystem::perms::none);
  std::filesystem::permissions(folder / "locked", std::filesystem::perms::owner_read);
  CHECK(contains(error_of([&] { read_picture(secret); }).what(), "cannot be read"));
  CHECK(error_of([&] { check_picture_writable(folder / "locked/a.png"); }).code() == ErrorCode::Output);
  std::filesystem::permissions(folder / "locked", std::filesystem::perms::owner_all);
}

TEST_CASE("a picture that a format cannot hold leaves the old file alone", "[image][unit]") {
  const TempFolder folder;
  const auto [name, width] = GENERATE(table<std::string, int>({{"a.webp", 17000}, {"a.jpg", 70000}}));
  const auto file = folder.put(name, "old");
  const auto error = error_of([&, n = width] { write_picture(noise_picture(1, n), file); });
  CHECK(error.code() == ErrorCode::Output);
  CHECK(contains(error.what(), "cannot hold"));
  CHECK(file_bytes(file) == "old");
  CHECK(folder.number_of_files() == 1);
}

TEST_CASE("overwriting leaves the whole old file or the whole new one", "[image][unit]") {
  const TempFolder folder;
  const auto file = folder / "picture.png";
  const auto old_picture = noise_picture(50, 50, /*seed=*/1), new_picture = noise_picture(60, 60, /*seed=*/2);
  write_picture(old_picture, file);
  {
    const FileSizeLimit full_disk(1000);
    const auto error = error_of([&] { write_picture(new_picture, file); });
    CHECK(error.code() == ErrorCode::Output);
  }
  CHECK(read_picture(file).equal(old_picture));
  CHECK(folder.number_of_files() == 1);
  write_picture(new_picture, file);
  CHECK(read_picture(file).equal(new_picture));
  CHECK(folder.number_of_files() == 1);
}

TEST_CASE("OpenCV's own complaints do not reach the user", "[image][unit]") {
  const TempFolder folder;
  std::ostringstream heard;
  auto* const terminal = std::cerr.rdbuf(heard.rdbuf());
  for (const auto* extension : {".bmp", ".tif", ".ppm"}) {
    const auto whole = encoded(extension, noise_pixels(20, 20, CV_8UC3));
    CHECK_THROWS_AS(read_picture(folder.put("cut", whole.substr(0, whole.size() / 2))), Error);
  }
  const auto complaints = heard.str();
  std::cerr << "still alive";
  std::cerr.rdbuf(terminal);
  CHECK(complaints.empty());
  CHECK(heard.str() == "still alive");
}

}  // namespace styler::test
