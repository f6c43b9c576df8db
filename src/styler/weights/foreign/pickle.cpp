#include "styler/weights/foreign/pickle.hpp"

#include <cstring>
#include <iterator>
#include <utility>

#include "styler/weights/foreign/pickle_input.hpp"
#include "styler/weights/foreign/pickle_stack.hpp"

namespace styler {
namespace {

using pickle::Action;
using pickle::find_known;
using pickle::Index;
using pickle::Kind;
using pickle::kKnownNames;
using pickle::kMaxArguments;
using pickle::kMaxValues;
using pickle::KnownName;
using pickle::Stack;

constexpr size_t kMaxDimensions = 8;
/// PyTorch's are numbers. Copied as well.
constexpr size_t kMaxKey = 256;

/// Obeys a pickle's opcodes as far as they rebuild tensors.
class Machine : private Stack {
 public:
  Machine(std::string_view bytes, const std::filesystem::path& file) : Stack(bytes, file) {}

  Pickle run() {
    while (!step(static_cast<unsigned char>(take(1)[0]))) {
    }
    pickle_.root = pop();
    pickle_.bytes = position();
    return std::move(pickle_);
  }

 private:
  void push_global(const std::string& name) {
    const KnownName* const known = find_known(name);
    if (known == kKnownNames.end()) refuse(name);
    push_integer(std::distance(kKnownNames.begin(), known), Kind::Global);
  }
  const KnownName& known(Index global) { return kKnownNames[static_cast<size_t>(value(global).integer)]; }

  /// Item `place` of a tuple, which must be of `kind`.
  const PickleValue& item(const PickleValue& tuple, size_t place, Kind kind, const char* what) {
    if (place >= tuple.items.size() || value(tuple.items[place]).kind != kind) {
      broken("a tensor lacks its " + std::string(what));
    }
    return value(tuple.items[place]);
  }

  /// The persistent identifier ('storage', type, key, device, elements) of PyTorch's two formats.
  void push_storage() {
    const PickleValue id = pop_arguments("storage");
    if (item(id, 0, Kind::Text, "storage").text != "storage") broken("it refers to something that is no storage");
    const Index type = id.items.size() > 1 ? id.items[1] : 0;
    item(id, 1, Kind::Global, "type");
    if (known(type).action != Action::Storage) broken("a storage has no type of numbers");
    PickleValue storage;
    storage.kind = Kind::Storage;
    storage.type = known(type).type;
    storage.text = item(id, 2, Kind::Text, "storage key").text;
    if (storage.text.size() > kMaxKey) broken("a storage's key is longer than any");
    storage.integer = item(id, 4, Kind::Integer, "number of elements").integer;
    if (storage.integer < 0) broken("a storage has less than no elements");
    if (id.items.size() > 5 && value(id.items[5]).kind != Kind::None) broken("a storage is a view of another one");
    push(make(std::move(storage)));
  }

  std::vector<int64_t> sizes(const PickleValue& tuple) {
    if (tuple.items.size() > kMaxDimensions) broken("a tensor has too many dimensions");
    std::vector<int64_t> numbers;
    for (size_t i = 0; i < tuple.items.size(); ++i) {
      numbers.push_back(item(tuple, i, Kind::Integer, "shape").integer);
      if (numbers.back() < 0) broken("a tensor has a negative size or stride");
    }
    return numbers;
  }

  /// Fills a tensor from (storage, offset, shape, strides, …).
  void fill_tensor(Index index, const PickleValue& arguments) {
    PickleValue tensor;
    tensor.kind = Kind::Tensor;
    item(arguments, 0, Kind::Storage, "storage");
    tensor.items = {arguments.items[0]};
    tensor.integer = item(arguments, 1, Kind::Integer, "offset").integer;
    tensor.shape = sizes(item(arguments, 2, Kind::Tuple, "shape"));
    tensor.strides = sizes(item(arguments, 3, Kind::Tuple, "strides"));
    if (tensor.integer < 0 || tensor.shape.size() != tensor.strides.size()) broken("a tensor has no usable shape");
    value(index) = std::move(tensor);
  }

  /// Python 2 pickles an OrderedDict with a list of its pairs.
  Index make_dict(const PickleValue& arguments) {
    PickleValue dict;
    dict.kind = Kind::Dict;
    if (!arguments.items.empty()) {
      const PickleValue& list = value(arguments.items[0]);
      // The same list can be turned into dictionaries over and over, which must not multiply what it costs.
      copied_ += list.items.size();
      if (list.kind != Kind::List || copied_ > kMaxValues)
        broken("a dictionary is made from something else than pairs");
      for (const Index pair : list.items) {
        if (value(pair).items.size() != 2) broken("a dictionary is made from something else than pairs");
        dict.items.insert(dict.items.end(), value(pair).items.begin(), value(pair).items.end());
      }
    }
    return make(std::move(dict));
  }

