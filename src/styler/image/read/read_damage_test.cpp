#include <map>
#include <thread>

#include "support/catch.hpp"
#include "support/read_support.hpp"

namespace styler::test {
namespace {

ReadOptions tolerant() {
  ReadOptions options;
  options.allow_truncated = true;
  return options;
}

/// A file of each format with so much in it that there is a middle to be cut off.
std::map<std::string, std::string> noisy_files() {
  std::map<std::string, std::string> files;
  const auto pixels = noise_pixels(40, 52, CV_8UC3);  // rows that no format fills up: nothing is lost with that
  for (const auto* extension : {".jpg", ".png", ".webp", ".tif", ".bmp", ".ppm"}) {
    files[extension] = encoded(extension, pixels);
  }
  // The embedded JPEG stands for the thumbnail of a camera: its end marker is not the picture's.
  files[".jpg"] = with_exif(files[".jpg"], exif_block(1, true) + files[".jpg"].substr(0, 3000));
  return files;
}

/// `size` as a big-endian number of four bytes.
std::string four_bytes(uint32_t size) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(size >> shift & 0xFF);
  return bytes;
}

}  // namespace

TEST_CASE("truncated files are refused wherever they end, and accepted when that is asked for", "[image][unit]") {
  for (const auto& [extension, file] : noisy_files()) {
    REQUIRE_NOTHROW(decoded(file));
    int accepted = 0;
    for (int percent = 1; percent <= 100; ++percent) {
      const auto part = file.substr(0, file.size() * percent / 100 - 1);
      INFO(extension << " cut to " << part.size() << " of " << file.size() << " bytes");
      if (extension == ".png" && part.size() + 12 >= file.size()) continue;  // of the end alone, see read_png_test
      if (extension == ".jpg" && part.size() + 1 == file.size()) continue;   // of the end marker alone, see jpeg_test
      const auto error = error_of([&, &name = part] { decoded(name); });
      CHECK(error.code() == ErrorCode::Input);
      CHECK(contains(error.what(), part.size() > 1 ? "truncated" : "not a picture"));
      try {
        std::vector<std::string> warnings;
        const Picture picture = decoded(part, tolerant(), &warnings);
        CHECK((picture.colour.sizes() == at::IntArrayRef{1, 3, 40, 52}));
        REQUIRE(warnings.size() == 1);
        CHECK(contains(warnings[0], "truncated"));
        ++accepted;
      } catch (const Error& nothing_left) {
        CHECK(nothing_left.code() == ErrorCode::Input);
      }
    }
    INFO(extension << ": " << accepted);
    if (extension != ".tif") CHECK(accepted > 20);  // OpenCV puts a TIFF's directory at its end
  }
}

TEST_CASE("what is left of a truncated file is shown", "[image][unit]") {
  for (const auto* extension : {".png", ".ppm", ".jpg"}) {
    INFO(extension);
    const auto file = encoded(extension, noise_pixels(64, 64, CV_8UC3));
    const auto whole = decoded(file).colour;
    const auto part = decoded(file.substr(0, file.size() * 3 / 4), tolerant()).colour;
    CHECK(part.slice(2, 0, 24).equal(whole.slice(2, 0, 24)));
  }
}

TEST_CASE("a JPEG that is damaged in its middle is refused", "[image][unit]") {
  const auto whole = encoded(".jpg", noise_pixels(60, 80, CV_8UC3));
  auto file = whole;
  file.replace(file.size() / 2, 40, 40, '\x55');
  const auto error = error_of([&] { decoded(file); });
  CHECK(contains(error.what(), "is truncated or damaged: its JPEG data cannot be decoded to the end"));
  CHECK(contains(error.what(), "--allow-truncated"));
  CHECK_NOTHROW(decoded(file, tolerant()));
}

TEST_CASE("a PNG whose checksum is wrong is refused", "[image][unit]") {
  auto file = encoded(".png", noise_pixels(20, 20, CV_8UC3));
  file[file.size() - 12 - 2] = static_cast<char>(file[file.size() - 12 - 2] ^ 1);  // of the pixels: IEND takes 12
  CHECK(contains(error_of([&] { decoded(file); }).what(), "PNG data"));
}

