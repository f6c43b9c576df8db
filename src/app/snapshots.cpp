#include "app/snapshots.hpp"

#include <algorithm>
#include <string>

#include "styler/error.hpp"

namespace styler::app {

std::filesystem::path snapshot_file(const std::filesystem::path& output, int64_t scale, int64_t iteration) {
  // Four digits, so that listings are in order for all runs but the longest.
  std::string number = std::to_string(iteration);
  number.insert(0, 4 - std::min<size_t>(4, number.size()), '0');
  const std::string name = output.stem().string() + "_s" + std::to_string(scale) + "_" + number;
  return output.parent_path() / (name + output.extension().string());
}

Control SnapshotObserver::on_iteration(const IterationEvent& event) {
  if (event.iteration % every_ != 0) return Control::Continue;
  try {
    write_picture({event.picture.clamp(0, 1).cpu(), {}}, snapshot_file(output_, scale_, event.iteration), write_);
  } catch (const Error& error) {
    warnings_.on_warning(error.what());
  }
  return Control::Continue;
}

}  // namespace styler::app
