#pragma once

namespace styler::app {

/// Has glibc hand large blocks back to the system when they are freed. By itself it keeps blocks of up to 32 MB for
/// later once such have been freed, which leaves holes: a run then takes up to a fifth more memory than it has in use,
/// and another amount each time.
void return_freed_memory();

/// Has freed memory kept for the next that needs as much, up to 1 GB: for work that takes little memory, but the same
/// again and again. What the system hands out anew it clears first, which costs a tenth of a network's time.
void keep_freed_memory();

}  // namespace styler::app
