#include <algorithm>
#include <set>
#include <utility>

#include "styler/app/commands/batch/jobs.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// `c/` and `s/` with these pictures, as sources of a batch that writes into `out/`.
JobSources sources_in(const support::TempFolder& folder, const Names& contents, const Names& styles) {
  for (const std::string& name : contents) folder.put("c/" + name, "x");
  for (const std::string& name : styles) folder.put("s/" + name, "x");
  JobSources sources;
  sources.content = {folder / "c"};
  sources.style = {folder / "s"};
  sources.output_folder = folder / "out";
  return sources;
}

/// Names of the outputs below the output folder, in the order of the jobs.
Names outputs_of(const JobSources& sources) {
  Names names;
  for (const BatchJob& job : list_jobs(sources)) {
    names.push_back(job.output.lexically_relative(sources.output_folder).string());
  }
  return names;
}

std::string jobs_refusal(const JobSources& sources, ErrorCode code = ErrorCode::InvalidArgument) {
  try {
    list_jobs(sources);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.what();
  }
  FAIL("was accepted");
  return {};
}

std::vector<BatchJob> jobs_named(int count) {
  std::vector<BatchJob> jobs(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) jobs[static_cast<size_t>(i)].name = "IMG_" + std::to_string(i) + " × art";
  return jobs;
}

std::set<std::string> names_of_shard(const std::vector<BatchJob>& jobs, Shard shard) {
  std::set<std::string> names;
  for (const BatchJob& job : jobs_of_shard(jobs, shard)) names.insert(job.name);
  return names;
}

}  // namespace

TEST_CASE("every content meets every style, by style and then by name, and nothing is created", "[batch_jobs]") {
  const support::TempFolder folder;
  const JobSources sources = sources_in(folder, {"b.jpg", "a.png"}, {"t.jpg", "s.jpg"});
  CHECK((outputs_of(sources) == Names{"a_s.png", "b_s.png", "a_t.png", "b_t.png"}));
  const BatchJob job = list_jobs(sources)[2];
  CHECK(job.content == folder / "c" / "a.png");
  CHECK(job.style == folder / "s" / "t.jpg");
  CHECK(job.content_name == "a");
  CHECK(job.style_name == "t");
  CHECK(job.name == "a × t");
  CHECK_FALSE(fs::exists(sources.output_folder));
}

TEST_CASE("with recursive, folders of contents are kept and those of styles are not", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"a.jpg", "x/a.jpg"}, {"old/s.jpg"});
  sources.recursive = true;
  CHECK((outputs_of(sources) == Names{"a_s.png", "x/a_s.png"}));
}

TEST_CASE("names of jobs don't depend on where the folders are", "[batch_jobs]") {
  const support::TempFolder here;
  const support::TempFolder there;
  const BatchJob a = list_jobs(sources_in(here, {"a.jpg"}, {"s.jpg"})).front();
  const BatchJob b = list_jobs(sources_in(there, {"a.jpg"}, {"s.jpg"})).front();
  CHECK(a.name == b.name);
}

TEST_CASE("all words in braces are replaced, once", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"{style}.JPG"}, {"s.webp"});
  sources.extension = "jpg";
  sources.name = "of {style}/{content}}.{content_ext}-{style_ext}.{ext}";
  CHECK((outputs_of(sources) == Names{"of s/{style}}.JPG-webp.jpg"}));
}

TEST_CASE("wrong names are refused with the remedy", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"a.jpg"}, {"s.jpg"});
  const auto [name, part] = GENERATE(table<std::string, std::string>({
      {"{contnet}.{ext}", "did you mean 'content'?"},
      {"{}.png", "{content}"},
      {"{content_{style}.png", "{content_{style}"},
      {"{content", "without a }"},
      {"../{content}.{ext}", "--output"},
      {"x/../../{content}.{ext}", "--output"},
      {"/{content}.{ext}", "--output"},
      {"{content}", ".{ext}"},
      {"{content}.xyz", ".{ext}"},
      {"{content}.png/", ".{ext}"},
      {"", ".{ext}"},
  }));
  sources.name = name;
  const std::string message = jobs_refusal(sources);
  CHECK_THAT(message, support::contains("--name '" + name + "'") && support::contains(part));
}

TEST_CASE("formats that can't be written are refused", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"a.jpg"}, {"s.jpg"});
  sources.extension = "pgn";
  CHECK_THAT(jobs_refusal(sources), support::contains("--format is 'pgn'") && support::contains("did you mean 'png'?"));
  sources.extension = "PNG";
  CHECK((outputs_of(sources) == Names{"a_s.PNG"}));
}

TEST_CASE("several contents or styles need their word in the name, one does not", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"a.jpg", "b.jpg"}, {"s.jpg"});
  sources.name = "{content}.{ext}";
  CHECK((outputs_of(sources) == Names{"a.png", "b.png"}));
  sources.name = "{style}.{ext}";
  CHECK_THAT(jobs_refusal(sources), support::contains("add {content} to --name"));
  folder.put("s/t.jpg", "x");
  sources.name = "{content}.{ext}";
  CHECK_THAT(jobs_refusal(sources), support::contains("add {style} to --name"));
}

