#include "styler/app/commands/apply/record.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "styler/app/cli/described.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/version.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

/// Grows when the same options and files paint another picture than before, so that folders are done again.
constexpr int kApplyingVersion = 2;

constexpr const char* kCommandKey = "command";

using DescribedApply = Described<ApplyOptions>;

template <typename Field>
std::string key_of(Field ApplyOptions::* member) {
  const DescribedApply described{ApplyOptions()};
  return described.table().of(described.options().*member).key();
}

/// What a picture tells of itself: not what was left empty.
json shown_values(const OptionTable& table) {
  using enum OptionFacts;
  const json values = values_json(table, NamesPicture | DecidesPicture | ShownWithPicture, /*without=*/WritesFile);
  json shown = json::object();
  for (const auto& [key, value] : values.items()) {
    if (value != "" && value != json::array()) shown[key] = value;
  }
  return shown;
}

/// By the names of the options.
json hashes_json(const AppliedHashes& hashes) {
  json result = json::object();
  if (!hashes.content.empty()) result["content"] = hashes.content;  // a texture has none
  result["model"] = texts_json(hashes.models);
  if (!hashes.regions.empty()) result[key_of(&ApplyOptions::content_regions)] = hashes.regions;
  return result;
}

/// What decides a texture beside what decides pictures of photos, to which it would be nothing.
json texture_values(const ApplyOptions& options) {
  json values = {{key_of(&ApplyOptions::seed), options.seed}};
  if (options.tileable) values[key_of(&ApplyOptions::tileable)] = true;
  return values;
}

}  // namespace

std::string applied_fingerprint(const ApplyOptions& options, const AppliedHashes& hashes) {
  json inputs = hashes_json(hashes);
  for (const auto& word : options.model_regions) inputs[key_of(&ApplyOptions::model_regions)].push_back(word.string());
  const auto is_of_several = [](const std::vector<double>& shares) { return !shares.empty(); };
  if (std::ranges::any_of(hashes.shares, is_of_several)) inputs[key_of(&ApplyOptions::picks)] = hashes.shares;
  if (options.strength != 1) inputs[key_of(&ApplyOptions::strength)] = options.strength;
  if (options.is_texture()) inputs.update(texture_values(options));
  return sha256_of(
      line_text({{"applying", kApplyingVersion},
                 {"options", identities_json(DescribedApply(options).table(), OptionFacts::DecidesPicture)},
                 {"inputs", std::move(inputs)}}));
}

std::string applied_parameters(const ApplyOptions& options, const std::filesystem::path& content,
                               const AppliedHashes& hashes, Size size) {
  ApplyOptions of_photo = options;
  if (!options.is_texture()) of_photo.sources.content = {content};
  json shown = shown_values(DescribedApply(of_photo).table());
  if (!options.is_texture()) {
    for (const std::string& key : {key_of(&ApplyOptions::seed), key_of(&ApplyOptions::tileable)}) shown.erase(key);
  }
  return line_text({{"styler", program_version()},
                    {kCommandKey, ApplyOptions::kCommand.name},
                    {"fingerprint", applied_fingerprint(options, hashes)},
                    {"options", storable(shown)},
                    {"sha256", hashes_json(hashes)},
                    {"width", size.width},
                    {"height", size.height}});
}

bool tells_of_apply(const json& parameters) {
  return parameters.value(kCommandKey, json()) == json(ApplyOptions::kCommand.name);
}

std::string applied_command(const json& parameters, const std::filesystem::path& output) {
  const DescribedApply known{ApplyOptions()};
  const json defaults = shown_values(known.table());
  return command_text(parameters, MakingCommand{"styler apply", known.table(), defaults}, output);
}

size_t unknown_applied_options(const json& parameters) {
  return unknown_options(parameters, DescribedApply(ApplyOptions()).table());
}

}  // namespace styler::app
