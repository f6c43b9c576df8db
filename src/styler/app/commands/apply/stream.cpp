#include "styler/app/commands/apply/stream.hpp"

#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>

#include "styler/app/commands/apply/frames.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {
namespace {

/// None where a signal has come, too.
size_t read_from_input(char* to, size_t count) {
  while (!StopSignals::requested()) {
    const ssize_t taken = read(STDIN_FILENO, to, count);
    if (taken >= 0) return static_cast<size_t>(taken);
    if (errno == EINTR) continue;
    throw Error(ErrorCode::Input, "standard input can't be read (" +
                                      std::error_code(errno, std::generic_category()).message() +
                                      "); send frames through a pipe");
  }
  return 0;
}

void write_to_output(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      throw Error(ErrorCode::Output, "standard output takes no more frames (" +
                                         std::error_code(errno, std::generic_category()).message() + ")");
    }
  }
}

std::string_view bytes_of_frame(const Frame& frame) {
  return {static_cast<const char*>(frame.data_ptr()), static_cast<size_t>(frame.numel())};
}

}  // namespace

int apply_to_stream(const ApplyOptions& options, const LoadedModels& models) {
  FrameReader reader(read_from_input, options.raw_frames, options.read.max_pixels);
  AppliedPhoto photo;
  photo.styles = picked_styles(options, models, "-");
  try {
    for (Frame frame = reader.next(); frame.defined(); frame = reader.next()) {
      photo.picture = {picture_of_frame(frame), {}};
      if (options.size != 0) {
        photo.picture = resized(photo.picture, scaled_to_long_edge(picture_size(photo.picture.colour), options.size));
      }
      if (!paint_photo(photo, options, models)) return kInterrupted;
      const Frame painted = frame_of_picture(photo.picture.colour);
      if (!options.raw_frames) write_to_output(ppm_header(picture_size(photo.picture.colour)));
      write_to_output(bytes_of_frame(painted));
    }
  } catch (const Error&) {
    if (StopSignals::requested()) return kInterrupted;  // in the middle of a frame
    throw;
  }
  return StopSignals::requested() ? kInterrupted : 0;
}

}  // namespace styler::app
