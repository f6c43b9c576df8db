#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "styler/base/text/names.hpp"

namespace styler::app {

/// What an option is set to, as reports and fingerprints have it. Several texts are several words on the command line.
using OptionValue = std::variant<bool, int64_t, uint64_t, double, std::string, std::vector<std::string>>;

/// As the command line takes it: `0.5`, `a.jpg b.jpg`.
std::string value_text(const OptionValue& value);

/// What there is to know of an option beside its value; together by |.
enum class OptionFacts : unsigned {
  None = 0,
  DecidesPicture = 1 << 0,  ///< What the picture becomes: part of fingerprints, and told by `styler show`.
  DecidesCourse = 1 << 1,   ///< How the optimisation goes: a run must have it in common with the one it goes on from.
  Look = DecidesPicture | DecidesCourse,
  NamesPicture = 1 << 2,      ///< A picture that goes in, or comes out; reports tell it before all others.
  Reported = 1 << 3,          ///< Told by reports, and decides nothing.
  ShownWithPicture = 1 << 4,  ///< Decides nothing, but `styler show` tells it, since the command may fail without.
  NeedsPhoto = 1 << 5,        ///< Does nothing for a texture, which refuses it.
  OfWholeSheet = 1 << 6,      ///< Is there once for all pictures of a sheet, and so can't vary from one to the next.
  SetsUpNetwork = 1 << 7,     ///< Two pictures that differ in it don't share a network.
  ReadsPictures = 1 << 8,     ///< Two pictures that differ in it don't share what was read.
  ReadsFile = 1 << 9,         ///< Names files that go in, which nothing may be written over.
  WritesFile = 1 << 10,       ///< Names files that come out.
};
constexpr OptionFacts operator|(OptionFacts a, OptionFacts b) {
  return static_cast<OptionFacts>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// An option of the command line, described once, for everybody who has to do with options: what reads the command line
/// and config files, --help, completions and the man page, reports, fingerprints and checkpoints, refusals.
class Option {
 public:
  enum class Kind {
    Value,     ///< One word. Of an option that is given twice the last one holds.
    Numbers,   ///< The same with commas in it; a config file may have an array.
    Words,     ///< One word or more; all count.
    List,      ///< Texts with commas between them, or given one by one.
    Repeated,  ///< One word, and the option again for the next.
    Flag,
    Counter,  ///< How often it is given: -vv.
  };
  /// What a value is, for completions.
  enum class Completes { Nothing, Words, Files, Folders };

  // What describe() says of it, beside the table's functions.

  Option& is(OptionFacts facts);
  /// What stands for a value in --help, where that is not the kind's own.
  Option& type(std::string text);
  /// What --help shows as the default, where that is not the value itself; empty: none.
  Option& default_text(std::string text);
  /// For the screen that -h prints, and short enough for a line of it; `type` where the beginning of type() does not
  /// do.
  Option& brief(std::string help, std::string type = "");
  /// Not to be set by a config file.
  Option& on_command_line_only();
  Option& completes(Completes what);
  /// The value in reports, where that is not the word on the command line.
  Option& as(std::function<OptionValue()> value);
  /// The field that it is of, where taking its value sets others too.
  Option& of(const void* field);
  /// The files that its value names, where that is not simply a path or several.
  Option& files(std::function<std::vector<std::filesystem::path>()> files);
  /// What stands for it where the value's contents count and not its name: in fingerprints and checkpoints.
  Option& identity(std::function<OptionValue()> value);
  /// Where `idle` holds, an option that is given does nothing, which is a mistake: `--name <why; remedy>`. Asked when
  /// all values are taken.
  Option& idle_if(std::function<bool()> idle, std::string why);

  // What readers ask.

  /// `-o,--output`, or a word without dashes for what stands by itself.
  const std::string& names() const { return names_; }
  /// `--output`
  std::string long_name() const { return names_.substr(names_.rfind(',') + 1); }
  /// `output`: the key in reports and config files.
  std::string key() const;
  bool positional() const { return names_.front() != '-'; }
  bool has(OptionFacts facts) const;
  Kind kind() const { return kind_; }
  const std::string& heading() const { return heading_; }
  const std::string& help() const { return help_; }
  const std::string& brief_help() const { return brief_; }
  const std::string& brief_type() const { return brief_type_; }
  const std::string& type_text() const { return type_; }
  const std::string& shown_default() const { return default_; }
  bool configurable() const { return configurable_ && !positional(); }
  Completes completion() const { return completes_; }
  /// Those that the value must be one of; empty: others too.
  const std::vector<std::string>& words() const { return words_; }
  OptionValue value() const { return value_(); }
  /// The value, or what stands for it.
  OptionValue identity_value() const { return identity_ ? identity_() : value_(); }

  /// That the value names; empty where it names none.
  std::vector<std::filesystem::path> files() const;

  bool is_flag() const { return kind_ == Kind::Flag || kind_ == Kind::Counter; }
  /// What a word behind a flag's = counts for: `true` and `false`, or digits that say the same; of a counter up to 9.
  std::optional<int> flag_count(std::string_view word) const;

  /// Takes what was given, a word each; of a flag `true` for each time that it stands there by itself. Taking the same
  /// again changes nothing.
  /// \throws Error{InvalidArgument}
  void take(const std::vector<std::string>& words) const { take_(words); }

  bool given() const { return given_; }
  void set_given(bool given) { given_ = given; }
  /// The sentences of idle_if() that hold.
  std::vector<std::string> idle_sentences() const;

 private:
  friend class OptionTable;
  Option(Kind kind, std::string names, std::string heading, std::string help)
      : kind_(kind), names_(std::move(names)), heading_(std::move(heading)), help_(std::move(help)) {}

  Kind kind_;
  std::string names_, heading_, help_, brief_, brief_type_, type_, default_;
  OptionFacts facts_ = OptionFacts::None;
  Completes completes_ = Completes::Nothing;
  std::vector<std::string> words_;
  const void* field_ = nullptr;
  bool configurable_ = true;
  bool given_ = false;
  std::vector<std::pair<std::function<bool()>, std::string>> idle_;
  std::function<OptionValue()> value_, identity_;
  std::function<std::vector<std::filesystem::path>()> files_;
  std::function<void(const std::vector<std::string>&)> take_;
};

/// The options of a command, in the order in which they are described. Each is bound to a field of an options struct,
/// which must outlive the table; its default is what the field holds at the time.
///
/// Values are taken in this order, whatever the order on the command line: an option that sets several fields at once
/// comes before those that set them one by one.
class OptionTable {
 public:
  OptionTable() = default;
  OptionTable(const OptionTable&) = delete;
  OptionTable& operator=(const OptionTable&) = delete;

  /// The heading in the help for the options that follow.
  void heading(std::string text) { heading_ = std::move(text); }

  Option& path(const std::string& names, std::filesystem::path& field, const std::string& help);
  /// Several files, one word each.
  Option& paths(const std::string& names, const std::string& type, std::vector<std::filesystem::path>& field,
                const std::string& help);
  /// Whole numbers. Range and fit with other options are for the struct's validate().
  Option& whole(const std::string& names, int64_t& field, const std::string& help);
  Option& whole(const std::string& names, uint64_t& field, const std::string& help);
  /// Finite numbers.
  Option& decimal(const std::string& names, double& field, const std::string& help);
  /// One of a few words.
  template <typename Enum, size_t kCount>
  Option& choice(const std::string& names, Enum& field, const Names<Enum, kCount>& words, const std::string& help) {
    return choice(
               names, words.words(), [&field, &words] { return std::string(words.word(field)); },
               [&field, &words](const std::string& word) { field = *words.find(word); }, help)
        .of(&field);
  }
  /// The same for what is no enumeration. `taken` is called with one of the words.
  Option& choice(const std::string& names, std::vector<std::string> words, const std::function<std::string()>& word,
                 const std::function<void(const std::string&)>& taken, const std::string& help);
  /// Any text. `accepted` returns false when it can't be read, which is told as
  /// `--name is 'text' but must be <requirement>`.
  Option& text(const std::string& names, const std::string& type, std::function<OptionValue()> value,
               const std::function<bool(const std::string&)>& accepted, const std::string& requirement,
               const std::string& help);
  /// Any text but none.
  Option& text(const std::string& names, const std::string& type, std::string& field, const std::string& requirement,
               const std::string& help);
  /// Numbers with commas between them; beside that as text().
  Option& numbers(const std::string& names, const std::string& type, std::function<OptionValue()> value,
                  const std::function<bool(const std::string&)>& accepted, const std::string& requirement,
                  const std::string& help);
  /// Texts with commas between them, at least one; what is missing is told as
  /// `--name is '' but must be <requirement>`.
  Option& list(const std::string& names, const std::string& type, std::function<OptionValue()> value,
               const std::function<void(const std::vector<std::string>&)>& taken, const std::string& requirement,
               const std::string& help);
  /// Several texts, one word each and each with the option's name before it.
  Option& repeated(const std::string& names, const std::string& type,
                   std::function<void(const std::vector<std::string>&)> taken, const std::string& help);
  Option& flag(const std::string& names, bool& field, const std::string& help);
  Option& counter(const std::string& names, int& field, const std::string& help);

  /// An option of other commands that this one has not, and why: `<name> is not for <why; remedy>`.
  void refuse(const std::string& name, const std::string& why) { refused_.emplace_back(name, why); }
  const std::vector<std::pair<std::string, std::string>>& refused() const { return refused_; }

  std::deque<Option>& options() { return options_; }
  const std::deque<Option>& options() const { return options_; }
  /// By its key, as a file has it; nullptr where there is none.
  const Option* find(std::string_view key) const;
  /// By the field that it is bound to. Requires (STYLER_ASSERT) that there is one.
  template <typename Field>
  const Option& of(const Field& field) const {
    return of_field(&field);
  }
  /// What is to be said of options that were given and do nothing beside the others.
  std::vector<std::string> idle_sentences() const;

 private:
  const Option& of_field(const void* field) const;
  Option& add(Option::Kind kind, const std::string& names, const std::string& help, std::string type);

  std::deque<Option> options_;  // whose elements stay where they are
  std::string heading_ = "Options";
  std::vector<std::pair<std::string, std::string>> refused_;
};

/// A file and what the user called it.
struct NamedFile {
  std::string name;
  std::filesystem::path file;
};

/// The files that are named by options with one of these facts, in the table's order.
std::vector<NamedFile> files_with(const OptionTable& table, OptionFacts facts);

/// A key and its value.
using NamedValue = std::pair<std::string, OptionValue>;

}  // namespace styler::app
