#include "styler/app/session/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>

#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

/// Writes through the Console, which knows of the status line.
class ConsoleSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit ConsoleSink(Console& console) : console_(console) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string prefix = message.level >= spdlog::level::warn ? "styler: warning: " : "styler: ";
    console_.line(prefix + std::string(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}

 private:
  Console& console_;
};

/// The message as is printable: who reads a log does so on a terminal.
class PrintableMessage : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/, spdlog::memory_buf_t& line) override {
    const std::string text = printable({message.payload.data(), message.payload.size()});
    line.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<PrintableMessage>(); }
};

std::unique_ptr<spdlog::formatter> file_formatter() {
  constexpr char kMessage = '*';
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<PrintableMessage>(kMessage).set_pattern("%Y-%m-%d %H:%M:%S.%e %l %*");
  return formatter;
}

spdlog::level::level_enum level_for(int verbosity) {
  return verbosity == 0 ? spdlog::level::warn : verbosity == 1 ? spdlog::level::info : spdlog::level::debug;
}

/// What is no log, somebody's picture or report, gets no lines added, even before anything else is looked at.
void check_log_file(const std::filesystem::path& file) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(file, unknown)) return;  // a new one, or a device
  constexpr std::string_view kDate = "dddd-dd-dd dd:dd:dd";
  std::array<char, kDate.size()> first{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(first.data(), first.size());
  const auto fits = [](char letter, char form) {
    return form == 'd' ? letter >= '0' && letter <= '9' : letter == form;
  };
  const auto count = stream.gcount();
  if (count == 0 || (count == std::ssize(first) && std::ranges::equal(first, kDate, fits))) return;
  throw Error(ErrorCode::Output,
              "the log file " + quoted(file) + " is there already and is no log; name another one with --log-file");
}

}  // namespace

std::shared_ptr<spdlog::logger> make_logger(const MessageOptions& options, Console& console) {
  auto logger = std::make_shared<spdlog::logger>("styler");
  logger->set_level(spdlog::level::debug);
  const auto on_console = std::make_shared<ConsoleSink>(console);
  on_console->set_level(options.quiet ? spdlog::level::off : level_for(options.verbosity));
  logger->sinks().push_back(on_console);
  if (options.log_file.empty()) return logger;
  check_log_file(options.log_file);
  try {
    const auto in_file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.log_file.string());
    in_file->set_level(level_for(std::max(1, options.verbosity)));
    in_file->set_formatter(file_formatter());
    logger->sinks().push_back(in_file);
  } catch (const spdlog::spdlog_ex&) {
    throw Error(ErrorCode::Output,
                "the log file " + quoted(options.log_file) + " cannot be opened; name another one with --log-file");
  }
  logger->flush_on(spdlog::level::info);  // what led to a crash is what one wants to read
  // The disk may fill up in the midst of a run. spdlog's own handler writes to stderr past the console.
  logger->set_error_handler([&console, quiet = options.quiet, file = options.log_file,
                             told = std::make_shared<std::atomic<bool>>(false)](const std::string&) {
    if (told->exchange(true) || quiet) return;
    console.line("styler: warning: the log file " + quoted(file) + " can't be written to; the run goes on without it");
  });
  return logger;
}

}  // namespace styler::app
