#include "styler/app/commands/weights/options.hpp"

#include <CLI/CLI.hpp>

#include "styler/app/cli/option_binder.hpp"
#include "styler/base/error.hpp"

namespace styler::app {

void bind_options(CLI::App& app, WeightsInstall& options) {
  OptionBinder binder(app);
  binder.text(
      "--from", "FILE|URL", options.from,
      [&options](const std::string& value) {
        options.from = value;
        return !value.empty();
      },
      "a file or an address", "Where the original is, when the publisher's address does not serve");
  binder.path("--directory", options.directory, "Folder to write to; else your data directory, where it will be found")
      ->type_name("DIR");
  binder.flag("-q,--quiet", options.quiet, "Print nothing but errors");
}

void bind_options(CLI::App& app, WeightsImport& options) {
  OptionBinder binder(app);
  binder.path("file", options.file, "Weights of VGG19: Keras .h5, PyTorch .pth or .safetensors");
  binder.path("-o,--output", options.output,
              "File to write; else vgg19.safetensors in your data directory, unless there is one");
  binder.choice("--convention", kConventionChoices, options.convention,
                "What numbers the network expects; auto goes by checksum and layout");
}

void bind_options(CLI::App& app, WeightsVerify& options) {
  OptionBinder(app).path("file", options.file, "File to check; else the one that a run would use");
}

void WeightsImport::validate() const {
  if (file.empty()) {
    throw Error(ErrorCode::InvalidArgument, "weights import needs the file to read: styler weights import FILE");
  }
}

}  // namespace styler::app