TEST_CASE("what cameras write behind the end of a JPEG does not matter", "[image][unit]") {
  CHECK_NOTHROW(decoded(encoded(".jpg", noise_pixels(8, 8, CV_8UC3)) + "more data"));
}

TEST_CASE("more pixels than the limit are refused, in every format, as few as it takes", "[image][unit]") {
  for (const auto& [extension, file] : noisy_files()) {
    INFO(extension);
    ReadOptions options;
    options.max_pixels = 40 * 52;
    CHECK_NOTHROW(decoded(file, options));
    options.max_pixels = 40 * 52 - 1;
    const auto error = error_of([&, &bytes = file] { decoded(bytes, options); });
    CHECK(error.code() == ErrorCode::Input);
    CHECK(contains(error.what(), "has 52×40 pixels, more than the limit of 2079"));
    CHECK(contains(error.what(), "--max-pixels"));
  }
}

TEST_CASE("a header that speaks of a huge picture is refused before memory is taken", "[image][unit]") {
  auto png = encoded(".png", cv::Mat(1, 1, CV_8UC1, cv::Scalar(0)));
  // Width and height, and the checksum of the chunk, which the tolerant reader passes over.
  png.replace(16, 8, four_bytes(0x7FFFFFFF) + four_bytes(0x7FFFFFFF));
  auto bmp = encoded(".bmp", cv::Mat(4, 4, CV_8UC3, cv::Scalar(0)));
  bmp.replace(18, 8, "\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x7F");
  auto upside_down = bmp;
  upside_down.replace(22, 4, std::string("\0\0\0\x80", 4));
  for (const auto& file : {png, bmp, upside_down, std::string("P6 2000000000 2000000000 255\n")}) {
    const auto error = error_of([&, &bytes = file] { decoded(bytes, tolerant()); });
    INFO(error.what());
    CHECK(contains(error.what(), "more than the limit of 500000000"));
  }
  CHECK(contains(error_of([&] { decoded("P4 400000000 1\n"); }).what(), "on one side"));
}

TEST_CASE("more memory than may be used is refused by the header, in every format, and the file is named",
          "[image][unit]") {
  constexpr uint32_t kSide = 8000;
  auto png = encoded(".png", cv::Mat(1, 1, CV_8UC1, cv::Scalar(0)));
  png.replace(16, 8, four_bytes(kSide) + four_bytes(kSide));
  auto bmp = encoded(".bmp", cv::Mat(4, 4, CV_8UC3, cv::Scalar(0)));
  bmp.replace(18, 8, "\x40\x1F\0\0\x40\x1F\0\0", 8);
  auto jpeg = encoded(".jpg", cv::Mat(4, 4, CV_8UC3, cv::Scalar(0)));
  jpeg.replace(jpeg.find("\xFF\xC0") + 5, 4, "\x1F\x40\x1F\x40");
  ReadOptions options = tolerant();
  for (const auto& file : {png, bmp, jpeg, std::string("P6 8000 8000 255\n"), std::string("P4 8000 8000\n")}) {
    options.memory_bytes = int64_t{700} << 20;
    const auto error = error_of([&, &bytes = file] { decoded(bytes, options); });
    INFO(error.what());
    CHECK(error.code() == ErrorCode::Memory);
    CHECK(contains(error.what(), "picture 'name.of.it' takes"));
    CHECK(contains(error.what(), "700 MiB may be used"));
  }
  options.memory_bytes = 1;
  for (const auto& [extension, file] : noisy_files()) CHECK_NOTHROW(decoded(file, options));
}

TEST_CASE("ReadOptions refuses a limit below one pixel", "[image][unit]") {
  ReadOptions options;
  options.max_pixels = 0;
  CHECK(error_of([&] { options.validate(); }).code() == ErrorCode::InvalidArgument);
  CHECK(error_of([&] { decoded("P1 1 1 0", options); }).code() == ErrorCode::InvalidArgument);
}

