#include "styler/video/av/av.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "styler/base/error.hpp"

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
}

namespace styler::av {
namespace {

template <typename Owner, typename Thing>
Owner owned(Thing* thing) {
  if (thing == nullptr) throw Error(ErrorCode::Memory, "there is not enough memory for a film's frame; free some");
  return Owner(thing);
}

}  // namespace

void Dictionary::set(const std::string& key, const std::string& value) {
  if (av_dict_set(&entries_, key.c_str(), value.c_str(), 0) < 0) {
    throw Error(ErrorCode::Memory, "there is not enough memory for a film's options; free some");
  }
}

std::string Dictionary::first_key() const {
  const AVDictionaryEntry* const entry = av_dict_get(entries_, "", nullptr, AV_DICT_IGNORE_SUFFIX);
  return entry == nullptr ? std::string() : std::string(entry->key);
}

Frame new_frame() { return owned<Frame>(av_frame_alloc()); }

Packet new_packet() { return owned<Packet>(av_packet_alloc()); }

std::string reason(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

void be_quiet() {
  av_log_set_callback([](void* /*speaker*/, int /*level*/, const char* /*format*/, va_list /*values*/) {});
}

const int32_t* display_matrix(const AVStream& stream) {
  constexpr size_t kBytes = 9 * sizeof(int32_t);
  const uint8_t* data = nullptr;
  size_t size = 0;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
  if (const AVPacketSideData* const found = av_packet_side_data_get(
          stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX)) {
    data = found->data;
    size = found->size;
  }
#else
  data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
#endif
  // The libraries allocate it as numbers.
  return size < kBytes ? nullptr : reinterpret_cast<const int32_t*>(data);
}

bool is_interlaced(const AVFrame& frame) {
#ifdef AV_FRAME_FLAG_INTERLACED
  return (frame.flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame.interlaced_frame != 0;
#endif
}

const AVPixelFormat* pixel_formats(const AVCodec& encoder) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
  const void* formats = nullptr;
  if (avcodec_get_supported_config(nullptr, &encoder, AV_CODEC_CONFIG_PIX_FORMAT, 0, &formats, nullptr) < 0) {
    return nullptr;
  }
  return static_cast<const AVPixelFormat*>(formats);
#else
  return encoder.pix_fmts;
#endif
}

}  // namespace styler::av
