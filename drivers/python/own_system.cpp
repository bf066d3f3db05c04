#include "drivers/python/own_system.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/catalog/entries/registry.hpp"
#include "drivers/catalog/entries/user_system.hpp"
#include "drivers/python/functions.hpp"

namespace py = pybind11;

namespace nmc::python {
namespace {

class NumpyReals final : public RealHamiltonian {
 public:
  NumpyReals(const std::string& name, py::object made)
      : functions_(name, std::move(made)),
        has_gradient_(functions_.has("gradient")),
        has_both_(functions_.has("energy_and_gradient")) {}
  [[nodiscard]] Index sites() const override { return functions_.sites(); }
  [[nodiscard]] std::vector<Index> extents() const override { return functions_.extents(); }
  [[nodiscard]] Column energy(const Batch& x) const override {
    return functions_.column("energy", x);
  }
  [[nodiscard]] Batch gradient(const Batch& x) const override {
    return functions_.batch("gradient", x);
  }
  Column energy_gradient(const Batch& x, Batch& gradient) const override {
    if (has_both_) return functions_.both("energy_and_gradient", x, gradient);
    return RealHamiltonian::energy_gradient(x, gradient);
  }
  [[nodiscard]] bool is_differentiable() const override { return has_gradient_; }

 private:
  Functions functions_;
  bool has_gradient_, has_both_;
};

class NumpyAngles final : public AngleHamiltonian {
 public:
  NumpyAngles(const std::string& name, py::object made) : functions_(name, std::move(made)) {}
  [[nodiscard]] Index sites() const override { return functions_.sites(); }
  [[nodiscard]] std::vector<Index> extents() const override { return functions_.extents(); }
  [[nodiscard]] Column energy(const Batch& theta) const override {
    return functions_.column("energy", theta);
  }
  [[nodiscard]] Batch gradient(const Batch& theta) const override {
    return functions_.batch("gradient", theta);
  }

 private:
  Functions functions_;
};

class NumpySpins final : public SpinHamiltonian {
 public:
  NumpySpins(const std::string& name, py::object made) : functions_(name, std::move(made)) {}
  [[nodiscard]] Index sites() const override { return functions_.sites(); }
  [[nodiscard]] std::vector<Index> extents() const override { return functions_.extents(); }
  [[nodiscard]] Column energy(const Batch& s) const override {
    return functions_.column("energy", s);
  }

 private:
  Functions functions_;
};

/// The same with local fields.
class NumpyFields final : public LocalFieldHamiltonian {
 public:
  NumpyFields(const std::string& name, py::object made) : functions_(name, std::move(made)) {}
  [[nodiscard]] Index sites() const override { return functions_.sites(); }
  [[nodiscard]] std::vector<Index> extents() const override { return functions_.extents(); }
  [[nodiscard]] Column energy(const Batch& s) const override {
    return functions_.column("energy", s);
  }
  [[nodiscard]] Column local_field(const Batch& s, Index site) const override {
    return functions_.column_at("local_field", s, site);
  }

 private:
  Functions functions_;
};

class NumpyLabels final : public LabelHamiltonian {
 public:
  NumpyLabels(const std::string& name, py::object made) : functions_(name, std::move(made)) {}
  [[nodiscard]] Index sites() const override { return functions_.sites(); }
  [[nodiscard]] Index states() const override { return functions_.states(); }
  [[nodiscard]] std::vector<Index> extents() const override { return functions_.extents(); }
  [[nodiscard]] Column energy(const Batch& s) const override {
    return functions_.column("energy", s);
  }

 private:
  Functions functions_;
};

OptionSpec spec_of(const py::tuple& key) {
  const auto name = key[0].cast<std::string>(), type = key[1].cast<std::string>();
  const std::string fallback = key[2].is_none() ? "" : key[2].cast<std::string>();
  const std::string help = "of the class in Python";
  OptionSpec spec = type == "int"     ? option::integer(name, fallback, "", help)
                    : type == "float" ? option::real(name, fallback, "", help)
                    : type == "bool"  ? option::flag(name, fallback, help)
                                      : option::text(name, fallback, help);
  return key[2].is_none() ? option::required(spec) : spec;
}

py::object value_of(const OptionSpec& spec, const Options& options) {
  switch (spec.type) {
    case OptionType::integer:
      return py::int_(options.integer(spec.name));
    case OptionType::real:
      return py::float_(options.real(spec.name));
    case OptionType::flag:
      return py::bool_(options.flag(spec.name));
    default:
      return py::str(options.text(spec.name));
  }
}

/// Calls the class with the values of a job. `make` is not counted here: what is registered lives
/// as long as the interpreter, whose end comes before that of this library's objects.
struct MakeObject {
  std::string name;
  py::handle make;
  std::vector<OptionSpec> keys;

  [[nodiscard]] py::object operator()(const Options& options) const {
    py::dict values;
    for (const OptionSpec& key : keys) values[key.name.c_str()] = value_of(key, options);
    return make(**values);
  }
};

template <class Hamiltonian, class Made>
catalog::SystemEntry entry_of(const MakeObject& object) {
  return catalog::user_system(
      {object.name, object.keys}, catalog::Make<Hamiltonian>([object](const Options& options) {
        const py::gil_scoped_acquire held;
        return std::unique_ptr<Hamiltonian>(std::make_unique<Made>(object.name, object(options)));
      }));
}

catalog::SystemEntry entry_of_spins(const MakeObject& object) {
  const bool has_fields = !py::getattr(object.make, "local_field", py::none()).is_none();
  return has_fields ? entry_of<SpinHamiltonian, NumpyFields>(object)
                    : entry_of<SpinHamiltonian, NumpySpins>(object);
}

catalog::SystemEntry entry_of_kind(const std::string& kind, const MakeObject& object) {
  if (kind == "reals") return entry_of<RealHamiltonian, NumpyReals>(object);
  if (kind == "spins") return entry_of_spins(object);
  if (kind == "angles") return entry_of<AngleHamiltonian, NumpyAngles>(object);
  if (kind == "labels") return entry_of<LabelHamiltonian, NumpyLabels>(object);
  throw UserError(fmt::format("{}: there is no kind \"{}\"; it is reals, spins, angles or labels",
                              object.name, kind));
}

}  // namespace

void add_system(const OwnSystem& system) {
  MakeObject object{system.name, system.make, {}};
  for (const py::handle key : system.keys)
    object.keys.push_back(spec_of(py::reinterpret_borrow<py::tuple>(key)));
  catalog::SystemEntry entry = entry_of_kind(system.kind, object);
  entry.summary = "a system of this script, p = exp(-beta H)";
  const std::string origin = "this script";
  catalog::remove_system(system.name, origin);
  catalog::set_registering(origin);
  catalog::add_system(std::move(entry));
  catalog::set_registering("this program");
  try {
    (void)catalog::systems();
  } catch (const UserError&) {  // of its name: other systems stay as they are
    catalog::remove_system(system.name, origin);
    throw;
  }
}

}  // namespace nmc::python
