#include "styler/app/commands/apply/stream.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "styler/app/commands/apply/frames.hpp"
#include "styler/app/host/memory_budget.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/error.hpp"
#include "styler/base/failure.hpp"
#include "styler/core/picture/resample.hpp"
#include "styler/image/image_io.hpp"
#include "styler/options/scales.hpp"

namespace styler::app {
namespace {

/// Between looks whether a signal has come: reads and writes that wait are begun again after one.
constexpr int kMillisecondsBetweenLooks = 100;
/// A pipe that has room takes so much without waiting, whatever becomes of its reader.
constexpr size_t kPipePiece = 4096;
/// Of a frame in memory, a pixel's bytes and what the network is given.
constexpr int64_t kBytesPerPixel = 15;

/// Waits until bytes can be read from it or written to it, or what is wrong with it can be told.
/// \returns false where a signal has come and it goes on waiting.
bool becomes_ready(int descriptor, short events) {
  pollfd wanted{.fd = descriptor, .events = events, .revents = 0};
  while (true) {
    const int ready = poll(&wanted, 1, kMillisecondsBetweenLooks);
    if (ready == 0 && StopSignals::requested()) return false;
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
  }
}

/// None where a signal has come, too.
size_t read_from_input(char* to, size_t count) {
  while (!StopSignals::requested() && becomes_ready(STDIN_FILENO, POLLIN)) {
    const ssize_t taken = read(STDIN_FILENO, to, count);
    if (taken >= 0) return static_cast<size_t>(taken);
    if (errno == EINTR) continue;
    throw Error(ErrorCode::Input, "standard input can't be read (" +
                                      std::error_code(errno, std::generic_category()).message() +
                                      "); send frames through a pipe");
  }
  return 0;
}

/// A frame that is taken is written to its end.
/// \returns false where a signal has come and nobody takes more.
bool write_to_output(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!becomes_ready(STDOUT_FILENO, POLLOUT)) return false;
    const ssize_t written = write(STDOUT_FILENO, bytes.data(), std::min(bytes.size(), kPipePiece));
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      throw Error(ErrorCode::Output, "standard output takes no more frames (" +
                                         std::error_code(errno, std::generic_category()).message() +
                                         "); have what reads them go on to the end of the stream");
    }
  }
  return true;
}

std::string_view bytes_of_frame(const Frame& frame) {
  return {static_cast<const char*>(frame.data_ptr()), static_cast<size_t>(frame.numel())};
}

}  // namespace

int apply_to_stream(const ApplyOptions& options, const LoadedModels& models) {
  const int64_t fitting = reading_budget(options.memory, options.device) / kBytesPerPixel;
  FrameReader reader(read_from_input, options.raw_frames, std::min(options.read.max_pixels, fitting));
  AppliedPhoto photo;
  photo.styles = picked_styles(options, models, "-");
  try {
    for (Frame frame = reader.next(); frame.defined(); frame = reader.next()) {
      photo.picture = {picture_of_frame(frame), {}};
      if (options.size != 0) {
        const Size size = scaled_to_long_edge(picture_size(photo.picture.colour), options.size);
        check_picture_size("frame.ppm", size);
        photo.picture = resized(photo.picture, size);
      }
      if (!paint_photo(photo, options, models)) return kInterrupted;
      const Frame painted = frame_of_picture(photo.picture.colour);
      const std::string header = options.raw_frames ? "" : ppm_header(picture_size(photo.picture.colour));
      if (!write_to_output(header) || !write_to_output(bytes_of_frame(painted))) return kInterrupted;
    }
  } catch (const Error&) {
    if (StopSignals::requested()) return kInterrupted;  // in the middle of a frame
    throw;
  }
  return StopSignals::requested() ? kInterrupted : 0;
}

}  // namespace styler::app
