#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <exception>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "drivers/dispatch.hpp"
#include "drivers/help.hpp"
#include "drivers/plugins.hpp"
#include "drivers/python/call.hpp"
#include "drivers/python/errors.hpp"
#include "drivers/python/network.hpp"
#include "drivers/python/own_system.hpp"

namespace py = pybind11;

namespace nmc::python {
namespace {

void translate(std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const py::error_already_set&) {
    throw;  // pybind11's own
  } catch (const py::builtin_exception&) {
    throw;
  } catch (const std::exception&) {
    const Failure known = failure_of(failure);
    const py::object type = py::module_::import("neuralmc.errors").attr(known.type.c_str());
    PyErr_SetString(type.ptr(), known.message.c_str());
  }
}

void add_network(py::module_& module) {
  py::class_<Network>(module, "Network")
      .def(py::init<const std::string&, const std::vector<std::pair<std::string, std::string>>&>())
      .def_property_readonly("name", &Network::name)
      .def_property_readonly("sites", &Network::sites)
      .def_property_readonly("is_flow", &Network::is_flow)
      .def_property_readonly("support", &Network::support)
      .def_property_readonly("target", &Network::target)
      .def_property_readonly("parameters", &Network::parameters)
      .def("sample", &Network::sample)
      .def("log_prob", &Network::log_prob)
      .def("forward", &Network::forward)
      .def("inverse", &Network::inverse)
      .def("energy", &Network::energy);
}

}  // namespace
}  // namespace nmc::python

// The compiled half of the package; neuralmc/*.py has the functions that users call.
PYBIND11_MODULE(_neuralmc, module) {
  using namespace nmc::python;
  nmc::drivers::keep_freed_memory();
  py::register_exception_translator(translate);
  module.def("carry_out",
             [](const std::vector<std::string>& words, const py::function& sink, bool is_alone) {
               return carry_out({words, sink, is_alone});
             });
  module.def("directory_of", &directory_of);
  module.def("rank_and_size", &rank_and_size);
  module.def("add_system", [](const std::string& name, const std::string& kind,
                              const py::object& make, const py::list& keys) {
    add_system({name, kind, make, keys});
  });
  module.def("note_script", &nmc::drivers::note_script);
  module.def("version", &nmc::drivers::version_line);
  add_network(module);
}
