#include "styler/app/job/observers/snapshots.hpp"

#include <algorithm>
#include <exception>
#include <string>

#include "styler/base/failure.hpp"

namespace styler::app {
namespace {

constexpr double kSecondsBetweenPreviews = 5;
/// The part of the time that previews may take: a PNG of 33 megapixels takes longer than they are apart.
constexpr double kPartForPreviews = 0.1;

void save(const IterationEvent& event, const std::filesystem::path& file, const WriteOptions& write) {
  write_picture({event.picture().clamp(0, 1).cpu(), {}}, file, write);
}

}  // namespace

std::filesystem::path snapshot_file(const std::filesystem::path& output, int64_t scale, int64_t iteration) {
  // Four digits, so that listings are in order for all runs but the longest.
  std::string number = std::to_string(iteration);
  number.insert(0, 4 - std::min<size_t>(4, number.size()), '0');
  const std::string name = output.stem().string() + "_s" + std::to_string(scale) + "_" + number;
  return output.parent_path() / (name + output.extension().string());
}

WriteOptions preview_write_options(const WriteOptions& output) {
  WriteOptions write = output;
  write.bit_depth = 8;
  write.dither = false;
  return write;
}

Control PreviewObserver::on_iteration(const IterationEvent& event) {
  const double begin = clock_();
  if (next_time_ && begin < *next_time_) return Control::Continue;
  try {
    save(event, file_, write_);
    warned_ = false;
  } catch (const std::exception&) {  // memory that ran out too, which the run would take for its own
    if (!std::exchange(warned_, true)) warnings_.on_warning(unwritten_text(file_, std::current_exception()));
  }
  const double end = clock_();
  next_time_ = end + std::max(kSecondsBetweenPreviews, (end - begin) / kPartForPreviews);
  return Control::Continue;
}

Control SnapshotObserver::on_iteration(const IterationEvent& event) {
  if (event.iteration % every_ != 0) return Control::Continue;
  const std::filesystem::path file = snapshot_file(output_, scale_, event.iteration);
  try {
    save(event, file, write_);
  } catch (const std::exception&) {
    warnings_.on_warning(unwritten_text(file, std::current_exception()));
  }
  return Control::Continue;
}

}  // namespace styler::app
