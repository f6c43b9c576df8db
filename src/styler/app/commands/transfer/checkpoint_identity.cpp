#include "styler/app/commands/transfer/checkpoint_identity.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "styler/app/commands/transfer/checkpoint.hpp"
#include "styler/app/job/record/options_json.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/base/text/words.hpp"
#include "styler/core/network/vgg19.hpp"

namespace styler::app {
namespace {

using json = nlohmann::ordered_json;

/// Enough of a SHA-256 to tell files apart by eye.
constexpr size_t kDigits = 12;

/// The file may hold anything; no option of ours is longer.
constexpr size_t kLongestText = 1000;

std::string text_at(const json& object, const std::string& name) {
  return object.contains(name) ? option_text(object.at(name)).substr(0, kLongestText) : "unknown";
}

std::string difference(const std::string& what, const json& here, const json& there, const std::string& name) {
  return what + " is " + text_at(here, name) + " here but " + text_at(there, name) + " in the checkpoint";
}

/// A text, or the texts of an array and of the arrays in it.
std::vector<std::string> texts_of(const json& value) {
  if (!value.is_array()) return {option_text(value)};
  std::vector<std::string> texts;
  for (const json& part : value) {
    for (std::string& text : texts_of(part)) texts.push_back(std::move(text));
  }
  return texts;
}

/// What stands for an input: the hash of its file, or for a region perhaps its colour.
std::string input_text(const std::string& input) {
  if (input.empty()) return "none";
  return input.starts_with('#') ? input : "SHA-256 " + input.substr(0, kDigits) + "…";
}

std::string different_hashes(const json& here, const json& there) {
  const std::vector<std::string> ours = texts_of(here);
  const std::vector<std::string> theirs = texts_of(there);
  if (ours.size() != theirs.size()) {
    return std::to_string(ours.size()) + " files here but " + std::to_string(theirs.size()) + " in the checkpoint";
  }
  const auto [our, their] = std::ranges::mismatch(ours, theirs);
  if (our == ours.end()) return "the same files here but other folders in the checkpoint";
  return input_text(*our) + " here but " + input_text(*their) + " in the checkpoint";
}

std::vector<std::string> different_inputs(const json& here, const json& there) {
  std::vector<std::string> differences;
  for (const auto& [name, hash] : here.items()) {
    const json other = there.value(name, json("unknown"));
    if (other != hash) differences.push_back(name + " differs: " + different_hashes(hash, other));
  }
  return differences;
}

std::vector<std::string> different_options(const json& here, const json& there) {
  std::set<std::string> names;  // of both: either program may have options that the other does not know
  for (const auto& [name, value] : here.items()) names.insert(name);
  for (const auto& [name, value] : there.items()) names.insert(name);
  std::vector<std::string> differences;
  for (const std::string& name : names) {
    if (here.contains(name) && there.contains(name) && here.at(name) == there.at(name)) continue;
    differences.push_back(difference("--" + name, here, there, name));
  }
  return differences;
}

}  // namespace

json run_identity(const JobOptions& options, const InputHashes& hashes, const MachineChoice& machine,
                  const std::string& weights_sha256) {
  json inputs = hashes_json(hashes);
  inputs["weights file"] = weights_sha256;
  return {{"painting", kPaintingVersion},
          {"inputs", std::move(inputs)},
          {"options", course_options_json(options)},
          {"chosen",
           {{"precision", machine.device.precision_name()},
            {"device", machine.device.device_name()},
            {"threads", machine.threads},
            {"kernels", vgg19_kernels(machine.device)}}}};
}

void check_same_run(const json& here, const json& there, const std::filesystem::path& file, const WarningSink& warn) {
  const std::string checkpoint = "checkpoint " + quoted(file);
  if (there.at("painting") != here.at("painting")) {
    throw Error(ErrorCode::Input, checkpoint +
                                      " was written by a version of this program that paints other pictures; "
                                      "go on with that one, or leave --resume out to begin anew");
  }
  if (const auto inputs = different_inputs(here.at("inputs"), there.at("inputs")); !inputs.empty()) {
    throw Error(ErrorCode::Input, checkpoint + " is of other inputs: " + joined(inputs, ", ") +
                                      "; give the same files, or leave --resume out to begin anew");
  }
  const json& chosen = here.at("chosen");
  const json& chosen_there = there.at("chosen");
  auto options = different_options(here.at("options"), there.at("options"));
  const DescribedJob described{JobOptions()};
  const DeviceOptions& device = described.options().machine.device;
  if (chosen_there.at("precision") != chosen.at("precision")) {
    options.push_back(difference(described.name_of(device.precision), chosen, chosen_there, "precision"));
  }
  if (!options.empty()) {
    throw Error(ErrorCode::InvalidArgument, checkpoint + " is of other options: " + joined(options, ", ") +
                                                "; give the same, or leave --resume out to begin anew");
  }
  std::vector<std::string> machine;
  for (const auto& [name, what] : {std::pair<const char*, std::string>("device", described.name_of(device.device)),
                                   {"threads", described.name_of(device.threads)},
                                   {"kernels", "what the network computes with"}}) {
    if (chosen_there.at(name) != chosen.at(name)) machine.push_back(difference(what, chosen, chosen_there, name));
  }
  if (machine.empty() || !warn) return;
  warn(joined(machine, ", ") +
       ", so the picture may differ in the last bits from that of a run that was never stopped");
}

}  // namespace styler::app
