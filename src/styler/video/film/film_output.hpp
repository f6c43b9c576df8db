#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "styler/base/size.hpp"
#include "styler/core/picture/picture.hpp"
#include "styler/options/film_options.hpp"
#include "styler/video/film/film.hpp"

namespace styler {

/// A part of a film that lies encoded in a file of its own, a Matroska file that players play.
struct FilmSegment {
  std::filesystem::path file;
  /// When each of its frames is shown, in the film's time base: Matroska itself counts milliseconds. To be kept beside
  /// the file, so that the film gets its times to the tick.
  std::vector<int64_t> ticks;
};

/// Encodes frames into one segment. Whatever happens, the segment's file is there whole or not at all: frames go into a
/// temporary file in the same folder, which close() renames. The same frames, times and options give the same bytes,
/// on any number of cores.
class SegmentWriter {
 public:
  virtual ~SegmentWriter() = default;
  /// \param picture  of the size that the writer was made for.
  /// \param ticks    more than the frame's before.
  /// \throws Error{Output}
  virtual void add(const Picture& picture, int64_t ticks) = 0;
  /// Ends the segment, which has at least one frame. Nothing can be added afterwards.
  /// \throws Error{Output}
  virtual FilmSegment close() = 0;
};

/// What the frames of a film are like, as a writer needs to know beforehand.
struct FilmFormat {
  /// Of all frames. A codec that halves colours' resolution takes even sizes only: an odd one gets its last row or
  /// column twice.
  Size size;
  /// Frames may be transparent, and the codec should hold that if it can.
  bool has_alpha = false;
  TimeBase time_base{};
  /// Frames a second, on average: an encoder weighs by it how long an error is seen. FilmInfo::frame_rate.
  double frame_rate = 25;
};

/// \param warn  is told once if alpha is lost.
/// \throws Error{InvalidArgument} for options that the codec refuses, Error{Output}, Error{Installation}
std::unique_ptr<SegmentWriter> open_segment(const std::filesystem::path& file, const FilmFormat& format,
                                            const FilmWriteOptions& options = {}, const WarningSink& warn = {});

/// Where the film's sound and all else that isn't its picture comes from.
struct FilmJoin {
  std::vector<FilmSegment> segments;  ///< In the order of time; all of one writer's options.
  TimeBase time_base;                 ///< Of their ticks.
  /// The film that the frames were read from: its sound, subtitles, chapters, attachments and what it tells of itself
  /// are copied. Empty, a folder or a pattern: there is nothing to copy.
  std::filesystem::path source;
  bool with_sound = true;
  /// Where the film was taken is part of what it tells of itself, and left out.
  bool keep_gps = false;
  /// What FilmReadOptions said, in seconds from the source's beginning; streams are cut to the same times. Of a film
  /// that is not finished, `end` is FilmFrame::seconds of the first frame that is missing.
  double start = 0, end = 0;
};

/// Writes the film: packets of the segments one after the other, nothing is encoded again, and every other stream of
/// the source beside them. The file's extension says which container: .mp4, .m4v, .mov, .mkv, .webm. A stream that it
/// can't hold is left out, and told of. Where segments are there of a part only, the film is that part. Atomic, see
/// atomic_file.hpp; the same input gives the same bytes.
/// \throws Error{Output} for what can't be written, Error{Input} for segments or a source that can't be read.
void join_film(const FilmJoin& join, const std::filesystem::path& output, const WarningSink& warn = {});

/// Checks, before hours of work, that frames could be encoded by these options and join_film() could write them to
/// `output`: its extension, the codec, its options, that its container holds the codec, and check_writable() of
/// atomic_file.hpp. An empty `output` leaves the container out.
/// \param source  of FilmJoin; streams of it that `output` can't hold are told to `warn`. May be empty.
/// \throws Error{InvalidArgument}, Error{Output}, Error{Installation}
void check_film_writable(const std::filesystem::path& output, const FilmFormat& format,
                         const FilmWriteOptions& options = {}, const std::filesystem::path& source = {},
                         const WarningSink& warn = {});

/// The words that FilmWriteOptions::codec can be, in the order of a help text; those that this FFmpeg encodes.
std::vector<std::string> film_codecs();

/// The extensions of join_film(), for messages: `.mp4` …
const std::vector<std::string>& film_extensions();

}  // namespace styler
