// Read by clang-tidy before every source file; see scripts/check.sh. Never compiled.
//
// LibTorch 1.13 holds a std::vector of a class that is only declared so far. GCC takes that in C++20, Clang does not:
// there vector's members are constexpr, and Clang instantiates them at once. So here, and only here, they are not.
#pragma once
#include <algorithm>
#include <memory>
#include <string>
#pragma push_macro("_GLIBCXX20_CONSTEXPR")
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 fill_a1_of_vector_bool
#include <vector>
#undef __fill_a1
#pragma pop_macro("_GLIBCXX20_CONSTEXPR")
