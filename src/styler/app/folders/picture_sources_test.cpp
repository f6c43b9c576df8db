#include "styler/app/folders/picture_sources.hpp"

#include <unistd.h>

#include <algorithm>

#include "styler/base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using SourceNames = std::vector<std::string>;

SourceSearch search_in(const support::TempFolder& folder, bool recursive = false) {
  return {"--content", recursive, folder / "results", "png"};
}

SourceNames names_of(const std::string& source, const SourceSearch& search) {
  SourceNames names;
  for (const SourcePicture& picture : pictures_of_source(source, search)) names.push_back(picture.name);
  return names;
}

/// The message, with its code checked; `read` must refuse.
template <typename Read>
std::string source_refusal(ErrorCode code, const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.what();
  }
  FAIL("was accepted");
  return {};
}

std::string source_refusal(ErrorCode code, const std::string& source, const SourceSearch& search) {
  return source_refusal(code, [&] { pictures_of_source(source, search); });
}

/// For the time of a test, the working folder.
class WorkingFolder {
 public:
  explicit WorkingFolder(const fs::path& folder) : before_(fs::current_path()) { fs::current_path(folder); }
  ~WorkingFolder() {
    std::error_code ignored;
    fs::current_path(before_, ignored);
  }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  fs::path before_;
};

}  // namespace

TEST_CASE("a folder's pictures are found by extension in any letters, sorted by bytes", "[sources]") {
  const support::TempFolder folder;
  for (const char* name : {"p/b.jpg", "p/B.JPG", "p/a.v2.Png", "p/\xE9\xFF.webp", "p/notes.txt", "p/jpg", "p/.h.jpg",
                           "p/.hidden/a.jpg", "p/below/a.jpg"}) {
    folder.put(name, "x");
  }
  const std::vector<SourcePicture> found = pictures_of_source(folder / "p", search_in(folder));
  REQUIRE(found.size() == 4);
  CHECK(found[0].name == "B");
  CHECK(found[0].extension == "JPG");
  CHECK(found[1].name == "a.v2");
  CHECK(found[2].file == folder / "p" / "b.jpg");
  CHECK(found[3].name == "\xE9\xFF");
}

TEST_CASE("a recursive search names the folders below, and leaves out results, hidden folders and links", "[sources]") {
  const support::TempFolder folder;
  for (const char* name : {"a.jpg", "x/a.jpg", "x/y/b.png", "results/a_s.png", "x/results/c.jpg", ".git/d.jpg"}) {
    folder.put(name, "x");
  }
  fs::create_directory_symlink(folder.path(), folder / "x" / "loop");
  fs::create_directory(folder / "folder.jpg");
  fs::create_symlink("nowhere", folder / "gone.jpg");
  const SourceNames expected{"a", "gone", "x/a", "x/results/c", "x/y/b"};
  CHECK((names_of(folder.path(), search_in(folder, true)) == expected));
  CHECK((names_of(folder.path().string() + "/", search_in(folder, true)) == expected));
  const WorkingFolder here(folder.path());
  SourceSearch search{"--content", true, "results/", "png"};
  CHECK((names_of(".", search) == expected));
  fs::remove_all("results");
  CHECK((names_of(".", search) == expected));
}

TEST_CASE("an output folder in which results would become inputs is refused", "[sources]") {
  const support::TempFolder folder;
  folder.put("p/a.jpg", "x");
  SourceSearch search = search_in(folder);
  search.output_folder = folder / "p" / ".." / "p/";
  CHECK_THAT(source_refusal(ErrorCode::InvalidArgument, folder / "p", search), support::contains("--output"));
  const std::string pattern = folder / "p" / "*.jpg";
  CHECK((names_of(pattern, search) == SourceNames{"a"}));  // results end in .png
  search.output_extension = "JPG";
  CHECK_THAT(source_refusal(ErrorCode::InvalidArgument, pattern, search), support::contains("--output"));
  CHECK((names_of(folder / "p" / "a.jpg", search) == SourceNames{"a"}));
}

TEST_CASE("a folder without pictures is refused, and --recursive named where it helps", "[sources]") {
  const support::TempFolder folder;
  fs::create_directory(folder / "empty");
  const std::string message = source_refusal(ErrorCode::Input, folder / "empty", search_in(folder));
  CHECK_THAT(message, support::contains("--content") && support::contains("empty'") && !support::contains("recursive"));
  CHECK_THAT(source_refusal(ErrorCode::Input, folder.path(), search_in(folder)), support::contains("--recursive"));
}

