#include "styler/app/job/record/record.hpp"

#include <ATen/core/Tensor.h>

#include <algorithm>

#include "styler/core/picture/resample.hpp"

namespace styler::app {

std::vector<StyleRecord> style_records(const StylizeInput& pictures) {
  std::vector<double> sums(std::max<size_t>(1, pictures.regions.size()));
  for (const StyleSource& style : pictures.styles) sums[style.region] += style.weight;
  std::vector<StyleRecord> records;
  records.reserve(pictures.styles.size());
  for (const StyleSource& style : pictures.styles) {
    records.push_back({style.name, own_size(style.picture), style.weight / sums[style.region], style.scale,
                       pictures.regions.empty() ? "" : pictures.regions[style.region].name});
  }
  return records;
}

std::vector<RegionRecord> region_records(const StylizeInput& pictures) {
  std::vector<RegionRecord> records;
  records.reserve(pictures.regions.size());
  for (const ContentRegion& region : pictures.regions) {
    records.push_back({region.name, region.share.mean(at::kDouble).item<double>(), 0});
  }
  for (const StyleSource& style : pictures.styles) {
    if (!records.empty()) ++records[style.region].styles;
  }
  return records;
}

}  // namespace styler::app
