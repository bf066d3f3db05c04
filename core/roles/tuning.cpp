#include "core/roles/tuning.hpp"

#include <string>

#include "core/errors.hpp"

namespace nmc {

std::vector<double> numbers_of(const Tuning* tuning) {
  return tuning == nullptr ? std::vector<double>{} : tuning->numbers();
}

void set_numbers(Tuning* tuning, std::span<const double> numbers) {
  require(tuning != nullptr || numbers.empty(),
          "the stored tuning belongs to another sampler; this one has none: start anew");
  if (tuning != nullptr) tuning->set_numbers(numbers);
}

std::vector<double> joined_numbers(const std::vector<Tuning*>& parts) {
  std::vector<double> all;
  for (const Tuning* part : parts) {
    const std::vector<double> numbers = numbers_of(part);
    all.push_back(static_cast<double>(numbers.size()));
    all.insert(all.end(), numbers.begin(), numbers.end());
  }
  return all;
}

void set_joined_numbers(const std::vector<Tuning*>& parts, std::span<const double> numbers,
                        const char* whole) {
  const auto check = [whole](bool fits) {
    require(fits, std::string("the stored tuning does not belong to this ") + whole);
  };
  for (Tuning* part : parts) {
    check(!numbers.empty() && numbers[0] >= 0 && numbers[0] < static_cast<double>(numbers.size()));
    const auto size = static_cast<std::size_t>(numbers[0]);
    set_numbers(part, numbers.subspan(1, size));
    numbers = numbers.subspan(1 + size);
  }
  check(numbers.empty());
}

}  // namespace nmc
