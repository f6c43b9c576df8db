#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "styler/app/job/options/job_options.hpp"
#include "styler/app/job/record/record.hpp"

namespace styler::app {

/// Grows when the same options paint another picture than before, so that batches do theirs again, and checkpoints of
/// other versions are refused.
inline constexpr int kPaintingVersion = 5;

/// SHA-256 of the files that one picture is made from.
struct InputHashes {
  std::string content;
  std::vector<std::vector<std::string>> styles;  ///< Of each --style those of its files, in their order.
  std::string init;                              ///< Empty unless a picture is the start.
  std::string weights;                           ///< Of the original that the weights come from.
  std::string fine_style{};                      ///< Empty unless there is one.
  std::string content_regions{};                 ///< Of the map; empty unless there is one.
  std::vector<std::string> style_regions{};      ///< Of each map, or the colour itself.
};

/// By the names of the options. What consists of one file alone is a text, the rest an array.
nlohmann::ordered_json hashes_json(const InputHashes& hashes);

/// Stands for everything that decides what a picture becomes: its inputs' bytes, the weights and the options, and not
/// for what computes it. Two runs with the same fingerprint give the same picture, but for rounding on other machines.
std::string fingerprint(const JobOptions& options, const InputHashes& hashes);

/// What is stored in a picture about how it was made, one JSON object: options, inputs, choices, fingerprint, and the
/// course of the loss, thinned out. Nothing in it changes from one run to the next.
std::string parameters_text(const JobOptions& options, const InputHashes& hashes, const JobRecord& record);

/// Reads such a text back. Whatever a foreign file holds, the result is an object with an object `options` in it.
/// \throws Error{Input} naming `file` when it is nothing of the kind.
nlohmann::ordered_json read_parameters(std::string_view text, const std::filesystem::path& file);

/// Whether such a text is of a picture with this fingerprint, made with the same numbers of the network.
/// \param unlisted_numbers  see MachineChoice. Earlier versions did not store them.
bool is_same_picture(std::string_view text, const std::string& fingerprint, const std::string& unlisted_numbers);

/// A value as pictures store it: texts that JSON can't hold stand there by their bytes.
nlohmann::ordered_json storable(nlohmann::ordered_json value);

/// A command whose pictures tell how they were made.
struct MakingCommand {
  std::string words;                       ///< `styler apply`
  const OptionTable& table;                ///< Of its options.
  const nlohmann::ordered_json& defaults;  ///< What they are when nothing is given: that need not be said.
};

/// The command line of such a command that makes the picture again, as the one below.
std::string command_text(const nlohmann::ordered_json& parameters, const MakingCommand& making,
                         const std::filesystem::path& output);
size_t unknown_options(const nlohmann::ordered_json& parameters, const OptionTable& table);

/// The command line of the main job that makes the picture again, for a shell: with the options that differ from what
/// this program does by itself. A foreign file can put nothing else into it than values of options that a picture tells
/// of itself.
/// \param output  the picture's own name, which is not stored in it: the same picture under two names is the same file.
std::string command_text(const nlohmann::ordered_json& parameters, const std::filesystem::path& output);

/// How many stored options that command lacks, since this version does not know them.
size_t unknown_options(const nlohmann::ordered_json& parameters);

/// `text` as every POSIX shell takes it for one word, on one line and without anything that a terminal would obey. What
/// no word can be is left out: zero bytes, and line breaks at the end.
std::string shell_quoted(std::string_view text);

}  // namespace styler::app
