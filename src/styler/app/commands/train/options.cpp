#include "styler/app/commands/train/options.hpp"

#include <string>

#include "styler/base/error.hpp"
#include "styler/base/text/parse_text.hpp"
#include "styler/base/text/printable.hpp"

namespace styler::app {
namespace {

/// Behind what needs a photo, which a texture has none of.
constexpr const char* kRemedy =
    " but there is no --content, so that textures are learnt; name a folder of photos (scripts/get_photos.sh brings "
    "thirty free ones), or leave it out";

using enum OptionFacts;

constexpr const char* kNoGame = "does nothing without a game; add --adversarial hinge or leave it out";

void describe_material(OptionTable& table, TrainingOptions& o) {
  table.heading("Pictures");
  table
      .paths(
          "--content", "DIR|GLOB|LIST...", o.content,
          "Photos to learn from, a few dozen or more: a folder with all below it, a pattern, or a .txt file with one "
          "name per line; or several of these. Without any it learns to make textures, of noise")
      .is(ReadsFile)
      .brief("Photos to learn from: a folder, pattern or list");
  table
      .paths("--style", "FILE|DIR...", o.styles,
             "Painting whose style is learnt; of several the model has a style each. A folder, pattern or .txt file is "
             "one "
             "style: what its paintings have in common")
      .is(ReadsFile)
      .brief("Painting whose style is learnt, or several");
  table.path("-o,--output", o.output, "Model to write, for styler apply").type("FILE.styler").is(WritesFile);
  table
      .paths("--held-out", "DIR|GLOB|LIST...", o.held_out,
             "Photos to judge by, which are not learnt from; else some of --content are put aside")
      .is(ReadsFile);
  table
      .path("--from", o.from,
            "Begin with this model: give it the paintings as further styles, or go on with it where they are its own")
      .type("FILE.styler")
      .is(ReadsFile)
      .brief("Add the paintings to this model");
  table
      .choice(
          "--learn", o.learns, kLearnings,
          "What is learnt beside --from: new styles alone, so that the model's own stay as they are, or all, for the "
          "paintings that are given; auto: new ones where the model has none of the paintings")
      .is(Reported)
      .idle_if([&o] { return o.from.empty(); }, "does nothing without --from; add a model or leave it out");
}

void describe_effort(OptionTable& table, TrainingOptions& o) {
  table.heading("Effort");
  const auto take_time = [&field = o.seconds](const std::string& value) {
    const auto seconds = parse_seconds(value);
    field = seconds.value_or(field);
    return seconds && *seconds > 0;
  };
  table
      .text(
          "--time", "TIME", [&o] { return o.seconds; }, take_time, "a time above 0, such as 90s, 10m or 1h30m",
          "How long to train, such as 10m or 1h30m: the longer the better")
      .default_text("15m without --steps")
      .of(&o.seconds)
      .is(Reported)
      .brief("How long to train, such as 10m [15m]");
  const auto take_steps = [&field = o.steps](const std::string& value) {
    const auto steps = parse_whole(value);
    field = steps.value_or(field);
    return steps && *steps >= 1;
  };
  table
      .text(
          "--steps", "N", [&o] { return o.steps; }, take_steps, "a whole number, at least 1",
          "How many photos to learn from, one after the other; the same result each time, whatever the machine's speed")
      .default_text("none")
      .of(&o.steps)
      .is(DecidesCourse | Reported);
  table
      .choice("--arch", o.training.width, kGeneratorWidths,
              "How wide the network is: a wider one is better in the end, and takes longer to train and to apply")
      .is(DecidesCourse | Reported)
      .brief("Width of the network: tiny, small, large");
  table.whole("--crop", o.training.crop_edge, "Edge of the squares of photos that a step learns from, in pixels")
      .is(DecidesCourse | Reported);
  table
      .whole("--style-size", o.training.painting_edge,
             "Long edge at which the painting is looked at; strokes come out as large in a photo of that size")
      .is(DecidesCourse | Reported)
      .brief("Long edge of the painting: size of the strokes");
  table.decimal("--learning-rate", o.training.learning_rate, "The optimizer's step size at its largest")
      .is(DecidesCourse | Reported);
  table.whole("--seed", o.training.seed, "Seed of the first weights and of the crops").is(DecidesCourse | Reported);
  table.whole("--batch-size", o.training.batch_size, "Photos that a step learns from, their gradients averaged")
      .is(DecidesCourse | Reported);
  table
      .choice("--optimizer", o.training.optimizer, kTrainingOptimizers,
              "What turns gradients into steps: Muon, Adam, or plain descent with momentum")
      .is(DecidesCourse | Reported);
  table
      .decimal("--l2-decay", o.training.l2_decay,
               "How much weights shrink at each step, as a share of themselves and of the learning rate")
      .is(DecidesCourse | Reported);
  table
      .decimal("--l1-decay", o.training.l1_decay,
               "How much they shrink whatever their size, in shares of the learning rate")
      .is(DecidesCourse | Reported);
  table
      .choice("--norm", o.training.norm, kGeneratorNorms,
              "What the network's norms divide by: each picture's own contrast, or that of all pictures together, "
              "frozen in the model")
      .is(DecidesCourse | Reported);
  table
      .decimal("--dropout", o.training.dropout, "Share of what residual blocks put out that is blanked while it learns")
      .is(DecidesCourse | Reported);
  table
      .flag("--stable", o.training.stable,
            "Learn to paint alike what is alike but for a small motion and noise, so that films flicker less; a step "
            "takes a little longer")
      .is(DecidesCourse | Reported);
}

void describe_look(OptionTable& table, TrainingOptions& o) {
  ObjectiveOptions& objective = o.training.objective;
  table.heading("Look");
  table.decimal("--content-weight", objective.content_weight, "How much the photos' forms count")
      .is(DecidesCourse | Reported);
  table.decimal("--style-weight", objective.style_weight, "How much the painting's style counts")
      .is(DecidesCourse | Reported)
      .brief("How much the style counts");
  table.decimal("--tv-weight", objective.tv_weight, "How much smoothness counts (total variation)")
      .is(DecidesCourse | Reported);
  describe_layers(table, "--content-layers", objective.content_layers,
                  "Layers of VGG19 that hold the content, each with an optional weight")
      .is(DecidesCourse | Reported);
  describe_layers(table, "--style-layers", objective.style_layers,
                  "Layers of VGG19 that hold the style, each with an optional weight")
      .is(DecidesCourse | Reported);
  table.choice("--style-loss", objective.style_loss, kStyleLosses, "How features are compared with the painting's")
      .is(DecidesCourse | Reported);
  table
      .flag("--with-strength", o.with_strength,
            "Train for all strengths from the photo to a little more than the style, which apply --strength asks for; "
            "half "
            "of the steps are of others than the style's own")
      .is(Reported);
  table
      .decimal("--diversity", o.training.diversity_weight,
               "How much it counts that parts of a texture differ as much as the painting's own do")
      .default_text("0.3")
      .is(Reported)
      .idle_if([&o] { return !o.is_texture(); }, "is for textures, which have no --content; leave one of the two out");
  table
      .choice("--adversarial", o.training.adversarial, kAdversarials,
              "The game with a discriminator that tells parts of paintings from painted photos")
      .is(DecidesCourse | Reported);
  table
      .decimal("--adversarial-weight", o.training.adversarial_share,
               "How much the game counts, in shares of what the other losses do; it is balanced anew at each step")
      .is(DecidesCourse | Reported)
      .idle_if([&o] { return o.training.adversarial == Adversarial::None; }, kNoGame);
  table
      .choice("--discriminator", o.training.sight, kDiscriminatorSights,
              "What the discriminator looks at: pixels, or the features that VGG19 makes of them")
      .is(DecidesCourse | Reported)
      .idle_if([&o] { return o.training.adversarial == Adversarial::None; }, kNoGame);
}

void describe_training_records(OptionTable& table, TrainingOptions& o) {
  table.heading("Records and messages");
  table.flag("--dry-run", o.dry_run, "Tell memory and time that it would take, and end; writes nothing")
      .brief("Tell memory and time, and end");
  table.path("--report", o.report, "Write options, losses and times to this JSON file").is(Reported | WritesFile);
  table.path("--preview", o.preview, "Replace this picture every minute by a sheet of photos that were held out")
      .is(Reported | WritesFile)
      .brief("A sheet of pictures, replaced every minute");
  table.path("--log-dir", o.log_folder, "Write losses and pictures for TensorBoard into this folder")
      .type("DIR")
      .completes(Option::Completes::Folders)
      .is(Reported);
  table.flag("--force", o.force, "Replace files that are write-protected");
  table.heading("Long runs");
  table.path("--checkpoint", o.checkpoint, "Keep in this file what it takes to go on, should the run be killed")
      .is(Reported | WritesFile);
  describe_interval(table, o.checkpoint_every, o.checkpoint, "steps");
  table
      .path("--resume", o.resume,
            "Go on from this checkpoint; everything that decides the result must be as it was. The file stays")
      .is(Reported);
}

/// What needs a photo has no meaning for a texture.
void validate_texture(const TrainingOptions& options) {
  if (options.with_strength)
    reject(std::string("--with-strength is for strengths between a photo and a style,") + kRemedy);
  if (options.training.stable) reject(std::string("--stable is for photos that become films,") + kRemedy);
  if (options.training.adversarial != Adversarial::None) {
    reject("--adversarial is " + std::string(kAdversarials.word(options.training.adversarial)) + kRemedy);
  }
}

}  // namespace

void TrainingOptions::describe(OptionTable& table) {
  describe_material(table, *this);
  describe_effort(table, *this);
  describe_look(table, *this);
  describe_precision(table, machine.device);
  describe_place(table, machine);
  describe_limit(table, memory);
  app::describe(table, read);
  describe_training_records(table, *this);
  app::describe(table, messages);
}

void TrainingOptions::settle(const OptionTable& table, const std::vector<std::string>& /*arguments*/) {
  if (seconds == 0 && steps == 0) seconds = kDefaultSeconds;
  if (!is_texture()) return;
  if (!table.of(training.diversity_weight).given()) training.diversity_weight = kDefaultDiversity;
  for (const char* const key : {"content-weight", "content-layers", "held-out"}) {
    const Option* const option = table.find(key);
    STYLER_ASSERT(option != nullptr);
    if (option->given()) {
      reject(option->long_name() + " is about photos," + kRemedy);
    }
  }
  training.objective.content_layers.clear();
}

void TrainingOptions::validate() const {
  if (styles.empty()) reject("--style is needed: the painting whose style is to be learnt");
  if (output.empty() && !dry_run) reject("--output is needed: the model to write, as in -o painting.styler");
  if (!output.empty() && !names_model(output)) {
    reject("--output is " + quoted(output) + " but must end in .styler, as in -o painting.styler");
  }
  training.validate();
  if (is_texture()) validate_texture(*this);
  if (styles.size() > 1 && training.norm == GeneratorNorm::Batch) {
    reject(
        "--norm is batch but --style names " + std::to_string(styles.size()) +
        "; several styles in a model need instance norm; leave --norm out, or give a folder to learn one style of all");
  }
  if (styles.size() > 1 && training.adversarial != Adversarial::None) {
    reject("--adversarial is " + std::string(kAdversarials.word(training.adversarial)) + " but --style names " +
           std::to_string(styles.size()) +
           "; a discriminator knows one style; leave it out, or give a folder to learn one style of all");
  }
  if (with_strength && training.adversarial != Adversarial::None) {
    reject("--adversarial is " + std::string(kAdversarials.word(training.adversarial)) +
           " but --with-strength learns every strength; a discriminator knows one; leave one of them out");
  }
  if (with_strength && training.norm == GeneratorNorm::Batch) {
    reject("--norm is batch but --with-strength needs instance norm; leave one out");
  }
  if (!is_texture() && training.objective.content_layers.empty() && training.objective.style_layers.empty()) {
    reject("--content-layers and --style-layers are both empty; name layers of one of them");
  }
  read.validate();
  machine.device.validate();
  memory.validate();
  messages.validate();
}

}  // namespace styler::app
