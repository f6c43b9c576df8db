#include "styler/app/commands/weights/options.hpp"

#include "styler/base/error.hpp"

namespace styler::app {

void WeightsInstall::describe(OptionTable& table) {
  table.text("--from", "FILE|URL", from, "a file or an address",
             "Where the original is, when the publisher's address does not serve");
  table.path("--directory", directory, "Folder to write to; else your data directory, where it will be found")
      .type("DIR")
      .completes(Option::Completes::Folders);
  table.flag("-q,--quiet", quiet, "Print nothing but errors");
  table.flag("--force", force, "Replace a file that is write-protected");
}

void WeightsImport::describe(OptionTable& table) {
  table.path("file", file, "Weights of VGG19, or of a network of evaluate's: Keras .h5, PyTorch .pth or .safetensors");
  table.path("-o,--output", output,
             "File to write; else vgg19.safetensors, or another network's name, in your data directory");
  table.choice("--convention", convention, kConventionChoices,
               "What numbers VGG19 expects; auto goes by checksum and layout");
  table.flag("--force", force, "Replace a file that is write-protected");
}

void WeightsVerify::describe(OptionTable& table) {
  table.path("file", file, "File to check; else the one that a run would use");
}

void WeightsImport::validate() const {
  if (file.empty()) reject("weights import needs the file to read: styler weights import FILE");
}

}  // namespace styler::app
