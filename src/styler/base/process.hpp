#pragma once

namespace styler {

/// What the program does first of all, before it opens a file or starts a thread:
/// - Standard input, output and error that were closed lead to /dev/null. Else the next file that is opened would get
///   their number, and messages would be written into a checkpoint.
/// - A reader that goes away (SIGPIPE) and a file that grows beyond what is allowed (SIGXFSZ, `ulimit -f`) end nothing:
///   the write fails, and whoever writes says what that means.
void prepare_process();

/// Whether whatever was to read what is written to `descriptor` is gone: the other end of a pipe, or a terminal that
/// hung up. False for files, full disks included.
bool reader_is_gone(int descriptor);

}  // namespace styler
