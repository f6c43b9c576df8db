#include "styler/app/commands/models/options.hpp"

#include "styler/app/job/options/job_options.hpp"
#include "styler/base/error.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {

void ModelsList::describe(OptionTable& table) {
  table.path("folder", folder, "Folder with generators; else the one that you are in")
      .type("DIR")
      .completes(Option::Completes::Folders);
}

void ModelsShow::describe(OptionTable& table) {
  table.path("file", file, "Generator, as styler train leaves it").type("FILE.styler");
  table.flag("--json", json, "Print all that is known, for programs");
  table.path("--thumbnails", thumbnails,
             "Write its paintings side by side into this picture, small as the model has them");
}

void ModelsShow::validate() const {
  if (file.empty()) reject("models show needs a generator: styler models show FILE.styler");
}

void ModelsExport::describe(OptionTable& table) {
  table.path("file", file, "Generator, as styler train leaves it").type("FILE.styler");
  table.path("-o,--output", output, "ONNX file to write: opset 13, pictures of any size").type("FILE.onnx");
  table.text("--pick", "STYLE", pick, "the name or number of one of its styles",
             "Write this style alone, by its name or number; else a model of several takes their shares as an input");
  table.flag("--force", force, "Replace a file that is write-protected");
}

void ModelsExport::validate() const {
  if (file.empty()) reject("models export needs a generator: styler models export FILE.styler -o FILE.onnx");
  if (output.empty()) reject("--output is needed: the ONNX file to write, as in -o painting.onnx");
  if (output.extension() != ".onnx") {
    reject("--output is " + quoted(output) + " but must end in .onnx, as in -o painting.onnx");
  }
}

void ModelsImport::describe(OptionTable& table) {
  table.path("file", file,
             "Generator of another program: an ONNX file, or a state dict of "
             "pytorch/examples' fast_neural_style, .pth or .model");
  table.path("-o,--output", output, "Generator to write, for styler apply").type("FILE.styler");
  table
      .path("--style-network", style_network,
            "ONNX file of the network that makes numbers of a painting, for a generator that takes these")
      .type("FILE.onnx");
  table.paths("--style", "FILE...", styles, "Paintings that become the styles of such a generator, one each");
  table.flag("--force", force, "Replace a file that is write-protected");
}

void ModelsImport::validate() const {
  if (file.empty()) reject("models import needs the file to read: styler models import FILE -o FILE.styler");
  if (output.empty()) reject("--output is needed: the generator to write, as in -o mosaic.styler");
  if (!names_model(output)) {
    reject("--output is " + quoted(output) + " but must end in .styler, as in -o mosaic.styler");
  }
  if (style_network.empty() != styles.empty()) {
    reject(styles.empty() ? "--style-network is " + quoted(style_network) +
                                " but there is no painting for it; name some with --style, or leave it out"
                          : "--style is for generators that take numbers of a painting from another network; name that "
                            "with --style-network, or leave the paintings out");
  }
}

}  // namespace styler::app
