#include "styler/app/commands/evaluate/partners.hpp"

#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "styler/app/job/inputs/picture_cache.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/base/error.hpp"
#include "styler/image/image_io.hpp"

namespace styler::app {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

bool continues_word(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter < 0; }

/// The longest of the names for which `fits` holds.
template <typename Fits>
std::optional<size_t> longest_name(const std::vector<std::string>& names, const Fits& fits) {
  std::optional<size_t> found;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!names[i].empty() && fits(names[i]) && (!found || names[i].size() > names[*found].size())) found = i;
  }
  return found;
}

/// The hash of a picture's photo or painting, if it tells one. Of several paintings the first.
std::string hash_in(const json& parameters, const char* key) {
  const json hashes = parameters.value("sha256", json());
  if (!hashes.is_object()) return {};
  json hash = hashes.value(key, json());
  while (hash.is_array() && !hash.empty()) hash = json(hash.front());
  return hash.is_string() ? hash.get<std::string>() : std::string();
}

json parameters_of(const fs::path& result, std::string_view bytes) {
  try {
    const std::string text = stored_parameters(bytes);
    return text.empty() ? json::object() : read_parameters(text, result);
  } catch (const Error&) {  // a picture of somebody else: its name may tell
    return json::object();
  }
}

}  // namespace

std::optional<size_t> photo_named_in(std::string_view result, const std::vector<std::string>& photos) {
  return longest_name(photos, [result](std::string_view name) {
    return result.starts_with(name) && (result.size() == name.size() || !continues_word(result[name.size()]));
  });
}

std::optional<size_t> painting_named_in(std::string_view result, const std::vector<std::string>& paintings) {
  return longest_name(paintings, [result](std::string_view name) {
    return result.ends_with(name) &&
           (result.size() == name.size() || !continues_word(result[result.size() - name.size() - 1]));
  });
}

fs::path PartnerFinder::Candidates::with_hash(const std::string& sha256) {
  if (sha256.empty() || files.empty()) return {};
  if (!by_hash) {
    by_hash.emplace();
    for (const fs::path& file : files) {
      try {
        by_hash->emplace(load_file(file).sha256, file);
      } catch (const Error&) {
        continue;  // what needs it says why
      }
    }
  }
  const auto found = by_hash->find(sha256);
  return found == by_hash->end() ? fs::path() : found->second;
}

PartnerFinder::PartnerFinder(const EvaluateOptions& options, const WarningSink& warn) {
  const auto find = [&](const std::vector<fs::path>& sources, const std::string& option, Candidates& candidates) {
    if (sources.empty()) return;
    SourceSearch search;
    search.option = option;
    search.recursive = options.recursive;
    search.warn = warn;
    for (SourcePicture& picture : pictures_of_sources(sources, search)) {
      candidates.names.push_back(picture.file.stem().string());
      candidates.files.push_back(std::move(picture.file));
    }
  };
  find(options.content, "--content", photos_);
  find(options.style, "--style", paintings_);
  if (options.pairs.empty()) return;
  for (std::vector<SourcePicture>& row :
       rows_of_list(options.pairs, "--pairs", 3, "a result, its photo and its painting with tabs between")) {
    listed_[canonical_path(row[0].file)] = {std::move(row[1].file), std::move(row[2].file)};
  }
}

Partners PartnerFinder::of(const fs::path& result, std::string_view bytes) {
  if (!listed_.empty()) {
    const auto listed = listed_.find(canonical_path(result));
    return listed == listed_.end() ? Partners() : listed->second;
  }
  const json parameters = parameters_of(result, bytes);
  const std::string name = result.stem().string();
  const auto find = [](Candidates& candidates, const std::string& hash, std::optional<size_t> named) {
    fs::path file = candidates.with_hash(hash);
    if (file.empty() && named) file = candidates.files[*named];
    if (file.empty() && candidates.files.size() == 1) file = candidates.files.front();
    return file;
  };
  return {find(photos_, hash_in(parameters, "content"), photo_named_in(name, photos_.names)),
          find(paintings_, hash_in(parameters, "style"), painting_named_in(name, paintings_.names))};
}

}  // namespace styler::app
