#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "styler/core/generator/model_file.hpp"

namespace styler::app {

/// A painting that a model was trained on.
struct PaintingNote {
  std::string file;  ///< Its name without folders.
  std::string sha256;
};

/// What a model tells of one of its styles.
struct StyleNote {
  std::string name;  ///< By which it is picked.
  std::vector<PaintingNote> paintings;
  std::string thumbnail{};  ///< A small JPEG of the first of them, in base64; empty where the model has none.
  /// Of a style that was added to a model: in how many steps and on how many photos. 0: it was learnt with the model.
  int64_t steps = 0, photos = 0;
};

/// As models and what is told of them have it: `file` and `sha256` of each.
nlohmann::ordered_json paintings_json(const std::vector<PaintingNote>& paintings);

/// Its name, its paintings, and how it was added where it was.
nlohmann::ordered_json style_json(const StyleNote& style);

/// Of all its styles, whatever a foreign file holds: one of which nothing is told has its number for a name.
std::vector<StyleNote> style_notes(const Model& model);

/// The note `styles` of a model. Of one style it is as it was when there were no others: its paintings.
std::string styles_note(const std::vector<StyleNote>& styles);

/// The note `thumbnails`: one per style.
std::string thumbnails_note(const std::vector<StyleNote>& styles);

/// The style that a word means: its name, or its number from 1.
/// \param option  what the user called it, for messages.
/// \throws Error{InvalidArgument}
size_t picked_style(const std::string& option, const std::string& word, const std::vector<StyleNote>& styles,
                    const std::filesystem::path& model);

/// As StyledGenerator::painter() takes them; empty where it is the first: what a model of one style always was.
std::vector<double> shares_of_one(size_t style, size_t count);

/// The same of a blend.
/// \param option  what the user called it, for messages.
/// \throws Error{InvalidArgument} where there are not as many as styles.
std::vector<double> blend_shares(const std::string& option, const std::vector<double>& blend,
                                 const std::vector<StyleNote>& styles, const std::filesystem::path& model);

/// `'wave', 'night' and 'mill'`, and so on; of many the first ones.
std::string style_names(const std::vector<StyleNote>& styles);

}  // namespace styler::app
