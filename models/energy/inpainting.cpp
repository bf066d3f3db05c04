#include "models/energy/inpainting.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace nmc {

Inpainted inpainted(const Rbm& rbm, const Batch& v, const InpaintingOptions& options) {
  require(options.sweeps >= 2, "inpainting needs two sweeps at least, half of which count");
  require(
      v.cols() == rbm.sites(),
      fmt::format("rows of {} units for a machine with {} visible ones", v.cols(), rbm.sites()));
  const auto is_missing = v.isNaN().eval();
  const bool is_spin = rbm.units() == Units::spin;
  const double low = is_spin ? -1 : 0;
  check_units(is_missing.select(Batch::Ones(v.rows(), v.cols()), v), rbm.units(), "x");
  const auto drawn = [&](const Batch& means, const Batch& u) -> Batch {
    const Batch up = is_spin ? Batch(0.5 * (1 + means)) : means;
    return (u < up).select(Batch::Ones(v.rows(), v.cols()), low);
  };
  Batch u(v.rows(), v.cols()), numbers(v.rows(), rbm.hidden());
  const Streams streams{.seed = options.seed};
  fill_uniform(streams.with(Purpose::init), u);
  Inpainted filled;
  filled.x = is_missing.select(drawn(Batch::Constant(v.rows(), v.cols(), is_spin ? 0 : 0.5), u), v);
  filled.means = Batch::Zero(v.rows(), v.cols());
  const Index first = options.sweeps / 2;
  for (Index sweep = 0; sweep < options.sweeps; ++sweep) {
    const Streams here = streams.at_step(static_cast<std::uint64_t>(sweep));
    fill_uniform(here.with(Purpose::gibbs), numbers);
    fill_uniform(here.with(Purpose::spins), u);
    const Batch h = rbm.draw(1, std::array<Batch, 2>{filled.x, Batch()}, numbers);
    const Batch means = rbm.visible_means(h);
    filled.x = is_missing.select(drawn(means, u), v);
    if (sweep >= first) filled.means += means / static_cast<double>(options.sweeps - first);
  }
  filled.means = is_missing.select(filled.means, v).eval();
  return filled;
}

}  // namespace nmc
