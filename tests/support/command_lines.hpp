#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "styler/app/commands/command_line.hpp"
#include "styler/app/job/record/report.hpp"
#include "styler/base/error.hpp"
#include "support/catch.hpp"

// Command lines as a test gives them.
namespace support {

/// What a command line of the main command asks for.
inline styler::app::JobOptions transfer(const std::vector<std::string>& arguments) {
  return std::get<styler::app::TransferOptions>(styler::app::parse(arguments)).job;
}

/// What the message of a refused command line says; nothing for one that is taken.
inline std::string refusal(const std::vector<std::string>& arguments) {
  try {
    styler::app::parse(arguments);
  } catch (const styler::Error& error) {
    CHECK(error.code() == styler::ErrorCode::InvalidArgument);
    return error.what();
  }
  return "";
}

/// All options as text, to compare two ways of giving them.
inline std::string all(const styler::app::JobOptions& options) {
  return styler::app::report_json(options, {}).at("options").dump(1);
}

}  // namespace support
