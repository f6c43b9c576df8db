#include "styler/base/file/atomic_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

TEST_CASE("a file is made, replaced and leaves nothing beside it", "[weights][unit]") {
  const TempFolder folder;
  const std::string name(250, 'n');  // Near the longest that file systems take.
  write_file_atomically(folder / name, "one");
  CHECK(read_bytes(folder / name) == "one");
  write_file_atomically(folder / name, std::string("t\0wo", 4));
  CHECK(read_bytes(folder / name) == std::string("t\0wo", 4));
  write_file_atomically(folder / name, "");
  CHECK(read_bytes(folder / name).empty());
  CHECK(folder.names() == std::vector<std::string>{name});
}

TEST_CASE("bytes that come in pieces replace the file together or not at all", "[weights][unit]") {
  const TempFolder folder;
  write_file_atomically(folder / "x", [](const ByteSink& sink) {
    sink("one ");
    sink("");
    sink("two");
  });
  CHECK(read_bytes(folder / "x") == "one two");
  struct Trouble {};
  const auto fail_midway = [](const ByteSink& sink) {
    sink("three");
    throw Trouble();
  };
  CHECK_THROWS_AS(write_file_atomically(folder / "x", fail_midway), Trouble);
  CHECK(read_bytes(folder / "x") == "one two");
  CHECK(folder.names() == std::vector<std::string>{"x"});
}

TEST_CASE("a file that others write by its name is there when it is put in place, and else leaves nothing",
          "[weights][unit]") {
  const TempFolder folder;
  write_bytes(folder / "x", "old");
  {
    const NewFile abandoned(folder / "x");
    write_bytes(abandoned.path(), "half");
  }
  CHECK(read_bytes(folder / "x") == "old");
  CHECK(folder.names() == std::vector<std::string>{"x"});
  NewFile file(folder / "x");
  std::ofstream(file.path(), std::ios::binary) << "new";  // write_bytes() would make another file
  remove_abandoned_files(folder.path());                  // which it isn't
  file.put_in_place();
  CHECK(read_bytes(folder / "x") == "new");
  CHECK(folder.names() == std::vector<std::string>{"x"});
}

TEST_CASE("what a killed writer left is removed, and nothing else", "[weights][unit]") {
  const TempFolder folder;
  write_bytes(folder / ".styler-12345.tmp", "half a picture");
  write_bytes(folder / ".styler-67890.tmp", "of a writer that lives");
  write_bytes(folder / ".styler.tmp", "mine");
  write_bytes(folder / "picture.png", "mine too");
  const int living = ::open((folder / ".styler-67890.tmp").c_str(), O_RDWR);
  REQUIRE(::flock(living, LOCK_EX) == 0);
  remove_abandoned_files(folder.path());
  CHECK((folder.names() == std::vector<std::string>{".styler-67890.tmp", ".styler.tmp", "picture.png"}));
  ::close(living);
  CHECK_NOTHROW(remove_abandoned_files(folder / "none"));
}

TEST_CASE("a temporary file stays as long as it is open, and readers may lock it beside its writer",
          "[weights][unit]") {
  const TempFolder folder;
  std::filesystem::path path;
  const int writer = create_temporary_file(folder.path(), path);
  REQUIRE(writer >= 0);
  const int reader = ::open(path.c_str(), O_RDONLY);
  CHECK(::flock(reader, LOCK_SH | LOCK_NB) == 0);
  ::close(reader);
  remove_abandoned_files(folder.path());
  CHECK(folder.names() == std::vector<std::string>{path.filename().string()});
  ::close(writer);
  remove_abandoned_files(folder.path());
  CHECK(folder.names().empty());
}

TEST_CASE("a replaced file keeps its permissions, and a link stays a link", "[weights][unit]") {
  const TempFolder folder;
  write_bytes(folder / "file", "old");
  REQUIRE(::chmod((folder / "file").c_str(), 0640) == 0);
  std::filesystem::create_symlink("file", folder / "link");
  write_file_atomically(folder / "link", "new");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(read_bytes(folder / "file") == "new");
  struct stat status{};
  REQUIRE(::stat((folder / "file").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("what a link leads to is made where it is not there yet", "[weights][unit]") {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "results");
  std::filesystem::create_symlink("results/new", folder / "link");
  std::filesystem::create_symlink("link", folder / "link to a link");
  check_writable(folder / "link to a link");
  write_file_atomically(folder / "link to a link", "new");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(std::filesystem::is_symlink(folder / "link to a link"));
  CHECK(read_bytes(folder / "results" / "new") == "new");
}

TEST_CASE("what cannot be written is refused with its reason, before and at the writing", "[weights][unit]") {
  const TempFolder folder;
  const auto [name, problem] = GENERATE(table<std::string, std::string>(
      {{"none/x.png", "folder"}, {".", "is a folder"}, {"/dev/null", "not a regular file"}}));
  const auto file = std::filesystem::path(name).is_absolute() ? std::filesystem::path(name) : folder / name;
  CHECK_THAT(message_of(ErrorCode::Output, [&] { check_writable(file); }), contains(problem));
  CHECK_THAT(message_of(ErrorCode::Output, [&] { write_file_atomically(file, "x"); }), contains(problem));
  CHECK(folder.names().empty());
}

TEST_CASE("a name that is too long, links in a circle and a protected file are seen before the writing",
          "[weights][unit]") {
  const TempFolder folder;
  CHECK_THAT(message_of(ErrorCode::Output, [&] { check_writable(folder / std::string(256, 'n')); }),
             contains("longer than the 255 bytes"));
  CHECK_NOTHROW(check_writable(folder / std::string(255, 'n')));
  std::filesystem::create_symlink("b", folder / "a");
  std::filesystem::create_symlink("a", folder / "b");
  CHECK_THAT(message_of(ErrorCode::Output, [&] { check_writable(folder / "a"); }), contains("links"));
  write_bytes(folder / "kept", "content");
  REQUIRE(::chmod((folder / "kept").c_str(), 0444) == 0);
  std::filesystem::create_symlink("kept", folder / "link");
  for (const char* const name : {"kept", "link"}) {
    CHECK_THAT(message_of(ErrorCode::Output, [&] { check_writable(folder / name); }), contains("with --force"));
    CHECK_THAT(message_of(ErrorCode::Output, [&] { check_writable(folder / name, {.offers_force = false}); }),
               contains("write-protected; give another name, or make it writable"));
    CHECK_NOTHROW(check_writable(folder / name, {.replaces_protected = true}));
  }
  CHECK(read_bytes(folder / "kept") == "content");
}

TEST_CASE("checking that a file could be written leaves it and its folder alone", "[weights][unit]") {
  const TempFolder folder;
  write_bytes(folder / "old", "content");
  check_writable(folder / "old");
  check_writable(folder / "new");
  CHECK(read_bytes(folder / "old") == "content");
  CHECK(folder.names() == std::vector<std::string>{"old"});
}
