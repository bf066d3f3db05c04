#include "physics/exact/enumeration_sums.hpp"

#include <cmath>

namespace nmc {

/// To a reference lower by `shift` >= 0: only positive terms are added, nothing cancels.
void EnumerationSums::lower(double beta, double shift) {
  second += 2 * shift * first + static_cast<long double>(shift) * shift * weight;
  first += shift * weight;
  const double factor = std::exp(-beta * shift);
  for (long double* sum : {&weight, &first, &second, &abs_m, &m2, &m4}) *sum *= factor;
  for (long double& pair : pairs) pair *= factor;
  reference -= shift;
}

void EnumerationSums::add(const EnumerationSums& other, double beta) {
  if (weight == 0) {
    *this = other;
    return;
  }
  if (other.reference < reference - tie)
    ground = other.ground;
  else if (other.reference <= reference + tie)
    ground += other.ground;
  const double shift = reference - other.reference;
  if (shift > 0) lower(beta, shift);
  const long double factor = shift < 0 ? std::exp(beta * shift) : 1;
  const long double excess = shift < 0 ? -shift : 0;  // of the other's reference above ours
  weight += factor * other.weight;
  first += factor * (other.first + excess * other.weight);
  second += factor * (other.second + 2 * excess * other.first + excess * excess * other.weight);
  abs_m += factor * other.abs_m;
  m2 += factor * other.m2;
  m4 += factor * other.m4;
  for (std::size_t k = 0; k < pairs.size(); ++k) pairs[k] += factor * other.pairs[k];
  for (std::size_t k = 0; k < levels.size(); ++k) levels[k] += other.levels[k];
}

}  // namespace nmc
