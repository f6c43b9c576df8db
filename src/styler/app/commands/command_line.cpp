#include "styler/app/commands/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "styler/app/cli/config_file.hpp"
#include "styler/app/cli/help_formatter.hpp"
#include "styler/app/cli/option_binder.hpp"
#include "styler/app/job/options/idle_options.hpp"
#include "styler/app/job/options/texture_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/version.hpp"
#include "styler/base/words.hpp"

namespace styler::app {
namespace {

constexpr const char* kDescription =
    "Usage: styler --content FILE --style FILE -o FILE [options]\n"
    "       styler --style FILE -o FILE [--tileable] [options]\n"
    "       styler batch --content DIR --style DIR -o DIR [options]\n"
    "       styler sweep --content FILE --style FILE -o SHEET --vary OPTION=X,Y,...\n"
    "       styler show PICTURE | weights COMMAND\n"
    "\n"
    "Paints the content of one picture in the style of another, or a texture in that style.";

constexpr const char* kFooter =
    "Exit codes: 0 done, 1 something is wrong with a file or the machine, 2 with the command line,\n"
    "70 with this program; 130 interrupted, with the best picture so far saved.";

/// `--size` and its like; short names are too short for a guess.
std::vector<std::string> long_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

/// The subcommand that was chosen, innermost first in depth; `app` itself when there is none.
const CLI::App& chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : chosen(*commands.front());
}

constexpr const char* kOneMap = "since a map belongs to one photo; paint these pictures one by one";
constexpr const char* kOnePainting = "which paints with one painting at a time; paint these pictures one by one";
/// Options of the main job that a batch has not, and why.
constexpr std::array<std::pair<const char*, const char*>, 6> kNotForBatch = {{
    {"--content-regions", kOneMap},
    {"--style-regions", kOneMap},
    {"--style-blend", kOnePainting},
    {"--style-blend-by", kOnePainting},
    {"--fine-style", kOnePainting},
    {"--tileable", "which makes no textures; leave it out"},
}};

/// Names the first argument that nothing wanted.
void check_leftovers(const CLI::App& root) {
  const std::vector<std::string> left = root.remaining(true);
  if (left.empty()) return;
  const CLI::App& app = chosen(root);
  const auto option = std::find_if(left.begin(), left.end(), [](const auto& word) { return word.rfind('-', 0) == 0; });
  if (option != left.end()) {
    const std::string name = option->substr(0, option->find('='));
    if (app.get_name() == "batch") {
      for (const auto& [option_name, reason] : kNotForBatch) {
        if (name == option_name) reject(name + " is not for a batch, " + reason);
      }
    }
    const std::string stem = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    const std::string guess = did_you_mean("--" + stem, long_names(app));
    reject(name + " is no option" + (guess.empty() ? "; see --help for those there are" : guess));
  }
  const std::vector<std::string> commands = command_names(app);
  const std::string guess = did_you_mean(left.front(), commands);
  if (!guess.empty()) reject("'" + left.front() + "' is no command" + guess);
  reject("'" + left.front() + "' belongs to no option" +
         (&app == &root ? "; name the pictures with --content, --style and --output" : "; see --help"));
}

/// Options of the main job before a command would do nothing.
void check_place_of_options(const CLI::App& root) {
  if (root.get_subcommands().empty()) return;
  for (const CLI::Option* option : root.get_options()) {
    if (option->count() == 0) continue;
    const std::string command = root.get_subcommands().front()->get_name();
    reject(option->get_name() + " stands before the command " + command +
           ", which does not see it there; put it after the command, if it takes it");
  }
}

/// Takes the given values once more in the order in which the options were added, so that a preset never undoes what
/// was given beside it: CLI11 takes the values of the command line in their own order.
void apply_in_order(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->count() > 0) option->run_callback();
  }
}

/// CLI11's remaining complaints in our words; the most common is an option at the end without its value.
[[noreturn]] void reject_parse_error(const CLI::App& root, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const std::string message = error.what();
    std::string name;  // the longest one that is mentioned: --style is part of --style-weight
    for (const CLI::App* app : {&root, &chosen(root)}) {
      for (const std::string& candidate : long_names(*app)) {
        if (message.find(candidate) != std::string::npos && candidate.size() > name.size()) name = candidate;
      }
    }
    if (!name.empty()) reject(name + " needs a value after it; see --help");
  }
  reject(std::string(error.what()) + "; see --help");
}

void set_up(CLI::App& app) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Print this and end")->group(kHelpHeading)->configurable(false);
  app.allow_extras();  // so that leftovers can be named by us, see check_leftovers
}

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& usage, const std::string& does) {
  CLI::App* command = parent.add_subcommand(name, "Usage: " + usage + "\n\n" + does);
  set_up(*command);
  command->require_subcommand(0, 1);
  return command;
}

void bind_config(CLI::App& app, std::filesystem::path& config) {
  OptionBinder binder(app);
  binder.group("Records and messages");
  binder.path("--config", config, "Read options from this TOML file; those of the command line win")
      ->configurable(false);
}