TEST_CASE("photos of unusual endings are found, and raw files are told of once", "[sources]") {
  const support::TempFolder folder;
  for (const char* name : {"p/a.MPO", "p/b.pjpeg", "p/c.jpe", "p/d.NEF", "p/e.nef", "p/x/f.dng", "p/notes.odt"}) {
    folder.put(name, "x");
  }
  SourceNames warnings;
  SourceSearch search = search_in(folder, true);
  search.warn = [&](const std::string& sentence) { warnings.push_back(sentence); };
  CHECK((names_of(folder / "p", search) == SourceNames{"a", "b", "c"}));
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], support::contains("3 raw files") && support::contains("(.dng, .nef)") &&
                              support::contains("develop") && !support::contains("odt"));
  CHECK_THAT(source_refusal(ErrorCode::Input, folder / "p" / "x", search_in(folder)),
             support::contains("1 raw file of"));
}

TEST_CASE("a folder below that can't be read ends the search with the reason", "[sources]") {
  if (geteuid() == 0) return;  // root can read everything
  const support::TempFolder folder;
  folder.put("p/a.jpg", "x");
  folder.put("p/x/a.jpg", "x");
  fs::permissions(folder / "p" / "x", fs::perms::none);
  const std::string of_folder = source_refusal(ErrorCode::Input, folder / "p", search_in(folder, true));
  const std::string of_pattern = source_refusal(ErrorCode::Input, folder / "p" / "*" / "a*.jpg", search_in(folder));
  const std::string of_file = source_refusal(ErrorCode::Input, folder / "p" / "x" / "a.jpg", search_in(folder));
  fs::permissions(folder / "p" / "x", fs::perms::owner_all);
  for (const std::string& message : {of_folder, of_pattern, of_file}) {
    CHECK_THAT(message, support::contains("p/x") && support::contains("Permission denied"));
  }
}

TEST_CASE("patterns match files as the shell does, with braces, each once", "[sources]") {
  const support::TempFolder folder;
  for (const char* name : {"p/a.jpg", "p/b.jpg", "p/c.png", "p/.h.jpg", "p/e.jpg/x", "q/a.jpg", "[x].jpg"}) {
    folder.put(name, "x");
  }
  const std::string start = folder.path().string() + "/";
  CHECK((names_of(start + "p/*.jpg", search_in(folder)) == SourceNames{"a", "b"}));
  CHECK((names_of(start + "p/[bc].*", search_in(folder)) == SourceNames{"b", "c"}));
  CHECK((names_of(start + "{p,q,none}/?.{jpg,png}", search_in(folder)) == SourceNames{"a", "b", "c", "a"}));
  CHECK((names_of(start + "p/{a*,*.jpg}", search_in(folder)) == SourceNames{"a", "b"}));
  CHECK((names_of(start + "[x].jpg", search_in(folder)) == SourceNames{"[x]"}));
}

TEST_CASE("a pattern that matches nothing is named, with the advice to quote it", "[sources]") {
  const support::TempFolder folder;
  const std::string message = source_refusal(ErrorCode::Input, folder / "*.jpg", search_in(folder));
  CHECK_THAT(message, support::contains("*.jpg'") && support::contains("quote"));
}

TEST_CASE("a list is read as editors write it, relative to its folder, each picture once", "[sources]") {
  const support::TempFolder folder;
  folder.put("lists/all.TXT",
             "\xEF\xBB\xBF# photos\r\n\r\n./b.jpg \t\r\n../p/\xE9 a.jpg\r\n/x/c.jpg\nb.jpg\n#d.jpg\n./#e.jpg");
  std::vector<fs::path> files;
  for (const SourcePicture& picture : pictures_of_source(folder / "lists/all.TXT", search_in(folder))) {
    files.push_back(picture.file);
  }
  std::vector<fs::path> expected{folder / "lists/b.jpg", folder / "lists/../p/\xE9 a.jpg", "/x/c.jpg",
                                 folder / "lists/#e.jpg"};
  std::sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.native() < b.native(); });
  CHECK((files == expected));
}

TEST_CASE("a list that names nothing, or a name with a zero byte, is refused", "[sources]") {
  const support::TempFolder folder;
  const auto message = [&](const std::string& bytes) {
    return source_refusal(ErrorCode::Input, folder.put("list.txt", bytes), search_in(folder));
  };
  CHECK_THAT(message(""), support::contains("list.txt"));
  CHECK_THAT(message("# a.jpg\n\n \r\n"), support::contains("list.txt"));
  CHECK_THAT(message(std::string("a.jpg\nb\0.\0j\0", 12)), support::contains("line 2"));
  CHECK_THAT(source_refusal(ErrorCode::Input, folder / "none.txt", search_in(folder)), support::contains("none.txt"));
}

