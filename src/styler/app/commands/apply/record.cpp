#include "styler/app/commands/apply/record.hpp"

#include <nlohmann/json.hpp>

#include "styler/app/job/record/options_json.hpp"
#include "styler/app/job/record/stored_parameters.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/version.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

/// Grows when the same options and files paint another picture than before, so that folders are done again.
constexpr int kApplyingVersion = 1;

constexpr const char* kCommandKey = "command";

/// Of a photo, whose name it is given, and the options that a picture tells of itself.
json shown_applied_options(ApplyOptions options) {
  OptionTable table;
  options.describe(table);
  json result = json::object();
  for (const Option& option : table.options()) {
    using enum OptionFacts;
    if (!option.has(NamesPicture | DecidesPicture | ShownWithPicture) || option.has(WritesFile)) continue;
    std::visit([&](const auto& value) { result[option.key()] = value; }, option.value());
  }
  return result;
}

json deciding_options(ApplyOptions options) {
  OptionTable table;
  options.describe(table);
  json result = json::object();
  for (const Option& option : table.options()) {
    if (!option.has(OptionFacts::DecidesPicture)) continue;
    std::visit([&](const auto& value) { result[option.key()] = value; }, option.identity_value());
  }
  return result;
}

}  // namespace

std::string applied_fingerprint(const ApplyOptions& options, const AppliedHashes& hashes) {
  return sha256_of(line_text({{"applying", kApplyingVersion},
                              {"options", deciding_options(options)},
                              {"inputs", {{"content", hashes.content}, {"model", hashes.model}}}}));
}

std::string applied_parameters(const ApplyOptions& options, const std::filesystem::path& content,
                               const AppliedHashes& hashes, Size size) {
  ApplyOptions of_photo = options;
  of_photo.sources.content = {content};
  return line_text({{"styler", program_version()},
                    {kCommandKey, ApplyOptions::kCommand.name},
                    {"fingerprint", applied_fingerprint(options, hashes)},
                    {"options", storable(shown_applied_options(of_photo))},
                    {"sha256", {{"content", hashes.content}, {"model", hashes.model}}},
                    {"width", size.width},
                    {"height", size.height}});
}

bool tells_of_apply(const json& parameters) {
  return parameters.value(kCommandKey, json()) == json(ApplyOptions::kCommand.name);
}

std::string applied_command(const json& parameters, const std::filesystem::path& output) {
  ApplyOptions known;
  OptionTable table;
  known.describe(table);
  const json defaults = shown_applied_options(ApplyOptions());
  return command_text(parameters, MakingCommand{"styler apply", table, defaults}, output);
}

size_t unknown_applied_options(const json& parameters) {
  ApplyOptions known;
  OptionTable table;
  known.describe(table);
  return unknown_options(parameters, table);
}

}  // namespace styler::app
