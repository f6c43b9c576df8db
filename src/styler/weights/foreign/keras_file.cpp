#include "styler/weights/foreign/keras_file.hpp"

#include <ATen/ops/empty.h>
#include <hdf5.h>

#include <array>
#include <cstring>
#include <functional>
#include <sstream>
#include <string>
#include <utility>

#include "styler/base/error.hpp"
#include "styler/core/storage/safetensors.hpp"
#include "styler/weights/foreign/child_process.hpp"

namespace styler {
namespace {

/// Keras nests three deep; a file whose groups contain themselves would nest for ever.
constexpr int kMaxDepth = 6;
constexpr size_t kMaxObjects = 20'000;
constexpr int kMaxDimensions = 8;
constexpr size_t kMaxNameBytes = 1024;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorCode::Weights, file.string() + " cannot be used as .h5: " + what + "; get the file again");
}

/// An HDF5 identifier that is closed with its scope.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }

  explicit operator bool() const { return id_ >= 0; }
  hid_t get() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

Handle open_file(const std::filesystem::path& file) {
  // The library prints its own stack traces and loads code for unknown filters, unless it is told not to.
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // Not all network file systems can lock, and a file that is only read needs no lock.
  H5Pset_file_locking(access.get(), 0, 1);
  Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!opened) fail(file, "the HDF5 library cannot open it");
  return opened;
}

/// Whether the numbers lie in this file; HDF5 can also store them in others, which we don't open for a stranger.
bool stored_inside(hid_t dataset) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  return creation && H5Pget_external_count(creation.get()) == 0 && H5Pget_layout(creation.get()) != H5D_VIRTUAL;
}

/// The numbers of a dataset as the bytes of `count` floats. Runs in the child.
std::string dataset_bytes(const std::filesystem::path& path, const std::string& name, size_t count) {
  const Handle file = open_file(path);
  const Handle dataset(H5Dopen2(file.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset || !stored_inside(dataset.get())) {
    fail(path, "the numbers of dataset " + quoted_name(name) + " do not lie in the file itself");
  }
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  if (!space || H5Sget_simple_extent_npoints(space.get()) != static_cast<hssize_t>(count)) {
    fail(path, "the size of dataset " + quoted_name(name) + " changes between two looks at it");
  }
  std::string bytes(count * sizeof(float), '\0');
  if (H5Dread(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0) {
    fail(path, "the numbers of dataset " + quoted_name(name) + " cannot be read");
  }
  return bytes;
}

/// Walks the groups and lists the datasets, a line for each: the sizes, then the name. Runs in the child.
class Walk {
 public:
  explicit Walk(const std::filesystem::path& path) : path_(path), file_(open_file(path)) {}

  std::string run() {
    visit_group(file_.get(), "", 0);
    return std::move(lines_);
  }

 private:
  void visit_group(hid_t group, const std::string& prefix, int depth) {
    if (depth > kMaxDepth) fail(path_, "its groups nest deeper than " + std::to_string(kMaxDepth));
    H5G_info_t info{};
    if (H5Gget_info(group, &info) < 0) fail(path_, "group " + quoted_name(prefix) + " cannot be read");
    for (hsize_t i = 0; i < info.nlinks; ++i) {
      if (++objects_ > kMaxObjects) fail(path_, "it holds more than " + std::to_string(kMaxObjects) + " objects");
      std::array<char, kMaxNameBytes> name{};
      if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT) < 0) {
        fail(path_, "group " + quoted_name(prefix) + " cannot be listed");
      }
      H5L_info_t link{};
      if (H5Lget_info(group, name.data(), &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD) continue;
      const Handle object(H5Oopen(group, name.data(), H5P_DEFAULT), H5Oclose);
      if (!object) fail(path_, "object " + quoted_name(prefix + name.data()) + " cannot be opened");
      const H5I_type_t type = H5Iget_type(object.get());
      if (type == H5I_GROUP) visit_group(object.get(), prefix + name.data() + "/", depth + 1);
      if (type == H5I_DATASET) visit_dataset(object.get(), prefix + name.data());
    }
  }

  void visit_dataset(hid_t dataset, const std::string& name) {
    const Handle type(H5Dget_type(dataset), H5Tclose);
    if (!type || H5Tget_class(type.get()) != H5T_FLOAT) return;
    const Handle space(H5Dget_space(dataset), H5Sclose);
    const int dimensions = space ? H5Sget_simple_extent_ndims(space.get()) : -1;
    if (dimensions < 0 || dimensions > kMaxDimensions) {
      fail(path_, "dataset " + quoted_name(name) + " has no usable shape");
    }
    std::array<hsize_t, kMaxDimensions> sizes{};
    H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr);
    std::string line = std::to_string(dimensions);
    for (int d = 0; d < dimensions; ++d) {
      const hsize_t size = sizes[static_cast<size_t>(d)];
      if (size > INT32_MAX) fail(path_, "dataset " + quoted_name(name) + " is too large");
      line += ' ' + std::to_string(size);
    }
    // No name of Keras' holds a line break, and one that does could pass for two datasets.
    if (name.find('\n') == std::string::npos) lines_ += line + ' ' + name + '\n';
  }

  const std::filesystem::path& path_;
  Handle file_;
  std::string lines_;
  size_t objects_ = 0;
};

/// The HDF5 library of Debian 12 dereferences whatever a damaged file points to, so it works in a child process.
std::string guarded(const std::filesystem::path& file, const std::function<std::string()>& work) {
  auto result = run_in_child(work);
  if (!result) fail(file, "the HDF5 library breaks down on it, as on a damaged file");
  return std::move(*result);
}

at::Tensor read_dataset(const std::filesystem::path& file, const std::string& name, const std::vector<int64_t>& shape) {
  at::Tensor tensor = at::empty(shape, at::TensorOptions(at::kFloat));
  const auto count = static_cast<size_t>(tensor.numel());
  const std::string bytes = guarded(file, [&] { return dataset_bytes(file, name, count); });
  STYLER_ASSERT(bytes.size() == tensor.nbytes());
  std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
  return tensor;
}

}  // namespace

ForeignTensors list_hdf5_tensors(const std::filesystem::path& file) {
  std::istringstream lines(guarded(file, [&] { return Walk(file).run(); }));
  ForeignTensors tensors;
  size_t dimensions = 0;
  while (lines >> dimensions && dimensions <= kMaxDimensions) {
    std::vector<int64_t> shape(dimensions);
    for (int64_t& size : shape) lines >> size;
    std::string name;
    lines.ignore(1);
    std::getline(lines, name);
    tensors.emplace(name, ForeignTensor{shape, [file, name, shape] { return read_dataset(file, name, shape); }});
  }
  return tensors;
}

}  // namespace styler
