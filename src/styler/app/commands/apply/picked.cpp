#include "styler/app/commands/apply/picked.hpp"

#include <algorithm>
#include <cstddef>

#include "styler/app/cli/described.hpp"
#include "styler/base/error.hpp"
#include "styler/base/file/sha256.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

/// Digits of a hash that a pick goes by: as many as a number holds.
constexpr size_t kPickDigits = 15;
constexpr int kHexadecimal = 16;

size_t random_style(uint64_t seed, const std::string& photo, size_t count) {
  const std::string hash = sha256_of(std::to_string(seed) + "/" + photo);
  return static_cast<size_t>(std::stoull(hash.substr(0, kPickDigits), nullptr, kHexadecimal) % count);
}

/// A word that picks this style: its name, where that means no other.
std::string word_of(size_t style, const std::vector<StyleNote>& styles) {
  const std::string& name = styles[style].name;
  const auto first = std::ranges::find(styles, name, &StyleNote::name);
  const bool is_clear = name != "random" && static_cast<size_t>(first - styles.begin()) == style;
  return is_clear ? name : std::to_string(style + 1);
}

}  // namespace

void check_styles(const ApplyOptions& options, const LoadedModels& models) {
  for (const LoadedModel& model : models) {
    if (model.is_of_textures == options.is_texture()) continue;
    reject(
        model.is_of_textures
            ? quoted(model.file) +
                  " makes textures of noise and paints no photos; leave --content out and say --size, or take a model "
                  "that was trained on photos"
            : "--content is needed: " + quoted(model.file) +
                  " paints photos, and textures are made by a model that was trained without; name one, or a folder");
  }
  picked_styles(options, models, {});
  if (options.strength == 1) return;
  for (const LoadedModel& model : models) {
    if (model.styles.calm.defined()) continue;
    reject(Described(options).name(&ApplyOptions::strength) + " is " + decimal_text(options.strength) + " but " +
           quoted(model.file) + " was trained for 1 alone; leave it out, or train one with --with-strength");
  }
}

PickedStyles picked_styles(const ApplyOptions& options, const LoadedModels& models, const std::string& photo) {
  const Described names(options);
  PickedStyles picked{{}, options.picks};
  if (!options.style_blend.empty()) {
    const LoadedModel& model = models.front();
    picked.shares = {
        blend_shares(names.name(&ApplyOptions::style_blend), options.style_blend, model.notes, model.file)};
    return picked;
  }
  if (options.picks_at_random()) picked.words.clear();
  for (size_t i = 0; i < models.size(); ++i) {
    const LoadedModel& model = models[i];
    size_t style = 0;
    if (options.picks_at_random()) {
      style = random_style(options.seed, photo, model.styles.count());
      picked.words.emplace_back(word_of(style, model.notes));
    } else if (!options.picks.empty()) {
      const std::filesystem::path& word = options.picks.size() == 1 ? options.picks.front() : options.picks[i];
      style = picked_style(names.name(&ApplyOptions::picks), word.string(), model.notes, model.file);
    }
    picked.shares.push_back(shares_of_one(style, model.styles.count()));
  }
  return picked;
}

}  // namespace styler::app