  void reduce() {
    const PickleValue arguments = pop_arguments("argument list");
    const Index global = pop(Kind::Global, "function");
    switch (known(global).action) {
      case Action::OrderedDict:
        return push(make_dict(arguments));
      case Action::RebuildTensor: {
        const Index tensor = make(Kind::Tensor);
        fill_tensor(tensor, arguments);
        return push(tensor);
      }
      case Action::RebuildParameter:
      case Action::Parameter:
        item(arguments, 0, Kind::Tensor, "numbers");
        return push(arguments.items[0]);
      case Action::Size:
        item(arguments, 0, Kind::Tuple, "shape");
        return push(arguments.items[0]);
      case Action::TensorClass:
        return push(Kind::Tensor);
      case Action::Storage:
        break;
    }
    broken("it calls what is no function");
  }

  /// Attributes that an object gets after it was made. Those of dictionaries (`_metadata`) and parameters
  /// (`requires_grad`) are of no use here; a tensor of 2017 gets its numbers this way.
  void build() {
    const Index state = pop();
    const Index object = peek();
    if (value(object).kind == Kind::Dict) return;
    if (value(object).kind != Kind::Tensor) broken("it gives attributes to what has none");
    if (!value(object).items.empty()) return;
    if (value(state).kind != Kind::Tuple || value(state).items.size() > kMaxArguments) {
      broken("a tensor lacks its numbers");
    }
    fill_tensor(object, PickleValue(value(state)));
  }

  void push_long() {
    const std::string_view digits = take(take_number<uint8_t>());
    if (digits.size() > sizeof(int64_t)) {
      push_text(std::string(digits));
      return;
    }
    // Two's complement, little end first, as short as can be.
    uint64_t number = !digits.empty() && static_cast<signed char>(digits.back()) < 0 ? ~uint64_t{0} : 0;
    std::memcpy(&number, digits.data(), digits.size());
    push_integer(static_cast<int64_t>(number));
  }

  /// Obeys one opcode; true after the last one. The characters are those of Python's pickletools.
  bool step(unsigned char opcode) {
    switch (opcode) {
      case 0x80:  // PROTO
        if (const unsigned version = take_number<uint8_t>(); version < 2 || version > 5) broken("unknown version");
        return false;
      case 0x95:  // FRAME
        take_number<uint64_t>();
        return false;
      case '.':
        return true;
      case '(':
        mark();
        return false;
      case '0':
        pop();
        return false;
      case 'N':
        push(Kind::None);
        return false;
      case 0x88:
      case 0x89:
        push_integer(opcode == 0x88, Kind::Boolean);
        return false;
      case 'J':
        push_integer(take_number<int32_t>());
        return false;
      case 'K':
        push_integer(take_number<uint8_t>());
        return false;
      case 'M':
        push_integer(take_number<uint16_t>());
        return false;
      case 0x8a:
        push_long();
        return false;
      case 'G':
        take(sizeof(double));
        push(Kind::Float);
        return false;
      case 'X':
      case 'T':
        push_text(take_text(take_number<uint32_t>()));
        return false;
      case 0x8c:
      case 'U':
        push_text(take_text(take_number<uint8_t>()));
        return false;
      default:
        step_structure(opcode);
        return false;
    }
  }

  /// The opcodes that put values together.
  void step_structure(unsigned char opcode) {
    switch (opcode) {
      case '}':
        return push(Kind::Dict);
      case ']':
        return push(Kind::List);
      case ')':
        return push(Kind::Tuple);
      case 't':
        return push_tuple(pop_to_mark());
      case 0x85:
      case 0x86:
      case 0x87:
        return push_tuple(size_t{opcode} - 0x84);
      case 'a': {
        const Index last = pop();
        return append(Kind::List, {last});
      }
      case 'e':
        return append(Kind::List, pop_to_mark());
      case 's': {
        const Index last = pop();
        const Index key = pop();
        return append(Kind::Dict, {key, last});
      }
      case 'u':
        return append(Kind::Dict, pop_to_mark());
      case 'q':
        return remember(take_number<uint8_t>());
      case 'r':
        return remember(take_number<uint32_t>());
      case 0x94:
        return remember_next();
      case 'h':
        return recall(take_number<uint8_t>());
      case 'j':
        return recall(take_number<uint32_t>());
      case 'c': {
        const std::string module(take_line());
        return push_global(module + "." + std::string(take_line()));
      }
      case 0x93: {
        const std::string name = value(pop(Kind::Text, "name")).text;
        return push_global(value(pop(Kind::Text, "module")).text + "." + name);
      }
      case 'Q':
        return push_storage();
      case 'R':
      case 0x81:  // NEWOBJ: makes an object as REDUCE does, from a class.
        return reduce();
      case 'b':
        return build();
      default:
        broken("opcode " + std::to_string(opcode) + " rebuilds no tensor");
    }
  }

  size_t copied_ = 0;
};

}  // namespace

Pickle read_pickle(std::string_view bytes, const std::filesystem::path& file) { return Machine(bytes, file).run(); }

}  // namespace styler
