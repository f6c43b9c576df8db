#pragma once

#include <exiv2/exiv2.hpp>
#include <mutex>
#include <stdexcept>
#include <string_view>

#include "styler/image/metadata/xmp_weight.hpp"

namespace styler {

/// The namespace of our own XMP properties. It is a name and no address: nothing has to be there.
inline constexpr const char* kXmpNamespace = "urn:styler:parameters/";

/// Whoever calls Exiv2 holds one: its XMP parser and its table of namespaces are common to all threads, its calls take
/// milliseconds, and its log, which would go to the standard error, is shut.
class Exiv2Session {
 public:
  Exiv2Session() : lock_(mutex()) { [[maybe_unused]] static const bool ready = initialised(); }

 private:
  static std::mutex& mutex() {
    static std::mutex instance;
    return instance;
  }
  static bool initialised() {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    const bool works = Exiv2::XmpParser::initialize();
    Exiv2::XmpProperties::registerNs(kXmpNamespace, "styler");
    return works;
  }
  std::lock_guard<std::mutex> lock_;
};

/// How we write XMP packets: without the 2 kB of room that programs leave for those who edit in place.
inline constexpr auto kXmpFormat = Exiv2::XmpParser::useCompactFormat | Exiv2::XmpParser::readOnlyPacket;

/// A file in memory with its metadata read; borrows `bytes`. What is damaged throws, sometimes not even a
/// std::exception; and so does what would take long.
inline auto opened_with_metadata(std::string_view bytes) {
  if (has_heavy_xmp(bytes)) throw std::length_error("more XMP than any photo has");
  // Exiv2 0.27 counts in long, 0.28 in size_t.
  auto image = Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(bytes.data()),
                                         static_cast<long>(bytes.size()));  // NOLINT(google-runtime-int)
  image->readMetadata();
  return image;
}

}  // namespace styler
