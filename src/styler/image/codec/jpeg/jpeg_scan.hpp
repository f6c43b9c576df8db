#pragma once

#include <string_view>

namespace styler {

/// Whether the one scan of a baseline JPEG holds exactly the picture's blocks, and what comes after them was put there
/// by a program that knew no better. A decoder can't tell that from damage: where a wrong bit has swallowed a block, it
/// has bytes left over at the end as well. But those are whole blocks, and before them a byte ends in the middle of a
/// code, which is where this looks.
/// \return false also for files with several scans, and for what can't be followed to its end.
bool has_whole_scan(std::string_view bytes);

}  // namespace styler
