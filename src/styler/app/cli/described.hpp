#pragma once

#include <string>
#include <utility>

#include "styler/app/cli/option_table.hpp"

namespace styler::app {

/// The table of options that are not to be changed: it is bound to a copy of them. Takes structs with a member
/// `describe(table)`, as commands have it, and those with a function `describe(table, options)`.
template <typename Options>
class Described {
 public:
  explicit Described(Options options) : options_(std::move(options)) {
    if constexpr (requires { options_.describe(table_); }) {
      options_.describe(table_);
    } else {
      describe(table_, options_);
    }
  }
  const OptionTable& table() const { return table_; }
  /// The copy, by whose fields the table knows options.
  const Options& options() const { return options_; }
  /// What the user calls an option: `name(&JobOptions::styles)`.
  template <typename Owner, typename Field>
  std::string name(Field Owner::* member) const {
    return name_of(options_.*member);
  }
  /// The same by a field of options().
  template <typename Field>
  std::string name_of(const Field& field) const {
    return table_.of(field).long_name();
  }

 private:
  Options options_;
  OptionTable table_;
};

}  // namespace styler::app
