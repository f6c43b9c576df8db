#pragma once

#include "styler/app/cli/option_table.hpp"
#include "styler/options/picture_file_options.hpp"

namespace styler::app {

/// What a picture's file tells beside the picture.
struct MetadataOptions {
  /// Leave the parameters of the run out of the output.
  bool none = false;
  /// Take over what the photo's file tells of itself, but for where it was taken unless `keep_gps`.
  bool keep = false;
  bool keep_gps = false;

  /// \throws Error{InvalidArgument}
  void validate() const;
};

void describe(OptionTable& table, WriteOptions& write);
/// What is taken over from the photo.
void describe(OptionTable& table, MetadataOptions& metadata);
void describe(OptionTable& table, ReadOptions& read);
/// Whether the file tells how it was made.
void describe_notes(OptionTable& table, MetadataOptions& metadata);

}  // namespace styler::app