TEST_CASE("formats that cannot be decoded here are called by their names", "[image][unit]") {
  using std::string_literals::operator""s;
  const auto [name, bytes] = GENERATE(table<std::string, std::string>({{"an AVIF",
                                                                        "\0\0\0\x1C"
                                                                        "ftypavif\0\0\0\0mif1avifmiaf"s},
                                                                       {"a HEIC",
                                                                        "\0\0\0\x18"
                                                                        "ftypheic\0\0\0\0mif1heic"s},
                                                                       {"a HEIC",
                                                                        "\0\0\0\x18"
                                                                        "ftypmif1\0\0\0\0mif1heic"s},
                                                                       {"a camera raw", "FUJIFILMCCD-RAW 0201"s},
                                                                       {"a JPEG XL", "\xFF\x0A\0\0"s},
                                                                       {"a JPEG XL", "\0\0\0\x0CJXL \r\n\x87\n"s},
                                                                       {"a JPEG 2000", "\0\0\0\x0CjP  \r\n\x87\n"s},
                                                                       {"an OpenEXR", "\x76\x2F\x31\x01"s}}));
  const auto error = error_of([&, &file = bytes] { decoded(file); });
  INFO(error.what());
  CHECK(error.code() == ErrorCode::Input);
  CHECK((contains(error.what(), "is " + name + " picture, which is not read here") ||
         contains(error.what(), "is truncated")));
  CHECK_FALSE(contains(error.what(), "OpenCV"));
  CHECK((contains(error.what(), "convert it to PNG or JPEG") || contains(error.what(), "is truncated")));
}

TEST_CASE("read_picture says what is wrong with a file, each in its own words", "[image][unit]") {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "folder.png");
  const auto broken_png = encoded(".png", noise_pixels(8, 8, CV_8UC3)).replace(8, 8, 8, '\0');
  const std::map<std::string, std::string> reasons{
      {folder / "missing.png", "does not exist"},
      {folder / "folder.png", "is a folder"},
      {"/dev/zero", "is a device"},
      {folder.put("empty.png", ""), "is empty"},
      {folder.put("text.png", "Dear all, this is no picture.\n"), "is not a picture"},
      {folder.put("letter", "x"), "is not a picture"},
      {folder.put("broken.png", broken_png), "PNG data"}};
  for (const auto& [file, reason] : reasons) {
    const auto error = error_of([&, name = file] { read_picture(name); });
    INFO(error.what());
    CHECK(error.code() == ErrorCode::Input);
    CHECK(contains(error.what(), "'" + file + "'"));
    CHECK(contains(error.what(), reason));
    CHECK_FALSE(contains(error.what(), "OpenCV"));
  }
}

TEST_CASE("names in any encoding work", "[image][unit]") {
  const TempFolder folder;
  const auto file = fixture("png/rgb8.png");
  for (const auto* name : {"Grüße 絵.jpg", "\xC3\x28\xFF latin \xE9.png", "new\nline", " "}) {
    CHECK(read_picture(folder.put(name, file)).colour.equal(decoded(file).colour));
  }
}

TEST_CASE("pictures can be decoded on several threads at once", "[image][unit]") {
  const auto names = fixture_names();
  std::vector<std::string> files;
  for (const auto& name : names) files.push_back(fixture(name));
  const auto sum_of = [&](const std::string& file) {
    try {
      return decode_picture(file, "x").colour.sum().item<double>();
    } catch (const Error&) {
      return -1.0;
    }
  };
  std::vector<double> expected, sums(2 * files.size());
  for (const auto& file : files) expected.push_back(sum_of(file));
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < 2; ++thread) {
    threads.emplace_back([&, thread] {
      for (size_t i = 0; i < files.size(); ++i) sums[thread * files.size() + i] = sum_of(files[i]);
    });
  }
  for (auto& thread : threads) thread.join();
  for (size_t i = 0; i < sums.size(); ++i) CHECK(sums[i] == expected[i % files.size()]);
}

TEST_CASE("every extension that is looked for is in small letters and begins with a dot", "[image][unit]") {
  for (const auto* expected : {".jpg", ".png", ".tif", ".webp", ".bmp", ".ppm", ".heic"}) {
    const auto& known = readable_extensions();
    CHECK(std::find(known.begin(), known.end(), expected) != known.end());
  }
}

}  // namespace styler::test
