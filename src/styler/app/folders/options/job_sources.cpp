#include "styler/app/folders/options/job_sources.hpp"

#include <string_view>

#include "styler/base/error.hpp"
#include "styler/base/text.hpp"

namespace styler::app {
void JobSources::validate() const {
  if (output_folder.empty()) reject("--output is needed: the folder of a batch's pictures");
  const bool given = !content.empty() && !style.empty();
  const bool none_given = content.empty() && style.empty();
  if (!pairs.empty() && !none_given) {
    reject("--pairs '" + pairs.string() + "' names contents and styles; leave out --content and --style, or --pairs");
  }
  if (pairs.empty() && !given) {
    reject("a batch needs --content and --style, or a list of both: --pairs");
  }
}

Shard parse_shard(const std::string& text) {
  const std::string_view view = text;
  const size_t slash = view.find('/');
  if (slash != std::string_view::npos) {
    const auto index = parse_whole(view.substr(0, slash));
    const auto count = parse_whole(view.substr(slash + 1));
    if (index && count && 1 <= *index && *index <= *count) return {*index, *count};
  }
  reject("--shard is '" + text + "' but must be a part and the number of parts, from 1/1 on, such as 2/8");
}

}  // namespace styler::app
