#include "styler/app/gallery/page.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "styler/app/gallery/detail.hpp"
#include "styler/base/error.hpp"
#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "support/tensors.hpp"

namespace styler::app {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// A folder with two photos, and six results of them in `out/`.
struct GalleryFolder {
  support::TempFolder folder;
  std::vector<GalleryEntry> entries;

  GalleryFolder() {
    fs::create_directories(folder / "out");
    for (const std::string content : {"a.png", "b.png"}) {
      picture(content, {30, 40});
      for (const std::string style : {"red", "blue", "green"}) {
        const std::string name = "out/" + content + "_" + style + ".png";
        picture(name, {24, 32});
        entries.push_back({content, style, folder / content, folder / name, {{"--size", "32"}}, "styler", {}, {}});
      }
    }
  }
  void picture(const std::string& name, Size size) const { write_picture({support::picture(size), {}}, folder / name); }
  fs::path page() const { return folder / "out/index.html"; }
};

constexpr std::string_view kDataStart = "<script id=\"gallery-data\" type=\"application/json\">";

/// What the page's script reads.
json data_of(const fs::path& page) {
  const std::string text = read_file_bytes(page);
  const size_t start = text.find(kDataStart) + kDataStart.size();
  return json::parse(text.substr(start, text.find("</script>", start) - start));
}

}  // namespace

TEST_CASE("a gallery has every entry, row by row, with its pictures and facts", "[gallery]") {
  GalleryFolder given;
  given.entries[1].command = "styler --content a.png";
  given.entries[1].curve = {{1, 4.0}, {2, 2.0}, {3, 1.5}};
  given.entries[1].scale_starts = {2};
  std::swap(given.entries[2], given.entries[5]);  // the page's order is the table's, not the list's
  CHECK(write_gallery(given.page(), given.entries).empty());

  const json data = data_of(given.page());
  CHECK((data.at("styles") == json{"red", "blue", "green"}));
  REQUIRE(data.at("photos").size() == 2);
  REQUIRE(data.at("entries").size() == 6);
  for (size_t i = 0; i < 6; ++i) {
    CHECK(data["entries"][i].at("photo") == i / 3);
    CHECK(data["entries"][i].at("style") == i % 3);
    CHECK_THAT(data["entries"][i].at("thumbnail").get<std::string>(), Catch::Matchers::StartsWith("/9j/"));  // a JPEG
  }
  const json& entry = data["entries"][1];
  CHECK(entry.at("file") == "a.png_blue.png");
  CHECK(entry.at("width") == 32);
  CHECK(entry.at("height") == 24);
  CHECK(entry.at("command") == "styler --content a.png");
  CHECK(entry.at("parameters").dump() == R"([["--size","32"]])");
  CHECK((entry.at("curve") == json{{"iterations", {1, 2, 3}}, {"losses", {4.0, 2.0, 1.5}}, {"scale_starts", {2}}}));
}

TEST_CASE("a gallery's links lead from the page's folder to the files", "[gallery]") {
  const GalleryFolder given;
  write_gallery(given.page(), given.entries);
  const json data = data_of(given.page());
  CHECK(data["photos"][1].at("link") == "../b.png");
  CHECK(data["entries"][3].at("link") == "b.png_red.png");
}

TEST_CASE("no name can break out of a gallery's data", "[gallery]") {
  GalleryFolder given;
  const std::string hostile = "</script><script>alert('x\"')</script>\\ \xE2\x80\xA8 \xFF";
  write_gallery(given.page(), given.entries);
  const std::string harmless = read_file_bytes(given.page());
  given.entries[0].content_name = given.entries[0].style_name = given.entries[0].command = hostile;
  given.entries[0].parameters = {{hostile, hostile}};
  const fs::path file = given.folder / "out/x\"<script>\xFF.png";
  fs::rename(given.entries[0].picture, file);
  given.entries[0].picture = file;
  CHECK(write_gallery(given.page(), given.entries).empty());

  const auto tags = [](const std::string& text) { return std::count(text.begin(), text.end(), '<'); };
  CHECK(tags(read_file_bytes(given.page())) == tags(harmless));
  const json data = data_of(given.page());
  CHECK_THAT(data["entries"][0]["command"].get<std::string>(),
             Catch::Matchers::StartsWith("</script><script>alert('x\""));
  CHECK(data["entries"][0]["link"] == "x%22%3Cscript%3E%FF.png");
}

TEST_CASE("a gallery leaves out what cannot be read, and names it", "[gallery]") {
  const GalleryFolder given;
  given.folder.put("out/a.png_blue.png", "no picture");
  fs::remove(given.folder / "b.png");
  const auto left_out = write_gallery(given.page(), given.entries);
  REQUIRE(left_out.size() == 2);
  CHECK_THAT(left_out[0], support::contains("a.png_blue.png"));
  CHECK_THAT(left_out[1], support::contains("b.png' does not exist"));
  const json data = data_of(given.page());
  CHECK(data["photos"].size() == 1);
  REQUIRE(data["entries"].size() == 2);
  CHECK(data["entries"][1]["file"] == "a.png_green.png");
}

