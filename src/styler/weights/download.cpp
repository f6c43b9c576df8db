#include "styler/weights/download.hpp"

#include <curl/curl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"

namespace styler {
namespace {

constexpr long kConnectSeconds = 20;
/// Below this many bytes per second for this long, a transfer counts as stuck.
constexpr long kStuckBytesPerSecond = 200;
constexpr long kStuckSeconds = 30;
constexpr long kMaxRedirects = 5;

/// What the callbacks, which must not throw through C code, know and find out.
struct Transfer {
  int descriptor;
  int64_t expected;
  const DownloadProgress& progress;
  int64_t done = 0;
  int write_error = 0;
  bool too_long = false;
  bool stopped = false;
};

size_t on_data(char* bytes, size_t, size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  transfer.done += static_cast<int64_t>(count);
  transfer.too_long = transfer.done > transfer.expected;
  if (transfer.too_long) return 0;
  size_t written = 0;
  while (written < count) {
    const ssize_t step = ::write(transfer.descriptor, bytes + written, count - written);
    if (step < 0 && errno == EINTR) continue;
    if (step < 0) {
      transfer.write_error = errno;
      return 0;
    }
    written += static_cast<size_t>(step);
  }
  return count;
}

int on_progress(void* user, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  try {
    transfer.stopped = transfer.progress && !transfer.progress(done, total);
  } catch (...) {
    transfer.stopped = true;
  }
  return transfer.stopped ? 1 : 0;
}

/// A pipe or a device behind a file:// address could keep curl waiting for ever, past every signal.
void check_file_address(CURL* curl, const std::string& address) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  if (!parts || curl_url_set(parts.get(), CURLUPART_URL, address.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return;
  char* part = nullptr;
  if (curl_url_get(parts.get(), CURLUPART_SCHEME, &part, 0) != CURLUE_OK) return;
  const bool is_file = std::string_view(part) == "file";
  curl_free(part);
  if (!is_file || curl_url_get(parts.get(), CURLUPART_PATH, &part, 0) != CURLUE_OK) return;
  int length = 0;
  char* const decoded = curl_easy_unescape(curl, part, 0, &length);
  const std::filesystem::path file = decoded != nullptr ? std::string(decoded, static_cast<size_t>(length)) : "";
  curl_free(decoded);
  curl_free(part);
  std::error_code problem;
  const auto status = std::filesystem::status(file, problem);
  if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status)) return;  // curl says it well
  throw Error(ErrorCode::Download, address + " could not be fetched: it is no regular file");
}

}  // namespace

ScratchFile::ScratchFile(const std::filesystem::path& folder) : descriptor_(create_temporary_file(folder, path_)) {
  if (descriptor_ < 0) {
    throw Error(ErrorCode::Output, "folder " + folder.string() + " takes no file: " +
                                       std::generic_category().message(errno) + "; choose another folder");
  }
}

ScratchFile::~ScratchFile() {
  ::close(descriptor_);
  ::unlink(path_.c_str());
}

bool is_address(const std::string& source) { return source.find("://") != std::string::npos; }

void download(const std::string& address, int64_t expected_bytes, const ScratchFile& target,
              const DownloadProgress& progress) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  STYLER_ASSERT(started == CURLE_OK && curl);
  check_file_address(curl.get(), address);
  Transfer transfer{.descriptor = target.descriptor(), .expected = expected_bytes, .progress = progress};
  std::array<char, CURL_ERROR_SIZE> reason{};
  const auto set = [&](CURLoption option, auto value) {
    STYLER_ASSERT(curl_easy_setopt(curl.get(), option, value) == CURLE_OK);
  };
  set(CURLOPT_URL, address.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https,file");
  // A server must not be able to send us on to a file of this machine.
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kMaxRedirects);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  set(CURLOPT_LOW_SPEED_LIMIT, kStuckBytesPerSecond);
  set(CURLOPT_LOW_SPEED_TIME, kStuckSeconds);
  set(CURLOPT_USERAGENT, "styler");
  set(CURLOPT_ERRORBUFFER, reason.data());
  set(CURLOPT_WRITEFUNCTION, &on_data);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, &transfer);
  const CURLcode result = curl_easy_perform(curl.get());
  if (result == CURLE_OK) return;
  if (transfer.write_error != 0) {
    throw Error(ErrorCode::Output, target.path().string() + " cannot be written: " +
                                       std::generic_category().message(transfer.write_error) + "; make room first");
  }
  std::string why = reason[0] ? reason.data() : curl_easy_strerror(result);
  if (transfer.stopped) why = "it was stopped";
  if (transfer.too_long) why = "more than the expected " + std::to_string(expected_bytes) + " bytes came";
  throw Error(ErrorCode::Download, address + " could not be fetched: " + why);
}

}  // namespace styler
