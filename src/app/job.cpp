#include "app/job.hpp"

#include <functional>
#include <future>
#include <utility>

#include "app/observers.hpp"
#include "app/stop_signals.hpp"
#include "styler/resample.hpp"
#include "styler/sha256.hpp"

namespace styler::app {

LoadedFile load_file(const std::filesystem::path& file) {
  LoadedFile loaded{read_picture_bytes(file), {}};
  loaded.sha256 = sha256_of(loaded.bytes);
  return loaded;
}

PhotoMetadata wanted_metadata(const TransferOptions& options, const LoadedFile& content) {
  return options.keep_metadata ? photo_metadata(content.bytes, options.keep_gps) : PhotoMetadata();
}

JobInput read_job(const TransferOptions& options, const WarningSink& warn) {
  struct PictureFile {
    LoadedFile loaded;
    Picture picture;
    std::vector<std::string> warnings;
  };
  const auto read = [&options](const std::filesystem::path& file) {
    PictureFile result{load_file(file), {}, {}};
    const auto collect = [&result](const std::string& sentence) { result.warnings.push_back(sentence); };
    result.picture = decode_picture(result.loaded.bytes, file, options.read, collect);
    return result;
  };
  // A picture as cameras take them is half a second's work, and decoders use one core: so two at once, where another
  // thread is to be had. What is wrong with the photo is told first, whichever is done first.
  std::future<PictureFile> coming_style =
      std::async(std::launch::async | std::launch::deferred, read, std::cref(options.style));
  PictureFile content = read(options.content);
  PictureFile style = coming_style.get();
  PictureFile init;
  if (options.init == Init::Picture) init = read(options.init_file);
  for (const PictureFile* file : {&content, &style, &init}) {
    for (const std::string& sentence : file->warnings) warn(sentence);
  }

  JobInput input;
  input.photo = wanted_metadata(options, content.loaded);
  input.hashes.content = content.loaded.sha256;
  input.hashes.style = style.loaded.sha256;
  input.hashes.init = init.loaded.sha256;
  input.pictures.content = std::move(content.picture);
  input.pictures.style = std::move(style.picture);
  input.pictures.init = options.init;
  input.pictures.init_picture = std::move(init.picture);
  return input;
}

StylizeResult paint(const Machine& machine, const StylizeInput& pictures, const TransferOptions& options,
                    Observer& observer, RunRecord& record) {
  RecordingObserver recording;
  StopObserver stopping;
  ObserverList observers;
  observers.add(recording);
  observers.add(observer);
  observers.add(stopping);
  record.machine = machine.choice;
  record.content_size = picture_size(pictures.content.colour);
  record.style_size = picture_size(pictures.style.colour);
  StylizeResult result = stylize(*machine.network, machine.choice.device, pictures, options.stylize, observers);
  record.scales = recording.scales();
  record.stopped = result.stopped;
  record.exit_code = result.stopped ? kInterrupted : 0;
  record.output_size = picture_size(result.picture.colour);
  if (result.saved_loss.total > 0) record.saved_loss = result.saved_loss;
  return result;
}

std::string write_result(const Picture& picture, const TransferOptions& options, const InputHashes& hashes,
                         const PhotoMetadata& photo, const RunRecord& record, const WarningSink& warn) {
  std::string parameters = parameters_text(options, hashes, record);
  const PictureNotes notes{options.no_metadata ? std::string() : parameters, photo};
  write_picture(picture, options.output, options.write, notes, warn);
  return parameters;
}

}  // namespace styler::app