TEST_CASE("a single picture need not be there, but anything else must", "[sources]") {
  const support::TempFolder folder;
  CHECK((names_of(folder / "gone.JPEG", search_in(folder)) == SourceNames{"gone"}));
  CHECK((names_of(folder.put("photo", "x"), search_in(folder)) == SourceNames{"photo"}));
  CHECK_THAT(source_refusal(ErrorCode::Input, folder / "phtos", search_in(folder)),
             support::contains("phtos' is not there"));
}

TEST_CASE("pairs are read in order, and a wrong line is named", "[sources]") {
  const support::TempFolder folder;
  const fs::path list = folder.put("pairs.tsv", "\xEF\xBB\xBFz 1.jpg\t/s/a.png\r\n# no\ta\n\na.jpg \tb.jpg \n");
  const auto pairs = pairs_of_list(list, "--pairs");
  REQUIRE(pairs.size() == 2);
  CHECK(pairs[0].first.file == folder / "z 1.jpg");
  CHECK(pairs[0].second.file == "/s/a.png");
  CHECK(pairs[1].first.name == "a");
  CHECK(pairs[1].second.file == folder / "b.jpg");
  for (const char* wrong : {"a.jpg b.jpg", "a.jpg\t", "\tb.jpg", "a\tb\tc"}) {
    folder.put("pairs.tsv", "\n# x\na\tb\n" + std::string(wrong) + "\n");
    CHECK_THAT(source_refusal(ErrorCode::Input, [&] { pairs_of_list(list, "--pairs"); }),
               support::contains("pairs.tsv', line 4") && support::contains("tab"));
  }
  folder.put("pairs.tsv", "# none\n");
  CHECK_THAT(source_refusal(ErrorCode::Input, [&] { pairs_of_list(list, "--pairs"); }), support::contains("--pairs"));
}

TEST_CASE("ways to one place have one canonical path, whether something is there or not", "[sources]") {
  const support::TempFolder folder;
  folder.put("x/a.png", "x");
  fs::create_directory_symlink("x", folder / "link");
  const WorkingFolder here(folder.path());
  CHECK(canonical_path("link/a.png") == canonical_path(folder / "x" / "." / "a.png"));
  CHECK(canonical_path("link/") == canonical_path("x"));
  CHECK(canonical_path("none/b/") == canonical_path(folder / "x/../none/b"));
}

TEST_CASE("a list that is none is told as what it is", "[picture_sources]") {
  const support::TempFolder folder;
  const auto told = [](const std::filesystem::path& list) {
    return source_refusal(ErrorCode::Input, [&] { pairs_of_list(list, "--pairs"); });
  };
  CHECK_THAT(told(folder.put("empty.txt", "")), support::contains("empty.txt' has no line that names a picture"));
  CHECK_THAT(told(folder / "none.tsv"), support::contains("--pairs '") && support::contains("can't be read: "));
  CHECK_THAT(told("/dev/zero"), support::contains("no regular file"));
  CHECK_THAT(told(folder.path()), support::contains("no regular file"));
  const std::filesystem::path huge = folder.put("huge.txt", "");
  std::filesystem::resize_file(huge, 1'000'000'000);
  CHECK_THAT(told(huge), support::contains("more than 64 MB"));
}

TEST_CASE("the files that a shell makes of a pattern are the pattern's", "[picture_sources]") {
  const support::TempFolder folder;
  for (const char* name : {"p/b.png", "p/a.png", "q/c.png"}) folder.put(name, "x");
  const auto names = [&](const std::vector<std::filesystem::path>& sources) {
    std::vector<std::string> found;
    for (const SourcePicture& picture : pictures_of_sources(sources, search_in(folder))) found.push_back(picture.name);
    return found;
  };
  CHECK((names({folder / "p/b.png", folder / "p/a.png", folder / "p/b.png"}) == std::vector<std::string>{"a", "b"}));
  CHECK((names({folder / "q", folder / "p/*.png"}) == std::vector<std::string>{"a", "b", "c"}));
  SourceSearch search = search_in(folder);
  search.output_folder = folder / "p";
  search.output_extension = "png";
  CHECK_THAT(source_refusal(ErrorCode::InvalidArgument,
                            [&] { pictures_of_sources({folder / "p/a.png", folder / "p/b.png"}, search); }),
             support::contains("would take results for pictures"));
}

}  // namespace styler::app
