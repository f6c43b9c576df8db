#include "styler/app/session/log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <mutex>

#include "styler/base/error.hpp"

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

spdlog::level::level_enum level_for(int verbosity) {
  return verbosity == 0 ? spdlog::level::warn : verbosity == 1 ? spdlog::level::info : spdlog::level::debug;
}

}  // namespace

std::shared_ptr<spdlog::logger> make_logger(const MessageOptions& options, Console& console) {
  auto logger = std::make_shared<spdlog::logger>("styler");
  logger->set_level(spdlog::level::debug);
  const auto on_console = std::make_shared<ConsoleSink>(console);
  on_console->set_level(options.quiet ? spdlog::level::off : level_for(options.verbosity));
  logger->sinks().push_back(on_console);
  if (options.log_file.empty()) return logger;
  try {
    const auto in_file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.log_file.string());
    in_file->set_level(level_for(std::max(1, options.verbosity)));
    in_file->set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
    logger->sinks().push_back(in_file);
  } catch (const spdlog::spdlog_ex&) {
    throw Error(ErrorCode::Output,
                "the log file '" + options.log_file.string() + "' cannot be opened; name another one with --log-file");
  }
  logger->flush_on(spdlog::level::info);  // what led to a crash is what one wants to read
  return logger;
}

}  // namespace styler::app
