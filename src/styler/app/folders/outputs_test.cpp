#include "styler/app/folders/outputs.hpp"

#include <ATen/ops/full.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "styler/base/error.hpp"
#include "styler/image/image_io.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

std::string output_refusal(const support::TempFolder& folder, const std::string& output,
                           const WriteOptions& write = {}) {
  try {
    prepare_outputs(folder / "out", {folder / "out" / "a.png", folder / "out" / output}, write, true);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("an output folder is made, and every format that goes into it is checked first", "[outputs]") {
  const support::TempFolder folder;
  CHECK(output_refusal(folder, "b.jpg").empty());
  CHECK(std::filesystem::is_directory(folder / "out"));
  CHECK_THAT(output_refusal(folder, "b.bmp"),
             support::contains(".bmp file has no room") && support::contains("--force"));
  CHECK_NOTHROW(prepare_outputs(folder / "out", {folder / "out" / "b.bmp"}, {}, /*tells_finished=*/false));
  CHECK_THAT(output_refusal(folder, "b.xyz"), support::contains("xyz"));
  folder.put("file", "x");
  CHECK_THROWS_AS(prepare_outputs(folder / "file" / "out", {}, {}, true), Error);
}

TEST_CASE("what a picture says of itself is found if all of it is there", "[outputs]") {
  const support::TempFolder folder;
  const std::filesystem::path file = folder / "a.png";
  write_picture({at::full({1, 3, 8, 8}, 0.5), {}}, file, {}, {R"({"fingerprint": "ab"})", {}});
  CHECK(parameters_in(file) == R"({"fingerprint": "ab"})");
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 5);
  CHECK(parameters_in(file).empty());
  CHECK(parameters_in(folder / "none.png").empty());
  CHECK(parameters_in(folder.path()).empty());
  CHECK(parameters_in(folder.put("text.png", "no picture")).empty());
}

}  // namespace styler::app
