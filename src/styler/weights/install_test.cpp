#include "styler/weights/install.hpp"

#include "styler/base/file/atomic_file.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "support/catch.hpp"
#include "support/http_server.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

namespace {

/// The address of a file, every byte but the slashes in hexadecimal: an address has no spaces or non-ASCII letters.
std::string address_of(const std::filesystem::path& file) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string address = "file://";
  for (const char letter : file.string()) {
    const auto byte = static_cast<unsigned char>(letter);
    address += letter == '/' ? std::string("/") : std::string{'%', kDigits[byte / 16], kDigits[byte % 16]};
  }
  return address;
}

/// An entry for a network of our own in torchvision's form; the file is written to `file`.
ManifestEntry entry_for(const std::filesystem::path& file) {
  write_bytes(file, safetensors_bytes(torchvision_tensors(patterned_weights()), {}));
  ManifestEntry entry;
  entry.name = "test";
  entry.file = "test.safetensors";
  entry.url = address_of(file);
  entry.licence = "none";
  entry.sha256 = file_sha256(file);
  entry.bytes = static_cast<int64_t>(std::filesystem::file_size(file));
  entry.convention = "torchvision";
  return entry;
}

/// An entry that expects 1000 bytes which nothing has.
ManifestEntry small_entry(const std::string& address) {
  ManifestEntry entry;
  entry.name = "test";
  entry.file = "test.safetensors";
  entry.url = address;
  entry.sha256 = std::string(64, '0');
  entry.bytes = 1000;
  entry.convention = "caffe";
  return entry;
}

/// Installs into a folder that does not exist yet, expects a failure, and expects that nothing is left of it.
std::string failure(ErrorCode code, const ManifestEntry& entry, const std::string& from = {},
                    const DownloadProgress& progress = {}) {
  const TempFolder folder;
  const std::string message = message_of(code, [&] {
    install_entry(network_files(NetworkName::Vgg19), entry, {from, folder / "new" / "deep"}, progress);
  });
  CHECK(folder.names().empty());
  return message;
}

}  // namespace

TEST_CASE("weights are installed from an address and from a file", "[weights][unit]") {
  const TempFolder folder;
  const ManifestEntry entry = entry_for(folder / "original");
  int64_t last = 0;
  const auto by_address =
      install_entry(network_files(NetworkName::Vgg19), entry, {{}, folder / "a"}, [&](int64_t done, int64_t) {
        CHECK(done >= last);
        last = done;
        return true;
      });
  CHECK(last == entry.bytes);
  const auto by_file =
      install_entry(network_files(NetworkName::Vgg19), entry, {(folder / "original").string(), folder / "b"}, {});
  CHECK(by_file == folder / "b" / "test.safetensors");
  CHECK(read_bytes(by_address) == read_bytes(by_file));
  CHECK(load_weights(by_file).convention == InputConvention::torchvision());
  CHECK(load_weights(by_file).origin.source == entry.url);
  CHECK(folder.names() == std::vector<std::string>{"a", "a/test.safetensors", "b", "b/test.safetensors", "original"});
}

TEST_CASE("what a killed download left goes with the next one, what another downloads now stays", "[weights][unit]") {
  const TempFolder folder, originals;
  const ManifestEntry entry = entry_for(originals / "original");
  write_bytes(folder / ".styler-download-a1b2c3.tmp", "half of it");
  bool is_looked_at = false;
  install_entry(network_files(NetworkName::Vgg19), entry, {{}, folder.path()}, [&](int64_t, int64_t) {
    CHECK_FALSE(std::filesystem::exists(folder / ".styler-download-a1b2c3.tmp"));
    remove_abandoned_files(folder.path());
    return is_looked_at = true;
  });
  CHECK(is_looked_at);
  CHECK(folder.names() == std::vector<std::string>{"test.safetensors"});
}

TEST_CASE("a download that fails leaves nothing behind and says what to try next", "[weights][unit]") {
  const std::string body(1000, 'x');
  const auto [answer, problem] = GENERATE_COPY(table<std::string, std::string>({
      {http_head("200 OK", 1000) + body.substr(0, 300), "could not be fetched"},
      {http_head("404 Not Found", 0), "404"},
      {http_head("200 OK", 5000) + std::string(5000, 'x'), "more than the expected 1000 bytes"},
      {"HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\nContent-Length: 0\r\n\r\n", "could not be fetched"},
      {"", "could not be fetched"},
  }));
  const HttpServer server(answer);
  const std::string message = failure(ErrorCode::Download, small_entry(server.address("/x.h5")));
  CHECK_THAT(message, contains(problem) && contains("scripts/get_weights.sh") && contains("--from FILE"));
}

TEST_CASE("an address that nobody answers at is a failed download", "[weights][unit]") {
  std::string address;
  {
    const HttpServer gone("");
    address = gone.address("/x.h5");
  }
  failure(ErrorCode::Download, small_entry(address));
  failure(ErrorCode::Download, small_entry("gopher://127.0.0.1/x"));
}

TEST_CASE("bytes that are not the original's are not read", "[weights][unit]") {
  const HttpServer short_one(http_head("200 OK", 300) + std::string(300, 'x'));
  CHECK_THAT(failure(ErrorCode::Weights, small_entry(short_one.address("/x"))), contains("300 bytes"));
  const HttpServer other(http_head("200 OK", 1000) + std::string(1000, 'x'));
  CHECK_THAT(failure(ErrorCode::Weights, small_entry(other.address("/x"))),
             contains("SHA-256") && contains("was not read"));
  CHECK_THAT(failure(ErrorCode::Weights, small_entry(""), data_file("small.h5").string()), contains("bytes"));
  CHECK_THAT(failure(ErrorCode::Weights, small_entry(""), "/nowhere/x.h5"), contains("cannot be read"));
}

TEST_CASE("a download that the user stops leaves nothing behind", "[weights][unit]") {
  const HttpServer server(http_head("200 OK", 1000) + std::string(1000, 'x'));
  const auto stop = [](int64_t, int64_t) { return false; };
  CHECK_THAT(failure(ErrorCode::Download, small_entry(server.address("/x")), {}, stop), contains("it was stopped"));
}

TEST_CASE("a failed installation keeps the weights that were there", "[weights][unit]") {
  const TempFolder folder;
  write_bytes(folder / "test.safetensors", "old");
  message_of(ErrorCode::Weights, [&] {
    install_entry(network_files(NetworkName::Vgg19), small_entry(""), {data_file("small.h5").string(), folder.path()},
                  {});
  });
  CHECK(read_bytes(folder / "test.safetensors") == "old");
  CHECK(folder.names() == std::vector<std::string>{"test.safetensors"});
}
