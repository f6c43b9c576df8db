// Links every library that is installed, so that the package file must have found what they need.
#include <iostream>
#include <styler/base/error.hpp>
#include <styler/image/image_io.hpp>
#include <styler/weights/weights_store.hpp>

int main() {
  for (const styler::ManifestEntry& network : styler::weights_manifest()) std::cout << network.name << '\n';
  try {
    styler::read_picture("/no/such/picture.png");
  } catch (const styler::Error& error) {
    std::cout << error.what() << '\n';
    return 0;
  }
  return 1;
}
