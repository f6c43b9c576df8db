#include "weights/keras_file.hpp"

#include <ATen/ops/empty.h>
#include <hdf5.h>

#include <array>
#include <memory>
#include <utility>

#include "core/safetensors.hpp"
#include "styler/error.hpp"

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

/// An open file, shared by the tensors that are still to be read from it.
struct OpenFile {
  explicit OpenFile(const std::filesystem::path& file) : path(file), handle(open(file)) {}

  static Handle open(const std::filesystem::path& file) {
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

  std::filesystem::path path;
  Handle handle;
};

/// Whether the numbers lie in this file; HDF5 can also store them in others, which we don't open for a stranger.
bool stored_inside(hid_t dataset) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  return creation && H5Pget_external_count(creation.get()) == 0 && H5Pget_layout(creation.get()) != H5D_VIRTUAL;
}

at::Tensor read_dataset(const OpenFile& file, const std::string& name, const std::vector<int64_t>& shape) {
  const Handle dataset(H5Dopen2(file.handle.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset || !stored_inside(dataset.get())) {
    fail(file.path, "the numbers of dataset " + quoted_name(name) + " do not lie in the file itself");
  }
  at::Tensor tensor = at::empty(shape, at::TensorOptions(at::kFloat));
  if (H5Dread(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.data_ptr()) < 0) {
    fail(file.path, "the numbers of dataset " + quoted_name(name) + " cannot be read");
  }
  return tensor;
}

/// Walks the groups and collects the datasets.
class Walk {
 public:
  explicit Walk(std::shared_ptr<OpenFile> file) : file_(std::move(file)) {}

  ForeignTensors run() {
    visit_group(file_->handle.get(), "", 0);
    return std::move(tensors_);
  }

 private:
  void visit_group(hid_t group, const std::string& prefix, int depth) {
    if (depth > kMaxDepth) fail(file_->path, "its groups nest deeper than " + std::to_string(kMaxDepth));
    H5G_info_t info{};
    if (H5Gget_info(group, &info) < 0) fail(file_->path, "group " + quoted_name(prefix) + " cannot be read");
    for (hsize_t i = 0; i < info.nlinks; ++i) {
      if (++objects_ > kMaxObjects) fail(file_->path, "it holds more than " + std::to_string(kMaxObjects) + " objects");
      std::array<char, kMaxNameBytes> name{};
      if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT) < 0) {
        fail(file_->path, "group " + quoted_name(prefix) + " cannot be listed");
      }
      H5L_info_t link{};
      if (H5Lget_info(group, name.data(), &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD) continue;
      const Handle object(H5Oopen(group, name.data(), H5P_DEFAULT), H5Oclose);
      if (!object) fail(file_->path, "object " + quoted_name(prefix + name.data()) + " cannot be opened");
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
      fail(file_->path, "dataset " + quoted_name(name) + " has no usable shape");
    }
    std::array<hsize_t, kMaxDimensions> sizes{};
    H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr);
    std::vector<int64_t> shape;
    for (int d = 0; d < dimensions; ++d) {
      if (sizes[static_cast<size_t>(d)] > INT32_MAX)
        fail(file_->path, "dataset " + quoted_name(name) + " is too large");
      shape.push_back(static_cast<int64_t>(sizes[static_cast<size_t>(d)]));
    }
    tensors_.emplace(name,
                     ForeignTensor{shape, [file = file_, name, shape] { return read_dataset(*file, name, shape); }});
  }

  std::shared_ptr<OpenFile> file_;
  ForeignTensors tensors_;
  size_t objects_ = 0;
};

}  // namespace

ForeignTensors list_hdf5_tensors(const std::filesystem::path& file) {
  return Walk(std::make_shared<OpenFile>(file)).run();
}

}  // namespace styler
