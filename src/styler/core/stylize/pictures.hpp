#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "styler/core/colour/modes.hpp"
#include "styler/core/stylize/stylizer.hpp"

namespace styler {

/// The pictures of a run at the sizes of its scales, on the device that it works on.
class RunPictures {
 public:
  /// What is given by reference must outlive this.
  /// \param min_edge  as FeatureExtractor has it.
  RunPictures(const StylizeInput& input, const StylizeOptions& options, const RunColours& colours, int64_t min_edge,
              c10::Device device)
      : input_(input), options_(options), colours_(colours), min_edge_(min_edge), device_(device) {}

  c10::Device device() const { return device_; }
  void move_to(c10::Device device) { device_ = device; }

  /// Of this size, as the network can take it: continued by its mirror image where that is too narrow.
  /// \param which  for the message where nothing of it is visible.
  Picture for_network(const std::string& which, const Picture& picture, Size size) const;
  /// What the objective is for, as the network can take it: the content, or without one flat grey.
  Picture content(Size size) const;
  /// What the start is made of, at the content's size; the change against it is carried from scale to scale. Undefined
  /// for noise.
  /// \param content  of the scale itself, without what it was continued by.
  at::Tensor base(const at::Tensor& content) const;
  /// The start of a run, in place of a coarser scale's result.
  at::Tensor start(const at::Tensor& base, Size size) const;
  /// The result of a coarser scale, whose base was `coarse_base`, as the start of a finer one.
  at::Tensor carried_up(const at::Tensor& coarse, const at::Tensor& coarse_base, const at::Tensor& base,
                        Size size) const;

  /// What the result should be near to, as the network gets it; requires that there is one.
  NearPicture near(Size size) const;

  /// What was painted, of any size, over the content as far as ObjectiveOptions::opacity() says.
  at::Tensor over_content(const at::Tensor& painted) const;

 private:
  at::Tensor on_device(const at::Tensor& picture, Size size) const;

  const StylizeInput& input_;
  const StylizeOptions& options_;
  const RunColours& colours_;
  int64_t min_edge_;
  c10::Device device_;
};

}  // namespace styler
