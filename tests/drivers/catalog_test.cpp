#include "drivers/catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/options/job_file.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/resolve_named.hpp"

namespace nmc::drivers {
namespace {

TEST(Catalog, EveryExampleOfASystemCanBeMade) {
  for (const auto& entry : catalog::systems()) {
    const auto given = parse_job_text(entry.example, entry.name);
    const catalog::SystemEntry* found = nullptr;
    const Options options = resolve_system(given, found);
    const System system = found->make(options);
    EXPECT_EQ(found, &entry);
    EXPECT_EQ(system.name, entry.name);
    ASSERT_NE(system.target, nullptr);
    EXPECT_FALSE(system.observables.empty()) << entry.name;
    EXPECT_FALSE(system.default_observables.empty()) << entry.name;
    EXPECT_EQ(system.spins != nullptr || system.spin_energies != nullptr,
              system.target->support() == Support::spin);
    EXPECT_NO_THROW((void)system.exact({}));
  }
}

TEST(Catalog, EveryDefaultIsAValueThatItsOwnRangeAllows) {
  const auto check_all = [](const auto& table) {
    for (const catalog::Entry& entry : table)
      for (const OptionSpec& spec : entry.options) {
        if (spec.fallback.empty()) continue;
        EXPECT_NO_THROW(check_value(spec, spec.fallback)) << entry.name << "." << spec.name;
      }
  };
  check_all(catalog::systems());
  check_all(catalog::models());
  check_all(catalog::samplers());
}

TEST(Catalog, EveryObservableOfASystemIsListed) {
  for (const auto& entry : catalog::systems()) {
    const auto given = parse_job_text(entry.example, entry.name);
    const catalog::SystemEntry* found = nullptr;
    const Options options = resolve_system(given, found);
    const System system = entry.make(options);
    for (const auto& observable : system.observables) {
      std::string name = observable->name();
      if (name.size() == 2 && name[0] == 'x' && name != "cx") name = "x0";
      if (name.size() == 2 && name[0] == 'p') name = "p0";
      EXPECT_TRUE(std::ranges::any_of(catalog::observables(),
                                      [&](const auto& listed) { return listed.name == name; }))
          << entry.name << ": " << name;
    }
  }
}

TEST(Catalog, NoObservableHasTheNameOfAStatisticOfTheSampler) {
  for (const auto& entry : catalog::systems()) {
    const auto given = parse_job_text(entry.example, entry.name);
    const catalog::SystemEntry* found = nullptr;
    const System system = entry.make(resolve_system(given, found));
    for (const auto& observable : system.observables)
      for (const char* name :
           {"lp", "acceptance_rate", "accepted", "diverging", "step_size", "n_steps", "log_weight"})
        EXPECT_NE(observable->name(), name) << entry.name;
  }
}

System four_by_four(const std::string& name, const std::string& more = "") {
  const auto given =
      parse_job_text("[system]\nname = " + name + "\nL = 4\nbeta = 0.4\n" + more, "test");
  const catalog::SystemEntry* found = nullptr;
  const Options options = resolve_system(given, found);
  return found->make(options);
}

TEST(Catalog, EveryModelAcceptsAndDrawsASystemOfItsKind) {
  std::vector<System> systems;
  for (const char* name : {"ising", "dual_ising", "xy"}) systems.push_back(four_by_four(name));
  systems.push_back(four_by_four("ising", "boundary = open\n"));
  systems.push_back(four_by_four("dual_ising", "mass = 1\n"));
  for (const auto& entry : catalog::models()) {
    const auto given = parse_job_text(entry.example, "test");
    std::vector<OptionSpec> specs{option::text("name", "", "")};
    specs.insert(specs.end(), entry.options.begin(), entry.options.end());
    const Options options = resolve_section("model", given, specs, "");
    std::unique_ptr<Trainable> model;
    for (const System& system : systems) {
      try {
        model = entry.make(options, system, 1);
        break;
      } catch (const UserError&) {
        continue;  // of another kind
      }
    }
    ASSERT_NE(model, nullptr) << entry.name;
    const Draw draw = model->sample({1, 0, 0, Purpose::test}, 5);
    EXPECT_EQ(draw.x.cols(), model->sites());
    EXPECT_TRUE((draw.log_q - model->log_prob(draw.x)).abs().maxCoeff() < 1e-3) << entry.name;
  }
}

}  // namespace
}  // namespace nmc::drivers
