#include "styler/core/storage/state_file.hpp"

#include "styler/base/file/sha256.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

namespace {

constexpr StateFileKind kKind{.format = "styler test",
                              .version = "2",
                              .name = "notebook",
                              .use = {ErrorCode::Input, "a notebook", "check the path", "take another one"},
                              .if_other_version = "ask the program that wrote it"};

void write(const std::filesystem::path& file, const StateFileKind& kind = kKind) {
  write_state_file(file, kind, {{"b", counted({2, 3})}, {"a", counted({4}, 10).to(at::kBFloat16)}},
                   {{"note", "ü\n{}"}});
}

std::string state_refusal(const std::filesystem::path& file) {
  return message_of(ErrorCode::Input, [&] { const StateFile content(file, kKind); });
}

/// A file of another kind than kKind, refused as one.
std::string refusal_of(const StateFileKind& kind) {
  const TempFolder folder;
  write(folder / "x", kind);
  return state_refusal(folder / "x");
}

}  // namespace

TEST_CASE("a state file gives back what was put into it, and takes the place of the one before",
          "[state_file][unit][processor]") {
  const TempFolder folder;
  write_bytes(folder / "x", "an older one");
  write(folder / "x");
  const StateFile content(folder / "x", kKind);
  CHECK(content.text("note") == "ü\n{}");
  CHECK(content.tensors().size() == 2);
  CHECK(content.tensor("b").equal(counted({2, 3})));
  CHECK(content.tensor("a").equal(counted({4}, 10).to(at::kBFloat16)));
  CHECK(folder.names() == std::vector<std::string>{"x"});
}

TEST_CASE("a state file is a safetensors file that ends in the SHA-256 of all before",
          "[state_file][unit][processor]") {
  const TempFolder folder;
  write(folder / "x");
  const std::string bytes = read_bytes(folder / "x");
  const SafetensorsFile file = read_safetensors(folder / "x");
  CHECK(file.metadata.at("format") == "styler test");
  CHECK(file.metadata.at("version") == "2");
  CHECK(file.metadata.contains("styler"));
  CHECK(bytes.find(R"("b":)") < bytes.find(R"("a":)"));  // in the order given
  constexpr const char* kDigits = "0123456789abcdef";
  std::string digest;
  for (const unsigned char byte : bytes.substr(bytes.size() - 32)) {
    digest += {kDigits[byte / 16], kDigits[byte % 16]};
  }
  CHECK(digest == sha256_of(bytes.substr(0, bytes.size() - 32)));
  write(folder / "y");
  CHECK(read_bytes(folder / "y") == bytes);
}

TEST_CASE("a state file with a changed byte, or cut off anywhere, is refused with the way out",
          "[state_file][unit][processor]") {
  const TempFolder folder;
  write(folder / "x");
  const std::string bytes = read_bytes(folder / "x");
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x04);
    write_bytes(folder / "y", flipped);
    state_refusal(folder / "y");
    write_bytes(folder / "y", bytes.substr(0, i));
    CHECK_THAT(state_refusal(folder / "y"), contains("; take another one"));
  }
  std::string flipped = bytes;
  flipped[bytes.size() - 40] ^= 1;  // of a tensor
  write_bytes(folder / "y", flipped);
  CHECK(state_refusal(folder / "y") ==
        "notebook '" + (folder / "y").string() +
            "' is damaged: its contents are not those of its checksum; take another one");
}

TEST_CASE("a file of another kind or version is refused as such", "[state_file][unit][processor]") {
  StateFileKind other = kKind;
  other.format = "styler checkpoint";
  CHECK_THAT(refusal_of(other), contains("is no notebook, but a .safetensors file with something else"));
  other = kKind;
  other.version = "3";
  CHECK_THAT(refusal_of(other), contains("is of version '3' and was written by styler '") &&
                                    contains("reads version '2'; ask the program that wrote it"));
  const TempFolder folder;
  CHECK_THAT(state_refusal(folder / "none"), contains("No such file") && contains("; check the path"));
  CHECK_THAT(state_refusal(folder.path()), contains("give the path of a notebook"));
}

TEST_CASE("a file of another version that is understood is read", "[state_file][unit][processor]") {
  const TempFolder folder;
  write(folder / "x");
  StateFileKind newer = kKind;
  newer.version = "3";
  newer.also_read = "2";
  CHECK(StateFile(folder / "x", newer).text("note") == "ü\n{}");
  newer.also_read = "1";
  CHECK_THAT(message_of(ErrorCode::Input, [&] { const StateFile content(folder / "x", newer); }),
             contains("is of version '2'") && contains("reads version '3' and '1';"));
}

TEST_CASE("what a state file lacks, or has otherwise than it should, is its error", "[state_file][unit][processor]") {
  const TempFolder folder;
  write(folder / "x");
  const StateFile content(folder / "x", kKind);
  const auto lacks = contains("lacks something that it should hold; take another one");
  CHECK_THAT(message_of(ErrorCode::Input, [&] { content.text("none"); }), lacks);
  CHECK_THAT(message_of(ErrorCode::Input, [&] { content.tensor("none"); }), lacks);
  CHECK_THAT(message_of(ErrorCode::Input, [&] { content.reject("holds nonsense"); }),
             contains("notebook '") && contains("' holds nonsense; take another one"));
}
