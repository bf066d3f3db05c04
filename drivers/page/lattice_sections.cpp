#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/options/job_file.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/figures/xml.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/page/run_sections.hpp"
#include "drivers/page/words.hpp"
#include "drivers/report/report_lines.hpp"

namespace nmc::drivers::page {
namespace {

using figures::Gallery;
using figures::Image;
using figures::Palette;

constexpr const char* kStored = "/configurations/x";

System system_of(const RunFile& run) {
  const auto given = parse_job_text(run.provenance.resolved_job, "resolved.ini");
  const catalog::SystemEntry* entry = nullptr;
  const Options options = resolve_system(given, entry);
  return catalog::make_system(*entry, with_stored_graph(options, run.graph));
}

Palette palette_of(const System& system, const std::vector<double>& values) {
  if (system.angles != nullptr) return Palette::arrows;
  const bool is_spin = std::ranges::all_of(values, [](double s) { return std::abs(s) == 1; });
  return is_spin ? Palette::two : Palette::levels;
}

// Sites of a row or column that an image shows at most: finer ones cannot be told apart.
Index most_sites(Palette palette) {
  switch (palette) {
    case Palette::two:
      return 128;
    case Palette::levels:
      return 64;
    case Palette::arrows:
      return 32;
  }
  return 1;
}

// The plane z = 0 of the lattice, every `step`-th site of it.
Image plane_of(const std::vector<double>& x, const std::vector<Index>& extents, Index step) {
  Image image;
  image.width = (extents[0] + step - 1) / step;
  image.height = (extents[1] + step - 1) / step;
  for (Index row = 0; row < extents[1]; row += step)
    for (Index column = 0; column < extents[0]; column += step)
      image.values.push_back(x[static_cast<std::size_t>(column + extents[0] * row)]);
  return image;
}

// Fields about 0 from end to end, without the few farthest numbers; labels from the lowest up.
figures::Span levels_of(const std::vector<Image>& images, bool is_signed) {
  std::vector<double> all;
  for (const Image& image : images) all.insert(all.end(), image.values.begin(), image.values.end());
  std::ranges::sort(all);
  if (!is_signed) return {all.front(), all.back()};
  constexpr double kShown = 0.99;
  const auto count = static_cast<double>(all.size() - 1);
  const double high = std::max(std::abs(all[static_cast<std::size_t>((1 - kShown) * count)]),
                               std::abs(all[static_cast<std::size_t>(kShown * count)]));
  return {-high, high};
}

std::string gallery_words(const Gallery& gallery, const System& system, Index step) {
  std::string words = fmt::format("The last configuration of {}, {}×{} sites",
                                  count_words(std::ssize(gallery.images), "chain"),
                                  system.extents[0], system.extents[1]);
  if (step > 1) words += fmt::format(", every {}th of a row and column", step);
  if (system.extents.size() > 2) words += ", the first plane";
  if (gallery.palette == Palette::arrows) return words + "; arrows are angles.";
  double sum = 0, count = 0;
  for (const Image& image : gallery.images)
    for (const double value : image.values) {
      sum += value;
      ++count;
    }
  return words + fmt::format("; mean of what is drawn {}; dark is low.",
                             figures::number_text(sum / count, 3));
}

}  // namespace

Section configurations_section(const RunFile& run) {
  Section section("configurations", "Configurations");
  if (!run.file->has(kStored)) return section;
  const System system = system_of(run);
  const archive::Shape shape = run.file->shape(kStored);
  const bool is_drawn = shape.size() == 3 && shape[1] > 0 && system.extents.size() > 1 &&
                        archive::entries(system.extents) == shape[2];
  if (!is_drawn) return section;
  constexpr Index kMost = 6;
  Gallery gallery{"Configurations", "", Palette::two, {}, {}};
  Index step = 1;
  for (Index chain = 0; chain < std::min(shape[0], kMost); ++chain) {
    const std::vector<double> x =
        run.file->read_part(kStored, {{chain, shape[1] - 1, 0}, {1, 1, shape[2]}});
    const Palette palette = palette_of(system, x);
    if (chain == 0 || palette != Palette::two) gallery.palette = palette;
    const Index longest = std::max(system.extents[0], system.extents[1]);
    const Index most = most_sites(gallery.palette);
    step = (longest + most - 1) / most;
    gallery.images.push_back(plane_of(x, system.extents, step));
    gallery.images.back().label = fmt::format("chain {}", chain);
  }
  gallery.range = levels_of(gallery.images, system.labels == nullptr);
  gallery.description = gallery_words(gallery, system, step);
  section.gallery(gallery);
  return section;
}

Section correlations_section(const RunFile& run) {
  Section section("correlations", "Correlations");
  const std::string name = "/correlations/two_point";
  if (!run.file->has(name)) return section;
  const archive::Shape shape = run.file->shape(name);
  const std::vector<double> G = run.file->read_doubles(name);
  const std::vector<double> error = run.file->read_doubles(name + "_error");
  figures::Figure figure{"Two-point function", "", {"r along x"}, {"G(r)"}, {}};
  figures::Series series{"", figures::Mark::both, {}, {}, {}, 0};
  for (Index r = 0; r <= shape.back() / 2; ++r) {
    series.x.push_back(static_cast<double>(r));
    series.y.push_back(G[static_cast<std::size_t>(r)]);
    series.error.push_back(error[static_cast<std::size_t>(r)]);
  }
  figure.description = fmt::format("G from {} at r = 0 to {} at half the lattice.",
                                   value_words(series.y.front(), series.error.front()),
                                   value_words(series.y.back(), series.error.back()));
  figure.series.push_back(std::move(series));
  section.figure(figure);
  return section;
}

}  // namespace nmc::drivers::page
