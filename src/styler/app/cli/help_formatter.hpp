#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "styler/app/cli/command.hpp"

namespace styler::app {

/// The heading that comes last, whenever its options were added.
inline constexpr const char* kHelpHeading = "Help";

/// Lays out --help for a person: at most 90 columns, options under their headings in the order in which they were
/// added, each with its default. CLI11's own layout differs from version to version and does not wrap in all of them.
class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

/// A command's description, from which the formatter takes apart the two again.
std::string described(std::string_view usage, std::string_view does);

/// What -h prints: the options that most people need, on one screen of 80 columns and 24 lines.
/// \param commands  below this one.
std::string brief_help(const CommandInfo& info, const OptionTable& table, const std::vector<std::string>& commands);

/// `text` in lines of at most `width` columns, each after the first indented by `indent`; the first is taken to begin
/// at column `indent` already. Words longer than a line stay whole.
std::string wrapped(const std::string& text, size_t width, size_t indent);

}  // namespace styler::app
