#include "styler/app/folders/time_left.hpp"

#include <algorithm>

namespace styler::app {

void PicturesTimeLeft::made(double seconds) {
  ++made_;
  seconds_ += seconds;
}

double PicturesTimeLeft::seconds(double current_elapsed, double current_left) const {
  const bool at_work = current_elapsed > 0;
  const double each = made_ > 0 ? seconds_ / static_cast<double>(made_) : current_elapsed + current_left;
  const int64_t after = std::max<int64_t>(0, to_make_ - made_ - (at_work ? 1 : 0));
  return current_left + each * static_cast<double>(after);
}

}  // namespace styler::app
