#include <fmt/format.h>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/autoregressive/bernoulli_mixture.hpp"
#include "models/autoregressive/recurrent_model.hpp"

namespace nmc::catalog {
namespace {

RecurrentShape read_shape(const Options& options) {
  return {options.text("cell") == "gru" ? RecurrentCell::gru : RecurrentCell::lstm,
          options.integer("width"), !options.flag("own_weights")};
}

RecurrentSpec read_recurrent(const Options& options, const System& system) {
  if (options.text("layout") == "snake2d") {
    require_lattice(options, system, "layout", "layout = chain");
    if (options.text("order") != "snake")
      options.fail("order",
                   "layout snake2d draws in snake order: leave order out, or use layout "
                   "chain");
    return at_key(options, "layout",
                  [&] { return snake_spec(system.extents, read_shape(options)); });
  }
  return chain_spec(read_order(options, {system.extents, {}}, system.target->sites()),
                    read_shape(options));
}

void append_range(SpinModelEntry& entry) {
  for (OptionSpec& spec : range_options()) entry.options.push_back(std::move(spec));
}

std::unique_ptr<Autoregressive> make_recurrent(const Options& options, const System& system,
                                               std::uint64_t seed) {
  require_spins(options, system);
  RecurrentSpec spec = read_recurrent(options, system);
  set_range(read_range(options, system), system.beta, spec);
  const auto precision =
      options.text("precision") == "double" ? Precision::twice : Precision::single;
  return std::make_unique<RecurrentModel>(std::move(spec), precision, seed);
}

std::unique_ptr<Autoregressive> make_bernoulli_mixture(const Options& options, const System& system,
                                                       std::uint64_t seed) {
  require_spins(options, system);
  MixtureSpec spec;
  spec.sites = system.target->sites();
  spec.order = read_order(options, {system.extents, {}}, spec.sites);
  spec.components = options.integer("components");
  set_range(read_range(options, system), system.beta, spec);
  return std::make_unique<BernoulliMixture>(std::move(spec), seed);
}

}  // namespace

std::vector<SpinModelEntry> recurrent_models() {
  SpinModelEntry rnn;
  rnn.name = "rnn";
  rnn.summary = "GRU or LSTM cells along a chain or a snake, one step per spin";
  rnn.options = {
      option::choice("cell", "gru", {"gru", "lstm"}, "what a step computes"),
      option::integer("width", "32", "[1, 65536]", "numbers in a state"),
      option::choice("layout", "chain", {"chain", "snake2d"},
                     "a step reads the state before it, or those beside and below on a lattice"),
      option::flag("own_weights", "false", "a set of weights for each site; false: one for all"),
      option::choice("precision", "float", {"float", "double"}, "of the net; q is in double"),
      order_option("snake")};
  append_range(rnn);
  rnn.example = "[model]\nname = rnn\ncell = gru\nlayout = snake2d\n";
  rnn.make = make_recurrent;
  SpinModelEntry mixture;
  mixture.name = "bernoulli_mixture";
  mixture.summary = "a mixture of products of independent spins: the baseline beyond mean field";
  mixture.options = {option::integer("components", "8", "[1, 65536]", "products in the mixture"),
                     order_option()};
  append_range(mixture);
  mixture.example = "[model]\nname = bernoulli_mixture\ncomponents = 16\n";
  mixture.make = make_bernoulli_mixture;
  return {rnn, mixture};
}

}  // namespace nmc::catalog