/// What is to be said of options that were given and do nothing beside the others.
using IdleSink = std::function<void(const std::vector<std::string>&)>;

void reject_idle(const std::vector<std::string>& sentences) {
  if (!sentences.empty()) reject(sentences.front());
}

/// \param on_idle  where the arguments are of a transfer.
Request parse(const std::vector<std::string>& arguments, const IdleSink& on_idle) {
  JobOptions transfer;
  BatchOptions batch;
  SweepOptions sweep;
  ShowOptions show;
  WeightsInstall install;
  WeightsImport import;
  WeightsVerify verify;

  CLI::App app(kDescription, "styler");
  set_up(app);
  app.require_subcommand(0, 1);
  bind_options(app, transfer);
  std::filesystem::path config;
  bind_config(app, config);
  app.set_version_flag("--version", version_text, "Print the versions of this program and its libraries and end")
      ->group(kHelpHeading)
      ->configurable(false);

  CLI::App* on_batch = add_command(app, "batch", "styler batch --content DIR --style DIR -o DIR [options]",
                                   "Paint many pictures: every photo with every painting");
  bind_options(*on_batch, batch);
  bind_config(*on_batch, config);
  CLI::App* on_sweep =
      add_command(app, "sweep", "styler sweep --content FILE --style FILE -o SHEET --vary OPTION=X,Y,... [options]",
                  "Paint small pictures with different values of one or two options, side by side on one sheet");
  bind_options(*on_sweep, sweep);
  bind_config(*on_sweep, config);
  CLI::App* on_show = add_command(app, "show", "styler show PICTURE [options]",
                                  "Print how a picture was made: the command that makes it again");
  bind_options(*on_show, show);

  CLI::App* weights =
      add_command(app, "weights", "styler weights COMMAND", "Get, import, check and list VGG19 weights");
  CLI::App* on_install = add_command(*weights, "install", "styler weights install [options]",
                                     "Download the default weights, check and install them");
  bind_options(*on_install, install);
  CLI::App* on_import = add_command(*weights, "import", "styler weights import FILE [options]",
                                    "Convert weights that you have from other tools");
  bind_options(*on_import, import);
  CLI::App* on_verify =
      add_command(*weights, "verify", "styler weights verify [FILE]", "Check a file of weights as a whole");
  bind_options(*on_verify, verify);
  CLI::App* on_list = add_command(*weights, "list", "styler weights list", "Show where weights are looked for");

  app.footer(kFooter);  // last, since commands inherit it when they are added
  if (arguments.empty()) reject("nothing to do: give --content, --style and --output, or see styler --help");
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return Answer{chosen(app).help()};
  } catch (const CLI::CallForVersion&) {
    return Answer{version_text() + "\n"};
  } catch (const CLI::ParseError& error) {
    reject_parse_error(app, error);
  } catch (const std::invalid_argument&) {  // CLI11 2.1 lets std::stoll speak for itself
    reject("flags such as --quiet take no value but true and false; leave it out");
  }
  check_leftovers(app);
  check_place_of_options(app);
  CLI::App& command = on_batch->parsed() ? *on_batch : on_sweep->parsed() ? *on_sweep : app;
  if (!config.empty()) apply_config(command, config);
  apply_in_order(command);

  if (on_batch->parsed()) {
    reject_idle(idle_options(*on_batch, batch.settings));
    if (batch.force && on_batch->get_option("--skip-existing")->count() > 0) {
      reject("--force and --skip-existing contradict each other; leave one of them out");
    }
    return batch;
  }
  if (on_sweep->parsed()) {
    std::map<std::string, size_t> idle;  // in how many pictures
    for (const auto& picture : sweep.arguments_of_pictures(*on_sweep, arguments)) {
      const auto count = [&idle](const std::vector<std::string>& sentences) {
        for (const std::string& sentence : sentences) ++idle[sentence];
      };
      sweep.pictures.push_back(std::get<JobOptions>(parse(picture, count)));
    }
    // Beside --vary strength=0,1 a --style-weight does nothing in one picture, but something in the other.
    for (const auto& [sentence, pictures] : idle) {
      if (pictures == sweep.pictures.size()) reject(sentence);
    }
    return sweep;
  }
  if (on_show->parsed()) return show;
  if (on_install->parsed()) return install;
  if (on_import->parsed()) return import;
  if (on_verify->parsed()) return verify;
  if (on_list->parsed()) return WeightsList{};
  if (weights->parsed()) reject("weights needs a command: " + enumeration(command_names(*weights)));
  settle_texture(app, transfer);
  on_idle(idle_options(app, transfer));
  return transfer;
}

}  // namespace

Request parse(const std::vector<std::string>& arguments) { return parse(arguments, reject_idle); }

void validate(const Request& request) {
  const auto check = [](const auto& options) {
    if constexpr (requires { options.validate(); }) options.validate();
  };
  std::visit(check, request);
}

}  // namespace styler::app
