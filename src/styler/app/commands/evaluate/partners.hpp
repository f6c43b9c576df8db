#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "styler/app/commands/evaluate/options.hpp"
#include "styler/app/folders/picture_sources.hpp"

namespace styler::app {

/// What a result was made from, as far as it is known; empty where it is not.
struct Partners {
  std::filesystem::path photo;
  std::filesystem::path painting;
};

/// Which of the names a result is called after: `dog_starry night` begins with the photo's name and ends with the
/// painting's, with some sign between that is no letter or digit, and what is called exactly so is both. Of several the
/// longest; of those, the first.
/// \returns an index, or nothing.
std::optional<size_t> photo_named_in(std::string_view result, const std::vector<std::string>& photos);
std::optional<size_t> painting_named_in(std::string_view result, const std::vector<std::string>& paintings);

/// Finds photos and paintings of results: as --pairs says; else by the hashes that a picture of ours carries; else by
/// name; else, where there is a single one, that. For one thread at a time.
class PartnerFinder {
 public:
  /// \throws Error{Input} for a source that is missing, empty or can't be searched.
  PartnerFinder(const EvaluateOptions& options, const WarningSink& warn);

  /// \param bytes  of the result's file.
  Partners of(const std::filesystem::path& result, std::string_view bytes);

  bool looks_for_photos() const { return !photos_.files.empty() || !listed_.empty(); }
  bool looks_for_paintings() const { return !paintings_.files.empty() || !listed_.empty(); }

 private:
  /// Photos or paintings.
  struct Candidates {
    std::vector<std::filesystem::path> files;
    std::vector<std::string> names;
    /// Once a result has asked for one.
    std::optional<std::map<std::string, std::filesystem::path>> by_hash;

    std::filesystem::path with_hash(const std::string& sha256);
  };

  Candidates photos_;
  Candidates paintings_;
  std::map<std::filesystem::path, Partners> listed_;  ///< By the result's canonical path.
};

}  // namespace styler::app
