#include "styler/app/folders/output_name.hpp"

#include <algorithm>

#include "styler/app/folders/picture_sources.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/lower_case.hpp"
#include "styler/base/text/words.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> known_words(const std::vector<std::string>& pictures) {
  std::vector<std::string> words = pictures;
  for (const std::string& picture : pictures) words.push_back(picture + "_ext");
  words.emplace_back("ext");
  return words;
}

[[noreturn]] void throw_wrong_name(const std::string& form, const std::string& what) {
  throw Error(ErrorCode::InvalidArgument, "--name '" + form + "' " + what);
}

void check_word(const std::string& form, const std::string& word, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return;
  std::vector<std::string> in_braces;
  in_braces.reserve(known.size());
  for (const std::string& name : known) in_braces.push_back("{" + name + "}");
  throw_wrong_name(
      form, "holds {" + word + "} but must be made of text and " + enumeration(in_braces) + did_you_mean(word, known));
}

bool is_writable(const std::string& dot_extension) {
  const std::vector<std::string>& known = writable_extensions();
  return std::find(known.begin(), known.end(), dot_extension) != known.end();
}

}  // namespace

OutputName::OutputName(const std::string& form, const std::vector<std::string>& pictures) : form_(form) {
  const std::vector<std::string> known = known_words(pictures);
  size_t position = 0;
  while (true) {
    const size_t brace = form.find('{', position);
    if (brace == std::string::npos) break;
    const size_t end = form.find('}', brace);
    if (end == std::string::npos) throw_wrong_name(form, "has a { without a }; close it, as in {content}");
    const std::string word = form.substr(brace + 1, end - brace - 1);
    check_word(form, word, known);
    parts_.emplace_back(form.substr(position, brace - position), word);
    position = end + 1;
  }
  parts_.emplace_back(form.substr(position), "");
}

bool OutputName::has(const std::string& word) const {
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) { return part.second == word; });
}

fs::path OutputName::filled(const NameWords& words) const {
  std::string text;
  for (const auto& [before, word] : parts_) text += word.empty() ? before : before + words.at(word);
  const fs::path name(text);
  if (name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end()) {
    throw_wrong_name(form_, "gives '" + text +
                                "', which does not stay in the --output folder; leave out .. and a "
                                "leading /");
  }
  if (!is_writable(lower_case_extension(name))) {
    throw_wrong_name(form_, "gives '" + text + "', which must end in " + enumeration(writable_extensions()) +
                                "; end --name with .{ext}");
  }
  return name;
}

void check_format(const std::string& extension) {
  if (is_writable(lower_case_extension("x." + extension))) return;
  std::vector<std::string> known;
  for (const std::string& dot_extension : writable_extensions()) known.push_back(dot_extension.substr(1));
  throw Error(ErrorCode::InvalidArgument,
              "--format is '" + extension + "' but must be " + enumeration(known) + did_you_mean(extension, known));
}

}  // namespace styler::app
