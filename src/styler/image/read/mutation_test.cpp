#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>

#include "support/catch.hpp"
#include "support/read_support.hpp"

namespace styler::test {
namespace {

namespace fs = std::filesystem;

/// Damages files in the ways that have broken decoders before; the same ways each time.
class Mutator {
 public:
  explicit Mutator(uint32_t seed) : generator_(seed) {}

  std::string mutated(const std::string& whole) {
    std::string file = whole;
    // Most damage goes where sizes, counts and offsets are; several kinds at once reach further into a decoder.
    for (uint32_t i = 0, times = 1 + below(3); i < times && !file.empty(); ++i) mutate(file);
    return file;
  }

  uint32_t below(size_t limit) { return static_cast<uint32_t>(generator_() % std::max<size_t>(limit, 1)); }

 private:
  size_t position(const std::string& file) {
    constexpr size_t kHeader = 64;
    return below(2) == 0 ? below(std::min(file.size(), kHeader)) : below(file.size());
  }

  void mutate(std::string& file) {
    const size_t at = position(file);
    const size_t length = std::min<size_t>(1 + below(32), file.size() - at);
    const size_t field = std::min<size_t>(size_t{1} << below(4), file.size() - at);  // 1, 2, 4 or 8 bytes
    switch (below(10)) {
      case 0:
      case 1:
        file[at] = static_cast<char>(file[at] ^ 1 << below(8));
        break;
      case 2:
      case 3:
        file[at] = static_cast<char>(below(256));
        break;
      case 4:
        file.resize(at);
        break;
      case 5:
        file.replace(at, field, field, '\0');
        break;
      case 6:
        file.replace(at, field, field, '\xFF');
        break;
      case 7:  // a block from elsewhere
        file.replace(at, length, file.substr(position(file), length));
        break;
      case 8:  // a doubled block
        file.insert(at, file.substr(at, 1 + below(200)));
        break;
      default:  // a missing block
        file.erase(at, length);
    }
  }

  std::mt19937 generator_;  // its numbers are laid down by the standard, unlike those of distributions
};

long peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/// Decoders may ask for 16 MB for any small picture; the sanitizer keeps 256 MB of what was freed.
#ifdef __SANITIZE_ADDRESS__
constexpr long kMostMegabytes = 400;
#else
constexpr long kMostMegabytes = 64;
#endif

/// Another number brings other mutants, for those who want to look further than every test run does.
uint32_t seed() {
  const char* wanted = std::getenv("STYLER_MUTATION_SEED");
  return wanted != nullptr ? static_cast<uint32_t>(std::strtoul(wanted, nullptr, 10)) : 4;
}

/// Whether decoding ends as it may: with a picture or with a sentence for the user.
bool ends_well(const std::string& file, const ReadOptions& options, std::string& otherwise) {
  try {
    const Picture picture = decoded(file, options);
    const bool whole = picture.colour.dim() == 4 && picture.colour.size(1) == 3 &&
                       picture.colour.size(2) * picture.colour.size(3) <= options.max_pixels &&
                       picture.colour.ge(0).logical_and_(picture.colour.le(1)).all().item<bool>();
    if (!whole) otherwise = "not a picture in [0, 1] within the limit";
    return whole;
  } catch (const Error& error) {
    otherwise = error.what();
    return error.code() == ErrorCode::Input;
  } catch (const std::exception& error) {
    otherwise = error.what();
    return false;
  }
}

ReadOptions small_limit(bool allow_truncated) {
  ReadOptions options;
  options.max_pixels = 4096;
  options.allow_truncated = allow_truncated;
  return options;
}

}  // namespace

TEST_CASE("no damage to a file makes decode_picture crash, hang or take more memory than its limit allows",
          "[image][unit][mutation]") {
  constexpr uint32_t kFiles = 24000;
  constexpr double kLongestSeconds = 2;  // asan on a busy machine; none takes a tenth of it
  const auto names = fixture_names();
  std::vector<std::string> files;
  for (const auto& name : names) files.push_back(fixture(name));
  Mutator mutator(seed());
  std::string ignored;
  for (const auto& file : files) ends_well(file, small_limit(false), ignored);  // libraries get what they keep
  const long before = peak_megabytes();
  double longest = 0;
  for (uint32_t i = 0; i < kFiles; ++i) {
    const size_t which = i % files.size();
    const auto file = mutator.mutated(files[which]);
    // A crash leaves this file behind, to be kept in tests/data/pictures/broken.
    if (std::getenv("STYLER_KEEP_MUTANT") != nullptr) {
      std::ofstream(std::getenv("STYLER_KEEP_MUTANT"), std::ios::binary) << file;
    }
    const auto start = std::chrono::steady_clock::now();
    std::string otherwise;
    const bool well = ends_well(file, small_limit(i / files.size() % 2 == 0), otherwise);
    longest = std::max(longest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!well || longest > kLongestSeconds) {
      FAIL("mutant " << i << " of " << names[which] << " (" << longest << " s): " << otherwise);
    }
  }
  const long grown = peak_megabytes() - before;
  INFO(kFiles << " mutants; slowest " << longest << " s; memory grew by " << grown << " MB");
  CHECK(grown < kMostMegabytes);
}

TEST_CASE("files that once broke decode_picture no longer do", "[image][unit][mutation]") {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(STYLER_TEST_DATA) / "pictures/broken")) {
    for (const bool allow_truncated : {false, true}) {
      std::string otherwise;
      INFO(entry.path() << ": " << otherwise);
      CHECK(ends_well(file_bytes(entry.path()), small_limit(allow_truncated), otherwise));
    }
    ++files;
  }
  CHECK(files > 0);  // else this test looks into the wrong folder
}

}  // namespace styler::test
