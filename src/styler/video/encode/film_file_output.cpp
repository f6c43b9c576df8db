#include "styler/video/encode/film_file_output.hpp"

#include <cerrno>
#include <filesystem>
#include <string>

#include "styler/base/error.hpp"
#include "styler/base/file/atomic_file.hpp"
#include "styler/base/text/printable.hpp"
#include "styler/video/av/av.hpp"

extern "C" {
#include <libavformat/avio.h>
}

namespace styler {

FilmFileOutput::FilmFileOutput(const std::filesystem::path& file, const std::string& container)
    : file_(file), new_file_(file) {
  const std::string url = "file:" + new_file_.path().string();
  int code = avformat_alloc_output_context2(&context_, nullptr, container.c_str(), url.c_str());
  if (code >= 0) code = avio_open2(&context_->pb, url.c_str(), AVIO_FLAG_WRITE, nullptr, nullptr);
  if (code < 0) {
    avformat_free_context(context_);
    fail(code);
  }
  // The same film is the same bytes: without the libraries' versions and random numbers.
  context_->flags |= AVFMT_FLAG_BITEXACT;
}

FilmFileOutput::~FilmFileOutput() {
  avio_closep(&context_->pb);
  avformat_free_context(context_);
}

void FilmFileOutput::fail(int code) const {
  const char* const remedy = code == AVERROR(ENOSPC) ? "; make room or choose another folder" : "";
  throw Error(ErrorCode::Output, "film " + quoted(file_) + " cannot be written: " + av::reason(code) + remedy);
}

AVStream& FilmFileOutput::new_stream() {
  AVStream* const stream = avformat_new_stream(context_, nullptr);
  if (stream == nullptr) fail(AVERROR(ENOMEM));
  return *stream;
}

void FilmFileOutput::begin(av::Dictionary& options) {
  if (const int code = avformat_write_header(context_, options.get()); code < 0) fail(code);
}

void FilmFileOutput::write(AVPacket& packet) {
  if (const int code = av_interleaved_write_frame(context_, &packet); code < 0) fail(code);
}

void FilmFileOutput::finish() {
  if (const int code = av_write_trailer(context_); code < 0) fail(code);
  if (const int code = avio_closep(&context_->pb); code < 0) fail(code);
  new_file_.put_in_place();
}

}  // namespace styler
