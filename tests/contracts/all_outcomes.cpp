#include "tests/contracts/all_outcomes.hpp"

#include <algorithm>
#include <cmath>

namespace nmc::test {

std::uint64_t AllOutcomes::choose(const Choice& first) {
  if (at_ == choices_.size()) choices_.push_back(first);
  return choices_[at_++].taken;
}

bool AllOutcomes::happens(double p) {
  return p > 0 && (p >= 1 || choose({0, 2, p}) == 1);
}

bool AllOutcomes::is_open(std::uint64_t threshold) {
  return happens(std::ldexp(static_cast<double>(threshold), -64));
}

bool AllOutcomes::meets_ghost(double a) {
  return happens(-std::expm1(-a));
}

std::uint64_t AllOutcomes::below(std::uint64_t n) {
  return n == 1 ? 0 : choose({0, n, 1 / static_cast<double>(n)});
}

double AllOutcomes::probability() const {
  double product = 1;
  for (const Choice& choice : choices_) product *= choice.odds();
  return product;
}

bool AllOutcomes::next() {
  at_ = 0;
  while (!choices_.empty()) {
    if (++choices_.back().taken < choices_.back().ways) return true;
    choices_.pop_back();
  }
  return false;
}

void to_spins(Index state, std::vector<std::int8_t>& s) {
  for (std::size_t i = 0; i < s.size(); ++i) s[i] = (state >> i & 1) != 0 ? 1 : -1;
}

Index to_state(const std::vector<std::int8_t>& s) {
  Index state = 0;
  for (std::size_t i = 0; i < s.size(); ++i) state |= Index{s[i] > 0} << i;
  return state;
}

Eigen::VectorXd normalised(const Column& log_p) {
  const Eigen::VectorXd weight = (log_p - log_p.maxCoeff()).exp().matrix();
  return weight / weight.sum();
}

double stationarity_defect(const Eigen::VectorXd& pi, const Eigen::MatrixXd& P) {
  const double flow = (P.transpose() * pi - pi).cwiseAbs().maxCoeff();
  return std::max(flow, (P.rowwise().sum().array() - 1).abs().maxCoeff());
}

double detailed_balance_defect(const Eigen::VectorXd& pi, const Eigen::MatrixXd& P) {
  const Eigen::MatrixXd flow = pi.asDiagonal() * P;
  return (flow - flow.transpose()).cwiseAbs().maxCoeff();
}

}  // namespace nmc::test
