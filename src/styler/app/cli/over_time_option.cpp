#include "styler/app/cli/over_time_option.hpp"

namespace styler::app {

Option& describe_over_time(OptionTable& table, const std::string& names, double& field, OverTime& course,
                           const std::string& help) {
  const auto accepted = [&field, &course](const std::string& value) {
    const auto parsed = OverTime::parse(value);
    course = parsed.value_or(course);
    if (parsed) field = parsed->mean();
    return parsed.has_value();
  };
  const auto value = [&field, &course] { return course.changes() ? OptionValue(course.text()) : OptionValue(field); };
  return table
      .numbers(names, "X|TIME:X,...", value, accepted,
               "a number, or numbers at moments that follow one another, as in 0:0,2s:0.8",
               help + "; or numbers at moments of the film, as in 0:0,2s:0.8, between which it goes on straight lines")
      .of(&field);
}

}  // namespace styler::app
