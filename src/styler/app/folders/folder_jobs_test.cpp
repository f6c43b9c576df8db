#include "styler/app/folders/folder_jobs.hpp"

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

// More of what folder_jobs() does is tested with pairs, in commands/batch/jobs_test.cpp.

namespace styler::app {
namespace {

namespace fs = std::filesystem;

FolderOptions options_in(const support::TempFolder& folder, const std::vector<std::string>& pictures) {
  for (const std::string& name : pictures) folder.put("c/" + name, "x");
  FolderOptions options;
  options.content = {folder / "c"};
  options.output_folder = folder / "out";
  return options;
}

std::string folder_refusal(const FolderOptions& options) {
  try {
    jobs_of_each_picture(options, "--content");
  } catch (const Error& error) {
    return error.what();
  }
  FAIL("was accepted");
  return {};
}

}  // namespace

TEST_CASE("each picture of a folder makes one of its name, with the folders below if asked for", "[folder_jobs]") {
  const support::TempFolder folder;
  FolderOptions options = options_in(folder, {"b.jpg", "a.png", "x/a.jpg"});
  options.extension = "webp";
  std::vector<FolderJob> jobs = jobs_of_each_picture(options, "--content");
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].inputs[0].file == folder / "c" / "a.png");
  CHECK(jobs[0].output == folder / "out" / "a.webp");
  CHECK(jobs[0].name == "a");
  options.recursive = true;
  jobs = jobs_of_each_picture(options, "--content");
  REQUIRE(jobs.size() == 3);
  CHECK(jobs[2].output == folder / "out" / "x" / "a.webp");
  CHECK(jobs[2].name == "x/a");
  CHECK_FALSE(fs::exists(options.output_folder));
  CHECK(folders_of({jobs[0].output, jobs[1].output, jobs[2].output}) ==
        std::vector<fs::path>{folder / "out", folder / "out" / "x"});
}

TEST_CASE("pictures whose outputs would have one name are refused with the remedy", "[folder_jobs]") {
  const support::TempFolder folder;
  FolderOptions options = options_in(folder, {"a.jpg", "a.png"});
  CHECK_THAT(folder_refusal(options),
             support::contains("gives both '") && support::contains("add {content_ext} to --name"));
  options.name = "{content}.{content_ext}.{ext}";
  CHECK(jobs_of_each_picture(options, "--content").size() == 2);
  options.name = "result.{ext}";
  CHECK_THAT(folder_refusal(options), support::contains("2 contents one name"));
  options.name = "{style}.{ext}";
  CHECK_THAT(folder_refusal(options),
             support::contains("holds {style} but must be made of text and {content}, {content_ext} or {ext}"));
}

TEST_CASE("of one picture no output may take the place", "[folder_jobs]") {
  const support::TempFolder folder;
  FolderOptions options = options_in(folder, {"a.png"});
  options.content = {folder / "c" / "a.png"};
  options.output_folder = folder / "c";
  CHECK_THAT(folder_refusal(options), support::contains("of a is the input '") && support::contains("--output"));
}

}  // namespace styler::app
