#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace styler::app {

/// What stands for each word in braces.
using NameWords = std::map<std::string, std::string>;

/// The form of the outputs' names, such as `{content}_{style}.{ext}`.
class OutputName {
 public:
  /// \param pictures  what calls the pictures of an output: of `content`, {content} and {content_ext} are known, and
  ///                  {ext} always.
  /// \throws Error{InvalidArgument} for an unknown word and a brace that isn't closed, naming --name.
  OutputName(const std::string& form, const std::vector<std::string>& pictures);

  const std::string& form() const { return form_; }
  bool has(const std::string& word) const;

  /// \returns the name with all words replaced, relative to the output folder and below it.
  /// \throws Error{InvalidArgument} for one that leads out of the folder, or whose extension can't be written.
  std::filesystem::path filled(const NameWords& words) const;

 private:
  /// Text as it stands, and the word after it; empty after the last.
  using Part = std::pair<std::string, std::string>;

  std::string form_;
  std::vector<Part> parts_;
};

/// \throws Error{InvalidArgument} for an extension (without the dot) that can't be written, naming --format.
void check_format(const std::string& extension);

}  // namespace styler::app
