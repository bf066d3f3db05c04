#include <algorithm>
#include <cerrno>

#include "core/archive/hdf5_dataset.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

using hdf5::Handle;

namespace {

struct Destination {
  const File& file;
  hid_t id;
  const std::string& dataset;
};

hid_t type_of(Element element) {
  switch (element) {
    case Element::float64:
      return H5T_IEEE_F64LE;
    case Element::float32:
      return H5T_IEEE_F32LE;
    case Element::int64:
      return H5T_STD_I64LE;
    case Element::int8:
      return H5T_STD_I8LE;
  }
  return -1;
}

Handle make_dataset(const Destination& to, hid_t type, const Shape& shape) {
  errno = 0;
  require(!to.file.has(to.dataset), to.file.path() + " already holds " + to.dataset);
  const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links, 1);
  const Handle space = hdf5::make_space(shape);
  Handle data(H5Dcreate2(to.id, to.dataset.c_str(), type, space, links, H5P_DEFAULT, H5P_DEFAULT),
              H5Dclose);
  if (!data.is_valid()) hdf5::fail_to_write(to.file.path(), to.dataset);
  return data;
}

void require_size(const Destination& to, const Shape& shape, std::size_t size) {
  require(entries(shape) == static_cast<Index>(size),
          to.dataset + " of " + to.file.path() + ": " + std::to_string(size) +
              " values do not fill its shape of " + std::to_string(entries(shape)));
}

void finish(const Destination& to, Handle& data, herr_t written) {
  if (written < 0 || !data.close()) hdf5::fail_to_write(to.file.path(), to.dataset);
}

struct Types {
  hid_t stored;
  hid_t memory;
};

template <class Number>
void write_all(const Destination& to, const Types& types, const Shape& shape,
               std::span<const Number> values) {
  require_size(to, shape, values.size());
  Handle data = make_dataset(to, types.stored, shape);
  const herr_t status =
      values.empty() ? 0
                     : H5Dwrite(data, types.memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  finish(to, data, status);
}

}  // namespace

void File::write(const std::string& dataset, const Shape& shape, std::span<const double> values) {
  write_all({*this, id_, dataset}, {type_of(Element::float64), H5T_NATIVE_DOUBLE}, shape, values);
}

void File::write(const std::string& dataset, const Shape& shape, std::span<const float> values) {
  write_all({*this, id_, dataset}, {type_of(Element::float32), H5T_NATIVE_FLOAT}, shape, values);
}

void File::write(const std::string& dataset, const Shape& shape,
                 std::span<const std::int64_t> values) {
  write_all({*this, id_, dataset}, {type_of(Element::int64), H5T_NATIVE_INT64}, shape, values);
}

void File::write(const std::string& dataset, const Shape& shape,
                 std::span<const std::int8_t> values) {
  write_all({*this, id_, dataset}, {type_of(Element::int8), H5T_NATIVE_INT8}, shape, values);
}

void File::write(const std::string& dataset, const Shape& shape,
                 const std::vector<std::string>& values) {
  std::vector<const char*> texts;
  for (const std::string& value : values) texts.push_back(value.c_str());
  const Handle type = hdf5::text_type();
  write_all<const char*>({*this, id_, dataset}, {type, type}, shape, texts);
}

void File::create_dataset(const std::string& dataset, Element element, const Shape& shape) {
  const Destination to{*this, id_, dataset};
  Handle data = make_dataset(to, type_of(element), shape);
  finish(to, data, 0);
}

void File::write_part(const std::string& dataset, const Part& part,
                      std::span<const double> values) {
  errno = 0;
  const Destination to{*this, id_, dataset};
  require_size(to, part.count, values.size());
  Handle data = hdf5::open_dataset(*this, id_, dataset);
  const Handle space(H5Dget_space(data), H5Sclose);
  hdf5::select(*this, dataset, space, part);
  if (values.empty()) return;
  const Handle memory = hdf5::make_space(part.count);
  finish(to, data, H5Dwrite(data, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values.data()));
}

namespace {

// Of a piece on its way from one chain beside the other to one after the other: it stays in a cache
// and costs no new pages.
constexpr Index kNumbersAtOnce = Index{1} << 17;
// So many sites of a chain are written at once at least, where there are as many.
constexpr Index kSitesAtOnce = 4096;

}  // namespace

void File::write_batch(const std::string& dataset, const Batch& x) {
  const Index chains = x.rows(), sites = x.cols();
  const Index width =
      std::min(sites, std::max(kSitesAtOnce, kNumbersAtOnce / std::max<Index>(1, chains)));
  const Index height = std::max<Index>(1, kNumbersAtOnce / std::max<Index>(1, width));
  create_dataset(dataset, Element::float64, {chains, sites});
  Batch piece;  // (sites, chains): one chain after the other in memory
  for (Index chain = 0; chain < chains; chain += height)
    for (Index site = 0; site < sites; site += width) {
      piece = x.block(chain, site, std::min(height, chains - chain), std::min(width, sites - site))
                  .transpose();
      write_part(dataset, {{chain, site}, {piece.cols(), piece.rows()}},
                 {piece.data(), static_cast<std::size_t>(piece.size())});
    }
}

}  // namespace nmc::archive
