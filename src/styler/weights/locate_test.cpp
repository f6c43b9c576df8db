#include "styler/weights/locate.hpp"

#include <stdlib.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "styler/weights/weights_store.hpp"
#include "support/catch.hpp"
#include "support/workbench.hpp"

using namespace styler;
using namespace support;

namespace {

/// Sets an environment variable for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* const old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (old_) {
      ::setenv(name_, old_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

}  // namespace

TEST_CASE("what was asked for goes before the environment, and that before the usual places", "[weights][unit]") {
  const TempFolder folder;
  write_bytes(folder / "mine", "x");
  const Variable weights("STYLER_WEIGHTS", folder / "mine");
  CHECK(find_weights(NetworkName::Vgg19, {}) == folder / "mine");
  const auto requested = weights_candidates(NetworkName::Vgg19, folder / "other");
  REQUIRE(requested.size() == 1);
  CHECK(requested[0].place == "--weights");
  CHECK_FALSE(requested[0].exists);
}

TEST_CASE("the usual places are looked through in their order", "[weights][unit]") {
  const TempFolder folder;
  const Variable none("STYLER_WEIGHTS", "");
  const Variable data("XDG_DATA_HOME", folder.path());
  const auto candidates = weights_candidates(NetworkName::Vgg19, {});
  REQUIRE(candidates.size() >= 2);
  CHECK(candidates.front().place == "beside the program");
  CHECK(candidates.back().file == folder / "styler" / "vgg19.safetensors");
}

TEST_CASE("a relative data directory is ignored for the one in the home", "[weights][unit]") {
  const Variable data("XDG_DATA_HOME", "relative");
  const Variable home("HOME", "/somebody");
  CHECK(user_data_folder() == "/somebody/.local/share/styler");
}

TEST_CASE("missing weights come with the command that gets them", "[weights][unit]") {
  const TempFolder folder;
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { find_weights(NetworkName::Vgg19, folder / "none"); }),
             contains("styler weights install"));
  const Variable weights("STYLER_WEIGHTS", "");
  const Variable data("XDG_DATA_HOME", folder.path());
  const std::vector<WeightsCandidate> usual = weights_candidates(NetworkName::Vgg19, {});
  if (std::ranges::any_of(usual, &WeightsCandidate::exists)) return;  // in a checkout that has them
  CHECK_THAT(message_of(ErrorCode::Weights, [&] { find_weights(NetworkName::Vgg19, {}); }),
             contains("looked for at") && contains(usual.back().file.string()) && contains("styler weights install"));
}

TEST_CASE("a variable that leads nowhere is told of, and how to mend it", "[weights][unit]") {
  const TempFolder folder;
  const auto told = [&](const std::string& value) {
    const Variable weights("STYLER_WEIGHTS", value);
    return message_of(ErrorCode::Weights, [&] { find_weights(NetworkName::Vgg19, {}); });
  };
  CHECK_THAT(told(folder / "none"), contains("$STYLER_WEIGHTS is " + (folder / "none").string() + ", but there is no"));
  CHECK_THAT(told(folder / "none"), contains("unset the variable"));
  CHECK_THAT(told(folder.path()),
             contains("is a folder; name the file in it, such as '" + (folder / "vgg19.safetensors").string() + "'"));
  CHECK_THAT(told("/dev/null"), contains("no regular file"));
}

TEST_CASE("weights go to the data directory whatever the variable says", "[weights][unit]") {
  const TempFolder folder;
  const Variable weights("STYLER_WEIGHTS", folder / "mine");
  const Variable data("XDG_DATA_HOME", folder.path());
  CHECK(default_weights_file(NetworkName::Vgg19) == folder / "styler" / "vgg19.safetensors");
}
