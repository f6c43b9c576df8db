#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "styler/weights/foreign/pickle.hpp"
#include "styler/weights/foreign/pickle_input.hpp"

// What a pickle's machine works on. Only pickle.cpp includes this.
namespace styler::pickle {

using Kind = PickleValue::Kind;
using Index = uint32_t;

/// VGG19's pickle takes 4 kB and some 600 values; these bounds leave room for networks a hundred times as deep.
inline constexpr size_t kMaxValues = 200'000;
inline constexpr size_t kMaxStack = 1'000'000;
inline constexpr size_t kMaxMemo = 1'000'000;
/// What may be put into lists and dictionaries altogether: each value once as a key or an item, and once more.
inline constexpr size_t kMaxItems = 2 * kMaxValues;
/// Of a function, or of a storage's identifier. They are copied, and a short file can use a long list again and again.
inline constexpr size_t kMaxArguments = 8;

/// The memory of the machine: the values that it has made, a stack of them with marks in it, and a memo. All of it is
/// bounded.
class Stack : protected Input {
 protected:
  using Input::Input;

  // Values.

  PickleValue& value(Index index) { return pickle_.values[index]; }

  Index make(PickleValue made) {
    if (pickle_.values.size() >= kMaxValues) broken("it holds more values than any network");
    pickle_.values.push_back(std::move(made));
    return static_cast<Index>(pickle_.values.size() - 1);
  }
  Index make(Kind kind) {
    PickleValue made;
    made.kind = kind;
    return make(std::move(made));
  }

  void push(Index index) {
    if (stack_.size() >= kMaxStack) broken("its stack is too deep");
    stack_.push_back(index);
  }
  void push(Kind kind) { push(make(kind)); }
  void push_integer(int64_t number, Kind kind = Kind::Integer) {
    const Index index = make(kind);
    value(index).integer = number;
    push(index);
  }
  void push_text(std::string text) {
    const Index index = make(Kind::Text);
    value(index).text = std::move(text);
    push(index);
  }

  Index pop() {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) broken("its stack runs empty");
    const Index index = stack_.back();
    stack_.pop_back();
    return index;
  }
  Index peek() {
    const Index index = pop();
    stack_.push_back(index);
    return index;
  }
  Index pop(Kind kind, const char* what) {
    const Index index = pop();
    if (value(index).kind != kind) broken(std::string("there is no ") + what + " where one belongs");
    return index;
  }

  void mark() {
    if (marks_.size() >= kMaxStack) broken("its stack is too deep");
    marks_.push_back(stack_.size());
  }
  std::vector<Index> pop_to_mark() {
    if (marks_.empty()) broken("a mark is missing");
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<Index> items(first, stack_.end());
    stack_.erase(first, stack_.end());
    marks_.pop_back();
    return items;
  }

  void push_tuple(std::vector<Index> items) {
    const Index tuple = make(Kind::Tuple);
    value(tuple).items = std::move(items);
    push(tuple);
  }
  void push_tuple(size_t count) {
    std::vector<Index> items(count);
    for (size_t i = count; i-- > 0;) items[i] = pop();
    push_tuple(std::move(items));
  }

  /// A copy, since values move when more are made.
  PickleValue pop_arguments(const char* what) {
    const PickleValue& arguments = value(pop(Kind::Tuple, what));
    if (arguments.items.size() > kMaxArguments) broken(std::string("the ") + what + " is longer than any tensor needs");
    return arguments;
  }

  void append(Kind kind, const std::vector<Index>& items) {
    appended_ += items.size();
    if (appended_ > kMaxItems) broken("its lists hold more than those of any network");
    const Index target = peek();
    if (value(target).kind != kind) broken("something is put into what can hold nothing");
    if (kind == Kind::Dict && items.size() % 2 != 0) broken("a key has no value");
    auto& all = value(target).items;
    all.insert(all.end(), items.begin(), items.end());
  }

  // The memo.

  void remember(size_t place) {
    if (place >= kMaxMemo) broken("it remembers too much");
    const Index index = peek();
    if (place >= memo_.size()) memo_.resize(place + 1, kNothing);
    memo_[place] = index;
    remembered_ = std::max(remembered_, place + 1);
  }
  void remember_next() { remember(remembered_); }
  void recall(size_t place) {
    if (place >= memo_.size() || memo_[place] == kNothing) broken("it recalls what it never remembered");
    push(memo_[place]);
  }

  Pickle pickle_;

 private:
  static constexpr Index kNothing = UINT32_MAX;

  std::vector<Index> stack_;
  std::vector<size_t> marks_;
  std::vector<Index> memo_;
  size_t remembered_ = 0;
  size_t appended_ = 0;
};

}  // namespace styler::pickle
