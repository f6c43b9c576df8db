// Decodes the pictures whose names come in on the standard input, one a line, for scripts/compare_decoders.py:
//
//   styler_decode_pictures FOLDER
//
// Picture N goes to FOLDER/N.raw, float32, rows of red, green, blue and perhaps alpha; what became of it is the Nth
// line of the standard output: `ok WIDTH HEIGHT CHANNELS`, and its warnings behind tabs, or `refused`, a tab and the
// sentence.

#include <ATen/ops/cat.h>

#include <fstream>
#include <iostream>
#include <string>

#include "styler/base/error.hpp"
#include "styler/image/image_io.hpp"

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: styler_decode_pictures FOLDER <NAMES\n";
    return 2;
  }
  std::string name;
  for (int64_t number = 0; std::getline(std::cin, name); ++number) {
    std::string warnings;
    try {
      const styler::Picture picture =
          styler::read_picture(name, {}, [&](const std::string& warning) { warnings += "\t" + warning; });
      const auto planes = picture.alpha.defined() ? at::cat({picture.colour, picture.alpha}, 1) : picture.colour;
      const auto pixels = planes.squeeze(0).permute({1, 2, 0}).contiguous();
      std::ofstream file(std::string(arguments[1]) + "/" + std::to_string(number) + ".raw", std::ios::binary);
      file.write(static_cast<const char*>(pixels.data_ptr()), static_cast<std::streamsize>(pixels.nbytes()));
      std::cout << "ok " << pixels.size(1) << ' ' << pixels.size(0) << ' ' << pixels.size(2) << warnings << '\n'
                << std::flush;
    } catch (const styler::Error& error) {
      std::cout << "refused\t" << error.what() << '\n' << std::flush;
    }
  }
}
