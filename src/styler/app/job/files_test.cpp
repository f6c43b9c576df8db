#include "styler/app/job/files.hpp"

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

JobOptions in_folder(const support::TempFolder& folder) {
  JobOptions options;
  options.content = folder.put("photo.png", "x");
  options.styles = {folder.put("art.png", "x")};
  options.output = folder.path() / "out.png";
  return options;
}

ErrorCode refusal_code(const JobOptions& options) {
  try {
    check_files(options);
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("was accepted");
  return {};
}

}  // namespace

TEST_CASE("files that can be written are accepted and not touched", "[job_files]") {
  const support::TempFolder folder;
  JobOptions options = in_folder(folder);
  options.report = folder.path() / "run.json";
  options.messages.log_file = folder.path() / "run.log";
  options.preview = folder.path() / "look.jpg";
  options.checkpoint = options.resume = folder.put("run.ckpt", "x");
  options.write.bit_depth = 16;  // which no .jpg holds, but a preview need not
  CHECK_NOTHROW(check_files(options));
  CHECK_FALSE(std::filesystem::exists(options.output));
  CHECK_FALSE(std::filesystem::exists(options.report));
}

TEST_CASE("outputs that overwrite an input or each other, or of an unknown format, are refused", "[job_files]") {
  const support::TempFolder folder;
  JobOptions options = in_folder(folder);
  SECTION("the content") { options.output = options.content; }
  SECTION("by a detour") { options.output = folder.path() / "." / "photo.png"; }
  SECTION("by a link") {
    options.output = folder.path() / "link.png";
    std::filesystem::create_symlink(options.styles.front(), options.output);
  }
  SECTION("the report") { options.report = options.output; }
  SECTION("an input that --save-every could write") {
    options.content = folder.path() / "out_s1_0050.png";
    options.save_every = 50;
  }
  SECTION("the checkpoint and the output") { options.checkpoint = options.output; }
  SECTION("the checkpoint and an input") { options.checkpoint = options.styles.front(); }
  SECTION("the preview and an input") { options.preview = options.content; }
  SECTION("the preview and the output") { options.preview = options.output; }
  SECTION("the output and what is gone on from") { options.resume = options.output; }
  SECTION("the report and what is gone on from") { options.resume = options.report = folder.put("run.ckpt", "x"); }
  SECTION("a preview's format that is unknown") { options.preview = folder.path() / "look.xyz"; }
  SECTION("an output format that is unknown") { options.output = folder.path() / "out.xyz"; }
  SECTION("the log file and the report") { options.report = options.messages.log_file = folder.path() / "x"; }
  CHECK(refusal_code(options) == ErrorCode::InvalidArgument);
}

TEST_CASE("folders that are missing are refused", "[job_files]") {
  const support::TempFolder folder;
  JobOptions options = in_folder(folder);
  SECTION("output folder") { options.output = folder.path() / "none" / "out.png"; }
  SECTION("report folder") { options.report = folder.path() / "none" / "run.json"; }
  SECTION("checkpoint folder") { options.checkpoint = folder.path() / "none" / "run.ckpt"; }
  SECTION("preview folder") { options.preview = folder.path() / "none" / "look.png"; }
  SECTION("log folder") { options.messages.log_file = folder.path() / "none" / "run.log"; }
  CHECK(refusal_code(options) == ErrorCode::Output);
}

TEST_CASE("what an earlier job left unfinished goes where results go, and not beside the log", "[job_files]") {
  const support::TempFolder folder;
  JobOptions options = in_folder(folder);
  options.report = folder / "reports" / "run.json";
  options.messages.log_file = folder / "logs" / "run.log";
  const auto left = [&](const std::string& place) { return folder.put(place + "/.styler-aaaaaa.tmp", "x"); };
  const std::filesystem::path files[] = {left("."), left("reports"), left("logs")};
  remove_abandoned_files_of(options);
  CHECK_FALSE(std::filesystem::exists(files[0]));
  CHECK_FALSE(std::filesystem::exists(files[1]));
  CHECK(std::filesystem::exists(files[2]));
}

}  // namespace styler::app
