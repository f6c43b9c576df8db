#include "styler/app/folders/options/folder_options.hpp"

#include <algorithm>

#include "styler/base/text/lower_case.hpp"

namespace styler::app {
namespace {

const std::vector<std::string>& format_words() {
  static const std::vector<std::string> words = {"png", "jpg", "tif", "webp", "bmp", "ppm"};
  return words;
}

}  // namespace

void describe_content(OptionTable& table, FolderOptions& folder) {
  table
      .paths(
          "--content", "DIR|GLOB|LIST...", folder.content,
          "Photos: a folder, a pattern ('trip/*.jpg', with or without quotes), or a .txt file with one name per line; "
          "or several of these")
      .is(OptionFacts::NamesPicture | OptionFacts::ReadsFile)
      .brief("Photos: a folder, a pattern, or a .txt list");
}

void describe_recursive(OptionTable& table, FolderOptions& folder) {
  table.flag("--recursive", folder.recursive, "Search folders with all that is below them")
      .brief("Search folders with all below them");
}

void describe_names(OptionTable& table, FolderOptions& folder, const std::string& words) {
  table.text("--name", "NAME", folder.name, "the form of a file's name",
             "What outputs are called: " + words + " are filled in");
  const auto take_format = [&field = folder.extension](const std::string& word) { field = word; };
  table.choice(
           "--format", format_words(), [&folder] { return folder.extension; }, take_format, "What {ext} stands for")
      .of(&folder.extension);
}

bool names_picture(const std::filesystem::path& file) {
  const std::string extension = lower_case_extension(file);
  if (extension.empty()) return false;
  const std::string word = extension.substr(1);
  return word == "jpeg" || word == "tiff" || std::ranges::find(format_words(), word) != format_words().end();
}

}  // namespace styler::app
