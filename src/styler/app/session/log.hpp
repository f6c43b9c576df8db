#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "styler/app/job/options/job_options.hpp"
#include "styler/app/session/console.hpp"
#include "styler/core/stylize/observer.hpp"

namespace styler::app {

/// Messages for the console as `options` want them, and for the log file, if there is one.
/// \param console  must outlive the logger.
/// \throws Error{Output} when the log file can't be opened.
std::shared_ptr<spdlog::logger> make_logger(const MessageOptions& options, Console& console);

/// Logs what happens in a run: warnings, scales at -v, every evaluation at -vv.
class LogObserver : public Observer {
 public:
  /// `logger` must outlive the observer.
  explicit LogObserver(spdlog::logger& logger) : logger_(logger) {}

  void on_scale(const ScaleEvent& event) override;
  Control on_iteration(const IterationEvent& event) override;
  void on_scale_end(const ScaleEvent& event, const Summary& summary) override;
  void on_warning(const std::string& sentence) override { logger_.warn(sentence); }

 private:
  spdlog::logger& logger_;
};

}  // namespace styler::app
