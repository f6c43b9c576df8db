#include <algorithm>
#include <cstdint>
#include <opencv2/core.hpp>
#include <string>

#include "styler/image/codec/bytes/picture_bytes.hpp"
#include "styler/image/codec/decoders.hpp"
#include "styler/image/codec/jpeg/jpeg_file.hpp"
#include "styler/image/codec/jpeg/jpeg_scan.hpp"
#include "styler/image/codec/srgb_profile.hpp"

namespace styler {
namespace {

struct Header {
  int64_t width = 0;
  int64_t height = 0;
  ColourKind colour = ColourKind::Rgb;
  /// Of every pixel, that libjpeg keeps until the last scan is read; 0 where one scan holds the picture.
  double coefficient_bytes = 0;
};

/// Where libjpeg can't go on, the reason may be that nobody told it of this kind of JPEG.
[[noreturn]] void refuse(const PictureSource& source) {
  const std::string kind = rare_jpeg_kind(source.bytes);
  if (kind.empty()) source.refuse_as_damaged();
  source.refuse("is " + kind +
                ", a kind of JPEG that is not read here; save it as an ordinary JPEG or as PNG in the program that it "
                "comes from");
}

Header read_header(JpegFile& file, const PictureSource& source) {
  auto* const jpeg = file.get();
  if (!file.attempt([&] { jpeg_read_header(jpeg, TRUE); })) refuse(source);
  Header header{int64_t{jpeg->image_width}, int64_t{jpeg->image_height}};
  switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE:
      header.colour = ColourKind::Grey;
      jpeg->out_color_space = JCS_GRAYSCALE;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      header.colour = ColourKind::Cmyk;
      jpeg->out_color_space = JCS_CMYK;
      break;
    case JCS_RGB:
    case JCS_YCbCr:
      jpeg->out_color_space = JCS_RGB;
      break;
    default:
      source.refuse("has " + std::to_string(jpeg->num_components) +
                    " channels, of which JPEG does not say what they are; save it in RGB");
  }
  if (jpeg_has_multiple_scans(jpeg) != 0) {
    double blocks = 0;  // for each of the largest component
    for (int i = 0; i < jpeg->num_components; ++i) {
      const auto& component = jpeg->comp_info[i];
      blocks += static_cast<double>(component.h_samp_factor * component.v_samp_factor) /
                (jpeg->max_h_samp_factor * jpeg->max_v_samp_factor);
    }
    header.coefficient_bytes = blocks * sizeof(JCOEF);
  }
  return header;
}

/// By how much the picture can be made smaller while it is decoded, where it is large and will be used small. Half of
/// what is left is still thrown away afterwards, by the resampling that all pictures go through: so the difference to a
/// picture decoded whole is less than a level of 8 bits on average. Ordinary photos are decoded whole, whatever is made
/// of them.
int reduction(const Header& header, const PictureSource& source) {
  constexpr int64_t kOrdinary = 16'000'000;  // pixels
  constexpr int64_t kShortEdge = 512;        // that narrow pictures keep: the network needs a part of it
  const int64_t used = source.options.used_edge;
  const int64_t pixels = header.width * header.height;
  if (used == 0 || (pixels <= kOrdinary && source.has_memory_for(pixels, colour_channels(header.colour)))) return 1;
  for (const int divisor : {8, 4, 2}) {
    const bool is_enough = std::max(header.width, header.height) >= 2 * used * divisor &&
                           std::min(header.width, header.height) >= kShortEdge * divisor;
    if (is_enough) return divisor;
  }
  return 1;
}

/// All rows. False where libjpeg gave up before the last.
bool read_rows(JpegFile& file, cv::Mat& pixels) {
  auto* const jpeg = file.get();
  uint8_t* const first = pixels.data;
  const size_t step = pixels.step;
  return file.attempt([&] {
    while (jpeg->output_scanline < jpeg->output_height) {
      JSAMPROW row = first + step * jpeg->output_scanline;
      jpeg_read_scanlines(jpeg, &row, 1);
    }
  });
}

/// Whether all scans are there of a file that ends without its end marker: nothing else tells of one that is missing.
/// To be asked before libjpeg finishes, which lets go of what it knows of the scans.
bool has_all_scans(const jpeg_decompress_struct& jpeg) {
  if (jpeg.arith_code != 0) return false;  // whose data may end anywhere, and go on with zeros
  // All scans are as the last one, or nearly.
  if (jpeg.coef_bits == nullptr) return jpeg.input_scan_number * jpeg.comps_in_scan >= jpeg.num_components;
  for (int i = 0; i < jpeg.num_components; ++i) {
    if (std::ranges::any_of(jpeg.coef_bits[i], [](int missing_bits) { return missing_bits != 0; })) return false;
  }
  return true;
}

/// Whether the stray bytes that were found are zeros between the end marker, behind which libjpeg stands, and the end
/// of the last scan: a byte that is filled up with ones, which the last one of a file that was overwritten by zeros is
/// not. Arithmetic coding leaves out the zeros that it ends with, so that there are never too many.
/// \param stray  as many at least; libjpeg does not count those that it has read ahead.
bool is_only_filled_up(const jpeg_decompress_struct& jpeg, std::string_view bytes, size_t stray) {
  const size_t behind = jpeg.src->bytes_in_buffer + 2;
  if (stray == 0 || bytes.size() <= behind) return false;
  const std::string_view file = bytes.substr(0, bytes.size() - behind);
  const size_t last = file.find_last_not_of('\0');
  if (last == std::string_view::npos || file.size() - last - 1 < stray) return false;
  return jpeg.arith_code != 0 || (static_cast<unsigned char>(file[last]) & 1U) != 0;
}

/// Goes on to the end behind the last row, and says what has been found on the way.
void report_findings(JpegFile& file, const PictureSource& source, DecodedPicture& picture) {
  const bool has_all = has_all_scans(*file.get());
  // What libjpeg can make nothing of between the last row and the end marker is no loss.
  file.attempt([&] { jpeg_finish_decompress(file.get()); });
  const auto& found = file.findings();
  const bool is_short = found.ends_early && !has_all;
  const bool is_filled_up = is_only_filled_up(*file.get(), source.bytes, found.stray_at_end);
  if (found.missing || is_short || (found.stray_data && !is_filled_up && !has_whole_scan(source.bytes))) {
    return source.report_damage(picture);
  }
  if (found.ends_early) picture.warnings.emplace_back("lacks the mark at the end of its JPEG data, and nothing else");
  if (found.stray_data || found.sloppy) {
    picture.warnings.emplace_back("breaks JPEG's rules in places where nothing of the picture is lost");
  }
}

}  // namespace