TEST_CASE("two jobs with one output are both named, with the remedy", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"a.jpg", "a.png"}, {"s.jpg"});
  CHECK_THAT(jobs_refusal(sources), support::contains("c/a.jpg'") && support::contains("c/a.png'") &&
                                        support::contains("add {content_ext} to --name"));
  sources.name = "{content}.{content_ext}_{style}.{ext}";
  CHECK((outputs_of(sources) == Names{"a.jpg_s.png", "a.png_s.png"}));
  folder.put("s/s.png", "x");
  CHECK_THAT(jobs_refusal(sources), support::contains("add {style_ext} to --name"));
  sources.content = {folder.put("list.txt", "x/a.jpg\ny/a.jpg\n")};
  sources.style = {folder / "s" / "s.jpg"};
  CHECK_THAT(jobs_refusal(sources), support::contains("rename"));
}

TEST_CASE("outputs that are inputs are refused, by detours and links too", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"a.png"}, {"s.png"});
  sources.content = {folder / "c" / "a.png"};
  sources.style = {folder / "s" / "s.png"};
  SECTION("a content") {
    sources.output_folder = folder / "s" / ".." / "c";
    sources.name = "./{content}.{ext}";
  }
  SECTION("a style") {
    sources.output_folder = folder / "s";
    sources.name = "{style}.{ext}";
  }
  SECTION("through a link") {
    fs::create_directory_symlink(folder / "c", folder / "out");
    sources.name = "{content}.{ext}";
  }
  SECTION("that is a link") {
    fs::create_directory(folder / "out");
    fs::create_symlink("../c/a.png", folder / "out" / "a_s.png");
  }
  SECTION("that is not there yet") {
    sources.content = {folder / "out" / "a.png"};
    sources.name = "{content}.{ext}";
  }
  CHECK_THAT(jobs_refusal(sources), support::contains("is the input '") && support::contains("--output"));
}

TEST_CASE("pairs are jobs of their own, each once", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources;
  sources.pairs = folder.put("pairs.tsv", "c/b.jpg\tt.jpg\nc/a.jpg\ts.jpg\n./c/b.jpg\tt.jpg\n");
  sources.output_folder = folder / "out";
  CHECK((outputs_of(sources) == Names{"a_s.png", "b_t.png"}));
  CHECK(list_jobs(sources)[0].content == folder / "c" / "a.jpg");
  sources.name = "{style}.{ext}";  // enough to tell these two
  CHECK((outputs_of(sources) == Names{"s.png", "t.png"}));
  folder.put("pairs.tsv", "a.jpg\ts.jpg\nb.jpg\ts.jpg\n");
  CHECK_THAT(jobs_refusal(sources), support::contains("add {content} to --name"));
}

TEST_CASE("sources that are left out or contradict each other are refused", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"a.jpg"}, {"s.jpg"});
  SECTION("no style") { sources.style.clear(); }
  SECTION("no content") { sources.content.clear(); }
  SECTION("pairs and a content") {
    sources.style.clear();
    sources.pairs = "pairs.tsv";
  }
  SECTION("pairs and both") { sources.pairs = "pairs.tsv"; }
  CHECK_THAT(jobs_refusal(sources), support::contains("--pairs") && support::contains("--content"));
}

TEST_CASE("an output folder is needed", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"a.jpg"}, {"s.jpg"});
  sources.output_folder.clear();
  CHECK_THAT(jobs_refusal(sources), support::contains("--output"));
}

TEST_CASE("a source is told by its option", "[batch_jobs]") {
  const support::TempFolder folder;
  JobSources sources = sources_in(folder, {"a.jpg"}, {"s.jpg"});
  sources.style = {folder / "none"};
  CHECK_THAT(jobs_refusal(sources, ErrorCode::Input), support::contains("--style"));
  sources.content = {folder / "none"};
  CHECK_THAT(jobs_refusal(sources, ErrorCode::Input), support::contains("--content"));
}

TEST_CASE("shards are everything, disjoint and of like size", "[batch_jobs]") {
  const std::vector<BatchJob> jobs = jobs_named(1000);
  std::set<std::string> all;
  for (int64_t index = 1; index <= 7; ++index) {
    const std::set<std::string> names = names_of_shard(jobs, {index, 7});
    CHECK(names.size() > 100);  // 143 and four standard deviations of 11
    CHECK(names.size() < 187);
    const size_t before = all.size();
    all.insert(names.begin(), names.end());
    CHECK(all.size() == before + names.size());
  }
  CHECK(all.size() == jobs.size());
}

TEST_CASE("numbered names spread over a power of two as over other counts", "[batch_jobs]") {
  const std::vector<BatchJob> jobs = jobs_named(1024);
  for (int64_t index = 1; index <= 8; ++index) {
    const size_t size = jobs_of_shard(jobs, {index, 8}).size();
    CHECK(size > 85);  // 128 and four standard deviations of 10.6
    CHECK(size < 171);
  }
}

TEST_CASE("a job that is added moves no other to another shard", "[batch_jobs]") {
  const std::vector<BatchJob> few = jobs_named(100);
  std::vector<BatchJob> more = jobs_named(101);
  std::reverse(more.begin(), more.end());
  for (int64_t index = 1; index <= 3; ++index) {
    const std::set<std::string> before = names_of_shard(few, {index, 3});
    const std::set<std::string> after = names_of_shard(more, {index, 3});
    CHECK(std::includes(after.begin(), after.end(), before.begin(), before.end()));
  }
}

TEST_CASE("shards are the same on every machine and in every version", "[batch_jobs]") {
  // Reckoned in Python from the published constants.
  using Known = std::pair<const char*, int64_t>;
  for (const auto& [name, index] : {Known{"photo × art", 887}, Known{"trip/photo × art", 473}}) {
    std::vector<BatchJob> jobs(1);
    jobs[0].name = name;
    CHECK(jobs_of_shard(jobs, {index, 1000}).size() == 1);
  }
}

}  // namespace styler::app
