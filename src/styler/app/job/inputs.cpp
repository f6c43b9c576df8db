#include "styler/app/job/inputs.hpp"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <utility>

#include "styler/app/job/memory_budget.hpp"
#include "styler/app/job/observers.hpp"
#include "styler/app/job/region_maps.hpp"
#include "styler/app/job/style_files.hpp"
#include "styler/app/session/stop_signals.hpp"
#include "styler/base/failure.hpp"
#include "styler/base/sha256.hpp"
#include "styler/core/picture/resample.hpp"

namespace styler::app {

LoadedFile load_file(const std::filesystem::path& file) {
  LoadedFile loaded{read_picture_bytes(file), {}};
  loaded.sha256 = sha256_of(loaded.bytes);
  return loaded;
}

PhotoMetadata wanted_metadata(const JobOptions& options, const LoadedFile& content) {
  return options.metadata.keep ? photo_metadata(content.bytes, options.metadata.keep_gps) : PhotoMetadata();
}

JobInput read_job(const JobOptions& options, const WarningSink& warn) {
  JobInput input;
  const auto read = [&](const std::filesystem::path& file, Picture& picture, std::string& sha256) {
    LoadedFile loaded = load_file(file);
    picture = decode_picture(loaded.bytes, file, options.read, warn);
    sha256 = loaded.sha256;
    return loaded;
  };
  StylizeInput& pictures = input.pictures;
  if (options.is_texture()) {
    pictures.texture = options.texture;
  } else {
    input.photo = wanted_metadata(options, read(options.content, pictures.content, input.hashes.content));
  }
  const std::vector<StyleFiles> styles = style_files(options);
  for (const StyleFiles& style : styles) {
    std::vector<std::string>& hashes = input.hashes.styles.emplace_back();
    for (const std::filesystem::path& file : style.files) {
      StyleSource& source = pictures.styles.emplace_back();
      read(file, source.picture, hashes.emplace_back());
      source.weight = style.share / static_cast<double>(style.files.size());
      source.scale = style.scale;
      source.name = file.string();
    }
  }
  if (!options.content_regions.empty()) assign_regions(options, styles, pictures, input.hashes, warn);
  if (!options.fine_style.empty()) read(options.fine_style, input.fine_style, input.hashes.fine_style);
  pictures.init = options.init;
  if (options.init == Init::Picture) read(options.init_file, pictures.init_picture, input.hashes.init);
  return input;
}

std::vector<StyleRecord> style_records(const StylizeInput& pictures) {
  std::vector<double> sums(std::max<size_t>(1, pictures.regions.size()));
  for (const StyleSource& style : pictures.styles) sums[style.region] += style.weight;
  std::vector<StyleRecord> records;
  records.reserve(pictures.styles.size());
  for (const StyleSource& style : pictures.styles) {
    records.push_back({style.name, picture_size(style.picture.colour), style.weight / sums[style.region], style.scale,
                       pictures.regions.empty() ? "" : pictures.regions[style.region].name});
  }
  return records;
}

std::vector<RegionRecord> region_records(const StylizeInput& pictures) {
  std::vector<RegionRecord> records;
  records.reserve(pictures.regions.size());
  for (const ContentRegion& region : pictures.regions) {
    records.push_back({region.name, region.share.mean(at::kDouble).item<double>(), 0});
  }
  for (const StyleSource& style : pictures.styles) {
    if (!records.empty()) ++records[style.region].styles;
  }
  return records;
}

StylizeResult paint(const Machine& machine, const StylizeInput& pictures, const JobOptions& options, Observer& observer,
                    RunRecord& record, std::optional<RunState> from) {
  RecordingObserver recording(std::move(record.scales));
  StopObserver stopping;
  ObserverList observers;
  observers.add(recording);
  // Before the caller's: a signal that comes between the two would stop a run without its last checkpoint.
  observers.add(stopping);
  observers.add(observer);
  record.machine = machine.choice;
  if (pictures.content.colour.defined()) record.content_size = picture_size(pictures.content.colour);
  record.styles = style_records(pictures);
  record.regions = region_records(pictures);
  machine.network->release_memory();  // before it is asked how much is left
  StylizeResult result = stylize(*machine.network, machine.choice.device, pictures, options.stylize, observers,
                                 memory_budget(options, machine.choice), std::move(from));
  record.scales = recording.scales();
  record.stopped = result.stopped;
  if (result.stopped) {
    const bool by_user = result.scales.back().summary.termination == Termination::StoppedByUser;
    record.exit_code = by_user ? kInterrupted : kUserError;
  }
  record.output_size = picture_size(result.picture.colour);
  if (result.saved_loss.total > 0) record.saved_loss = result.saved_loss;
  return result;
}

std::string write_result(const Picture& picture, const JobOptions& options, const InputHashes& hashes,
                         const PhotoMetadata& photo, const RunRecord& record, const WarningSink& warn) {
  std::string parameters = parameters_text(options, hashes, record);
  const PictureNotes notes{options.metadata.none ? std::string() : parameters, photo};
  write_picture(picture, options.output, options.write, notes, warn);
  return parameters;
}

}  // namespace styler::app