DecodedPicture decode_jpeg(const PictureSource& source) {
  JpegFile file(source.bytes);
  const Header header = read_header(file, source);
  auto* const jpeg = file.get();
  source.check_pixels(static_cast<uint64_t>(header.width), static_cast<uint64_t>(header.height));
  const int divisor = reduction(header, source);
  DecodedPicture picture;
  picture.colour = header.colour;
  const int channels = colour_channels(header.colour);
  // Of the coefficients there are as many whatever the size that becomes of them.
  source.check_memory(header.width * header.height / (int64_t{divisor} * divisor),
                      channels + header.coefficient_bytes * divisor * divisor);
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->scale_num = 1;
  jpeg->scale_denom = static_cast<unsigned>(divisor);
  if (!file.attempt([&] { jpeg_start_decompress(jpeg); })) refuse(source);
  picture.pixels =
      cv::Mat::zeros(static_cast<int>(jpeg->output_height), static_cast<int>(jpeg->output_width), CV_8UC(channels));
  if (divisor > 1) picture.file_size = {header.height, header.width};
  if (read_rows(file, picture.pixels)) {
    report_findings(file, source, picture);
  } else {
    if (jpeg->output_scanline == 0) refuse(source);
    source.report_damage(picture);
  }

  // Files with four inks hold them inverted: Adobe began with it, and everybody followed.
  if (header.colour == ColourKind::Cmyk) cv::bitwise_not(picture.pixels, picture.pixels);
  const auto profile = jpeg_icc_profile(source.bytes);
  picture.icc = profile.value_or(std::string());
  picture.colours_are_told = !profile;
  if (!profile) picture.warnings.emplace_back(kUselessProfile);
  return picture;
}

}  // namespace styler
