#pragma once

#include <lcms2.h>

#include <memory>
#include <new>
#include <type_traits>

// What Little CMS hands out, each with its owner.

namespace styler {

struct CloseLcms {
  void operator()(cmsContext context) const { cmsDeleteContext(context); }
  void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};
struct CloseLcmsProfile {
  void operator()(cmsHPROFILE profile) const { cmsCloseProfile(profile); }
};
struct CloseLcmsTransform {
  void operator()(cmsHTRANSFORM transform) const { cmsDeleteTransform(transform); }
};
using LcmsContext = std::unique_ptr<std::remove_pointer_t<cmsContext>, CloseLcms>;
using LcmsCurve = std::unique_ptr<cmsToneCurve, CloseLcms>;
using LcmsProfile = std::unique_ptr<std::remove_pointer_t<cmsHPROFILE>, CloseLcmsProfile>;
using LcmsTransform = std::unique_ptr<std::remove_pointer_t<cmsHTRANSFORM>, CloseLcmsTransform>;

/// A context for one picture or profile: what Little CMS remembers is shared by no two threads, and it tells nobody of
/// errors.
inline LcmsContext new_lcms_context() {
  LcmsContext context(cmsCreateContext(nullptr, nullptr));
  if (!context) throw std::bad_alloc();
  cmsSetLogErrorHandlerTHR(context.get(), [](cmsContext, cmsUInt32Number, const char*) {});
  return context;
}

}  // namespace styler