TEST_CASE("a gallery leaves out what takes more memory to be read than there may be", "[gallery]") {
  const GalleryFolder given;
  given.folder.put("out/a.png_blue.png", "P6 8000 8000 255\n");
  const auto left_out = write_gallery(given.page(), given.entries, {.memory_bytes = 1});
  REQUIRE(left_out.size() == 1);
  CHECK_THAT(left_out[0], support::contains("of memory to be read"));
}

TEST_CASE("two photos of one name are two rows", "[gallery]") {
  GalleryFolder given;
  for (GalleryEntry& entry : given.entries) entry.content_name = "photo";
  write_gallery(given.page(), given.entries);
  CHECK(data_of(given.page())["photos"].size() == 2);
}

TEST_CASE("a gallery of nothing is a page", "[gallery]") {
  const GalleryFolder given;
  CHECK(write_gallery(given.page(), {}).empty());
  CHECK(data_of(given.page())["entries"].empty());
}

TEST_CASE("a gallery that cannot be written is said before pictures are read", "[gallery]") {
  const GalleryFolder given;
  CHECK_THROWS_AS(write_gallery(given.folder / "missing/index.html", given.entries), Error);
}

TEST_CASE("a long loss curve is thinned but keeps where scales begin and end", "[gallery]") {
  GalleryFolder given;
  for (int64_t i = 1; i <= 5000; ++i) given.entries[0].curve.push_back({i, 123456.789});
  given.entries[0].curve.back().loss = std::numeric_limits<double>::quiet_NaN();
  given.entries[0].scale_starts = {0, 1234, 9999};  // the last is none of the curve
  write_gallery(given.page(), given.entries);
  const json curve = data_of(given.page())["entries"][0]["curve"];
  const auto iterations = curve.at("iterations").get<std::vector<size_t>>();
  CHECK(iterations.size() <= 304);
  CHECK(iterations.front() == 1);
  CHECK(iterations.back() == 5000);
  CHECK(std::count(iterations.begin(), iterations.end(), 1234) == 1);
  CHECK(std::count(iterations.begin(), iterations.end(), 1235) == 1);
  REQUIRE(curve.at("losses").size() == iterations.size());
  CHECK(curve["losses"][0] == 123460.0);
  CHECK(curve["losses"].back().is_null());
}

TEST_CASE("a gallery's pictures get smaller the more there are, so that the page stays within its budget",
          "[gallery]") {
  CHECK(gallery_detail(6, 2).preview_edge == 1024);
  CHECK(gallery_detail(6, 2).thumbnail_edge == 480);
  GalleryDetail last = gallery_detail(1, 1);
  size_t finer = 0, too_large = 0;
  for (size_t results = 1; results <= 6000; ++results) {
    const GalleryDetail detail = gallery_detail(results, results);  // as many photos as there can be
    if (detail.preview_edge > last.preview_edge || detail.thumbnail_edge > last.thumbnail_edge) ++finer;
    if (expected_page_bytes(detail, results, results) > kGalleryBudget) ++too_large;
    last = detail;
  }
  CHECK(finer == 0);
  CHECK(too_large == 0);
  CHECK(gallery_detail(1'000'000, 1000) == gallery_detail(100'000, 1000));
}

TEST_CASE("a gallery's page is about as large as was expected of it", "[gallery]") {
  GalleryFolder given;
  given.picture("a.png", {1024, 1024});
  given.picture("out/a.png_red.png", {1024, 1024});
  given.entries.resize(1);
  for (int64_t i = 1; i <= 1000; ++i) given.entries[0].curve.push_back({i, 0.123456789});
  write_gallery(given.page(), given.entries);
  const auto bytes = static_cast<double>(fs::file_size(given.page()));
  const double expected = expected_page_bytes(gallery_detail(1, 1), 1, 1);
  CHECK(bytes <= expected * 1.3);  // the made-up picture has more noise than brush strokes have
  CHECK(bytes >= expected / 3);
}

TEST_CASE("a gallery shrinks large pictures and leaves small ones as they are", "[gallery]") {
  const GalleryFolder given;
  given.picture("out/a.png_red.png", {480, 960});
  write_gallery(given.page(), given.entries);
  const json entries = data_of(given.page())["entries"];
  const auto bytes = [&](size_t i, const char* key) { return entries[i].at(key).get<std::string>().size(); };
  CHECK(entries[0]["width"] == 960);
  CHECK(bytes(0, "preview") > 2 * bytes(0, "thumbnail"));
  CHECK(entries[1]["preview"] == entries[1]["thumbnail"]);
}

}  // namespace styler::app
