// styler_write_gallery PAGE ENTRIES: the gallery of the entries in a JSON file, for tests that look at the page with a
// browser. Prints what was left out.

#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "styler/app/gallery/page.hpp"
#include "styler/image/image_io.hpp"

namespace {

styler::app::GalleryEntry entry_from_json(const nlohmann::json& json) {
  std::vector<styler::app::CurvePoint> curve;
  for (const double loss : json.at("losses")) curve.push_back({static_cast<int64_t>(curve.size()) + 1, loss});
  return {.content_name = json.at("content_name"),
          .style_name = json.at("style_name"),
          .content = json.at("content").get<std::string>(),
          .picture = json.at("picture").get<std::string>(),
          .parameters = json.at("parameters"),
          .command = json.at("command"),
          .curve = curve,
          .scale_starts = json.at("scale_starts")};
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("usage: styler_write_gallery PAGE ENTRIES");
  std::vector<styler::app::GalleryEntry> entries;
  for (const auto& json : nlohmann::json::parse(styler::read_file_bytes(argv[2]))) {
    entries.push_back(entry_from_json(json));
  }
  for (const std::string& file : styler::app::write_gallery(argv[1], entries)) std::cout << file << '\n';
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
