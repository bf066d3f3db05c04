#include "drivers/python/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/errors.hpp"
#include "core/parallel/ranks.hpp"
#include "drivers/row_check.hpp"

namespace py = pybind11;

namespace nmc::python {
namespace {

/// Rows that one call of a network is given, as in the program.
constexpr Index kChunk = 64;

std::vector<GivenOption> given_of(const std::vector<std::pair<std::string, std::string>>& values) {
  std::vector<GivenOption> given;
  for (const auto& [key, value] : values)
    given.push_back({"system", key, value, fmt::format("--system.{}={}", key, value)});
  return given;
}

/// Calls of(first row, rows) for every chunk of a batch, without the GIL.
void for_chunks(const Threads& threads, Index rows, const std::function<void(Index, Index)>& of) {
  const py::gil_scoped_release released;
  threads.for_each((rows + kChunk - 1) / kChunk, [&](Index chunk) {
    const Index first = chunk * kChunk;
    of(first, std::min(kChunk, rows - first));
  });
}

Column column_of(const Threads& threads, const Batch& x, const std::string& name,
                 const std::function<Column(const Batch&)>& of) {
  Column values(x.rows());
  for_chunks(threads, x.rows(), [&](Index first, Index rows) {
    values.segment(first, rows) = of(x.middleRows(first, rows));
  });
  drivers::require_numbers(values, name);
  return values;
}

py::tuple mapped(const Threads& threads, const Batch& x,
                 const std::function<Mapped(const Batch&)>& map) {
  Mapped all{Batch(x.rows(), x.cols()), Column(x.rows())};
  for_chunks(threads, x.rows(), [&](Index first, Index rows) {
    const Mapped here = map(x.middleRows(first, rows));
    all.y.middleRows(first, rows) = here.y;
    all.log_det.segment(first, rows) = here.log_det;
  });
  drivers::require_numbers(all.y, "the image");
  drivers::require_numbers(all.log_det, "ln |det|");
  return py::make_tuple(array_of(std::move(all.y)), array_of(std::move(all.log_det)));
}

}  // namespace

Network::Network(const std::string& path,
                 const std::vector<std::pair<std::string, std::string>>& given)
    : path_(path),
      network_(drivers::load_network(path, given_of(given))),
      threads_(Ranks().default_threads()) {}

std::string Network::support() const {
  return in_words(network_.file.model->support());
}

py::dict Network::target() const {
  py::dict values;
  for (const auto& [key, value] : network_.file.target) values[key.c_str()] = value;
  return values;
}

Index Network::parameters() const {
  return static_cast<Index>(network_.file.model->parameters().size());
}

Batch Network::configurations(const py::object& x, const std::string& name) const {
  Batch batch = batch_of(x, name, sites());
  require(batch.isFinite().all(), fmt::format("{} holds numbers that are not finite", name));
  require(network_.file.model->support() != Support::spin || (batch.abs() == 1).all(),
          fmt::format("{} holds numbers other than 1 and -1; the network draws spins", name));
  return batch;
}

py::tuple Network::sample(Index n, std::uint64_t seed, std::uint32_t first) const {
  require(n >= 1, fmt::format("n is {}; it must be at least 1", n));
  const Streams streams{
      .seed = seed, .step = 0, .first_chain = first, .purpose = Purpose::evaluate};
  const Trainable& model = *network_.file.model;
  Draw all{Batch(n, sites()), Column(n)};
  for_chunks(threads_, n, [&](Index begin, Index rows) {
    const Draw draw = model.sample(streams.from_chain(begin), rows);
    all.x.middleRows(begin, rows) = draw.x;
    all.log_q.segment(begin, rows) = draw.log_q;
  });
  return py::make_tuple(array_of(std::move(all.x)), array_of(std::move(all.log_q)));
}

Array Network::log_prob(const py::object& x) const {
  const Batch batch = configurations(x, "x");
  return array_of(column_of(threads_, batch, "ln q", [this](const Batch& some) {
    return network_.file.model->log_prob(some);
  }));
}

py::tuple Network::forward(const py::object& z) const {
  const Flow& map = flow();
  const Batch batch = configurations(z, "z");
  return mapped(threads_, batch, [&](const Batch& some) { return map.forward(some); });
}

py::tuple Network::inverse(const py::object& x) const {
  const Flow& map = flow();
  const Batch batch = configurations(x, "x");
  return mapped(threads_, batch, [&](const Batch& some) { return map.inverse(some); });
}

Array Network::energy(const py::object& x) const {
  require(network_.system.target != nullptr,
          fmt::format("{} does not say its system: it has no /target", path_));
  const Batch batch = configurations(x, "x");
  return array_of(column_of(threads_, batch, "the energy", [this](const Batch& some) -> Column {
    return -network_.system.target->log_density(some);
  }));
}

const Flow& Network::flow() const {
  require(
      network_.flow != nullptr,
      fmt::format("{} holds a network of {}, which is no flow: it has sample and log_prob alone",
                  path_, support()));
  return *network_.flow;
}

}  // namespace nmc::python
