#include "styler/image/codec/jpeg/jpeg_file.hpp"

#include <jerror.h>

#include <new>

namespace styler {

JpegFile::JpegFile(std::string_view bytes) {
  jpeg_.err = jpeg_std_error(&errors_.manager);
  errors_.manager.error_exit = leave;
  errors_.manager.emit_message = notice;
  errors_.manager.output_message = [](j_common_ptr) {};
  if (!attempt([&] { jpeg_create_decompress(&jpeg_); })) throw std::bad_alloc();
  progress_.progress_monitor = limit_scans;
  jpeg_.progress = &progress_;
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (!attempt([&] { jpeg_mem_src(&jpeg_, data, bytes.size()); })) {
    jpeg_destroy_decompress(&jpeg_);
    throw std::bad_alloc();
  }
}

JpegFile::~JpegFile() { jpeg_destroy_decompress(&jpeg_); }

void JpegFile::leave(j_common_ptr jpeg) {
  auto& errors = *reinterpret_cast<Errors*>(jpeg->err);
  errors.findings.error = errors.manager.msg_code;
  std::longjmp(errors.back, 1);  // NOLINT(cert-err52-cpp)
}

void JpegFile::notice(j_common_ptr jpeg, int level) {
  if (level >= 0) return;  // a trace
  auto& findings = reinterpret_cast<Errors*>(jpeg->err)->findings;
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
      findings.ends_early = true;
      break;
    case JWRN_EXTRANEOUS_DATA: {
      const auto* const decoder = reinterpret_cast<j_decompress_ptr>(jpeg);
      if (decoder->input_scan_number == 0) {
        findings.sloppy = true;
        break;
      }
      const int bytes = jpeg->err->msg_parm.i[0], marker = jpeg->err->msg_parm.i[1];
      findings.stray_at_end = marker == JPEG_EOI && !findings.stray_data ? static_cast<size_t>(bytes) : 0;
      findings.stray_data = true;
      break;
    }
    case JWRN_NOT_SEQUENTIAL:  // a scan's header that some cameras fill in as they like
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_PROGRESSION:
      findings.sloppy = true;
      break;
    default:
      findings.missing = true;
  }
}

/// Thousands of empty scans in a small progressive file could keep the decoder busy for hours.
void JpegFile::limit_scans(j_common_ptr jpeg) {
  constexpr int kMostScans = 500;
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > kMostScans) {
    jpeg->err->msg_code = JERR_BAD_PROGRESSION;
    leave(jpeg);
  }
}

void JpegFile::throw_without_memory() const {
  if (errors_.findings.error == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
}

}  // namespace styler
