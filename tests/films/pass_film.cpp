// Reads a film (or a folder or pattern of pictures) and writes it again without painting anything, for comparing
// readers and writers with other people's tools by hand:
//
//     styler_pass_film IN OUT [codec=…] [crf=…] [pixel_format=…] [start=…] [end=…] [edge=…] [segment=FRAMES] [sound=0]
//     [-e key=value]…
//
// OUT is a film, or a pattern of pictures. What IN is like, and when each frame is shown, goes to stdout.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "styler/image/image_io.hpp"
#include "styler/options/frame_pattern.hpp"
#include "styler/video/film/film_output.hpp"
#include "styler/video/open_film.hpp"

namespace {

struct Options {
  styler::FilmReadOptions read;
  styler::FilmWriteOptions write;
  int64_t segment = 30;
  bool with_sound = true;
};

Options options_of(const std::vector<std::string>& words) {
  Options options;
  for (size_t i = 2; i < words.size(); ++i) {
    const std::string& word = words[i];
    const size_t equals = word.find('=');
    const std::string key = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? std::string() : word.substr(equals + 1);
    if (word == "-e" && i + 1 < words.size()) options.write.encoder_options.push_back(words[++i]);
    if (key == "codec") options.write.codec = value;
    if (key == "crf") options.write.crf = std::stod(value);
    if (key == "pixel_format") options.write.pixel_format = value;
    if (key == "start") options.read.start = std::stod(value);
    if (key == "end") options.read.end = std::stod(value);
    if (key == "rate") options.read.frame_rate = std::stod(value);
    if (key == "edge") options.read.long_edge = std::stoll(value);
    if (key == "segment") options.segment = std::stoll(value);
    if (key == "sound") options.with_sound = value != "0";
  }
  return options;
}

void print(const styler::FilmInfo& info) {
  std::printf("size %s stored %s base %d/%d start %.6f seconds %.4f frames %lld rate %.4f\n",
              styler::size_text(info.size).c_str(), styler::size_text(info.stored_size).c_str(),
              info.time_base.numerator, info.time_base.denominator, info.start, info.seconds,
              static_cast<long long>(info.frames), info.frame_rate);
  std::printf("codec %s colours %s alpha %d hdr %d interlaced %d sound %d\n", info.codec.c_str(), info.colours.c_str(),
              static_cast<int>(info.has_alpha), static_cast<int>(info.is_hdr), static_cast<int>(info.interlaced),
              static_cast<int>(info.has_sound));
  for (const std::string& stream : info.other_streams) std::printf("also %s\n", stream.c_str());
}

void pass(const std::filesystem::path& from, const std::filesystem::path& to, const Options& options) {
  const auto warn = [](const std::string& sentence) { std::printf("note: %s\n", sentence.c_str()); };
  const auto film = styler::open_film(from, options.read, warn);
  print(film->info());
  const bool to_pictures = styler::FramePattern::is_pattern(to);
  const styler::FilmFormat format{film->info().size, film->info().has_alpha, film->info().time_base,
                                  film->info().frame_rate};
  if (!to_pictures) styler::check_film_writable(to, format, options.write, from, warn);
  styler::FilmJoin join;
  join.time_base = film->info().time_base;
  join.source = from;
  join.with_sound = options.with_sound;
  join.start = options.read.start;
  join.end = options.read.end;
  std::unique_ptr<styler::SegmentWriter> segment;
  int64_t in_segment = 0;
  while (const auto frame = film->next()) {
    std::printf("frame %lld ticks %lld seconds %.6f%s\n", static_cast<long long>(frame->index),
                static_cast<long long>(frame->ticks), frame->seconds, frame->repeats ? " repeats" : "");
    if (to_pictures) {
      styler::WriteOptions writing;
      writing.bit_depth = 16;
      styler::write_picture(frame->picture, styler::FramePattern(to).file(frame->index + 1), writing);
      continue;
    }
    if (segment == nullptr) {
      const std::string name = to.string() + ".part" + std::to_string(join.segments.size()) + ".mkv";
      segment = styler::open_segment(name, format, options.write);
    }
    segment->add(frame->picture, frame->ticks);
    if (++in_segment == options.segment) {
      join.segments.push_back(segment->close());
      segment.reset();
      in_segment = 0;
    }
  }
  if (segment != nullptr) join.segments.push_back(segment->close());
  if (to_pictures) return;
  styler::join_film(join, to);
  for (const styler::FilmSegment& part : join.segments) std::filesystem::remove(part.file);
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> given(words + 1, words + count);
  if (given.size() < 2) {
    std::cerr << "usage: styler_pass_film IN OUT [key=value]...\n";
    return 2;
  }
  try {
    pass(given[0], given[1], options_of(given));
    return 0;
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
  }
}
