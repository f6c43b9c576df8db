#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace styler::app {

/// The heading that comes last, whenever its options were added.
inline constexpr const char* kHelpHeading = "Help";

/// Lays out --help for a person: at most 90 columns, options under their headings in the order in which they were
/// added, each with its default. CLI11's own layout differs from version to version and does not wrap in all of them.
class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

/// `text` in lines of at most `width` columns, each after the first indented by `indent`; the first is taken to begin
/// at column `indent` already. Words longer than a line stay whole.
std::string wrapped(const std::string& text, size_t width, size_t indent);

}  // namespace styler::app
