#include "core/optimise/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

constexpr double kDecrease = 1e-4, kCurvature = 0.9;
constexpr int kMostTrials = 30;

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double largest(std::span<const double> a) {
  double most = 0;
  for (const double value : a) most = std::max(most, std::abs(value));
  return most;
}

/// y += factor x.
void add(std::span<const double> x, double factor, std::span<double> y) {
  for (std::size_t i = 0; i < x.size(); ++i) y[i] += factor * x[i];
}

}  // namespace

Lbfgs::Lbfgs(std::vector<double> x, const LbfgsOptions& options)
    : options_(options), x_(std::move(x)) {
  require(!x_.empty(), "nothing to minimise over");
}

double Lbfgs::largest_gradient() const {
  return largest(grad_);
}

/// −H g by the two loops of algorithm 7.4.
std::vector<double> Lbfgs::direction() const {
  std::vector<double> d(grad_.size());
  add(grad_, -1, d);
  std::vector<double> alpha(pairs_.size());
  for (std::size_t k = pairs_.size(); k-- > 0;) {
    const auto& [step, change] = pairs_[k];
    alpha[k] = dot(step, d) / dot(step, change);
    add(change, -alpha[k], d);
  }
  if (!pairs_.empty()) {
    const auto& [step, change] = pairs_.back();
    const double scale = dot(step, change) / dot(change, change);
    for (double& value : d) value *= scale;
  }
  for (std::size_t k = 0; k < pairs_.size(); ++k) {
    const auto& [step, change] = pairs_[k];
    add(step, alpha[k] - dot(change, d) / dot(step, change), d);
  }
  return d;
}

Lbfgs::Point Lbfgs::point_at(const Function& f, std::span<const double> direction, double t) {
  Point point{t, 0, 0, x_, std::vector<double>(x_.size())};
  add(direction, t, point.x);
  point.value = f(point.x, point.grad);
  point.slope = dot(point.grad, direction);
  ++evaluations_;
  return point;
}

Lbfgs::Point Lbfgs::zoom(const Function& f, std::span<const double> direction, Point low,
                         Point high) {
  const double slope = dot(grad_, direction);
  for (int trial = 0; trial < kMostTrials; ++trial) {
    // The minimum of the parabola by the values and the slope at `low`, kept off both ends.
    const double width = high.t - low.t;
    const double bend = high.value - low.value - low.slope * width;
    double part = bend > 0 ? -low.slope * width / (2 * bend) : 0.5;
    if (!(part > 0.1 && part < 0.9)) part = 0.5;
    Point middle = point_at(f, direction, low.t + part * width);
    if (!(middle.value <= value_ + kDecrease * middle.t * slope) || middle.value >= low.value) {
      high = std::move(middle);
      continue;
    }
    if (std::abs(middle.slope) <= -kCurvature * slope) return middle;
    if (middle.slope * width >= 0) high = std::move(low);
    low = std::move(middle);
  }
  return low;
}

Lbfgs::Point Lbfgs::search(const Function& f, std::span<const double> direction) {
  const double slope = dot(grad_, direction);
  Point before{0, value_, slope, x_, grad_};
  double t = pairs_.empty() ? std::min(1.0, 1 / std::sqrt(dot(direction, direction))) : 1;
  for (int trial = 0; trial < kMostTrials; ++trial, t *= 2) {
    Point here = point_at(f, direction, t);
    const bool is_high = !(here.value <= value_ + kDecrease * t * slope);
    if (is_high || (trial > 0 && here.value >= before.value))
      return zoom(f, direction, std::move(before), std::move(here));
    if (std::abs(here.slope) <= -kCurvature * slope) return here;
    if (here.slope >= 0) return zoom(f, direction, std::move(here), std::move(before));
    before = std::move(here);
  }
  return before;
}

void Lbfgs::take(Point next) {
  Pair pair{next.x, next.grad};
  add(x_, -1, pair.step);
  add(grad_, -1, pair.change);
  x_ = std::move(next.x);
  grad_ = std::move(next.grad);
  value_ = next.value;
  if (!(dot(pair.step, pair.change) > 0)) return;  // would make the inverse indefinite
  if (std::ssize(pairs_) == options_.memory) pairs_.erase(pairs_.begin());
  pairs_.push_back(std::move(pair));
}

bool Lbfgs::step(const Function& f) {
  if (grad_.empty()) {
    grad_.resize(x_.size());
    value_ = f(x_, grad_);
    ++evaluations_;
  }
  if (largest_gradient() <= options_.tolerance) return false;
  std::vector<double> d = direction();
  if (!(dot(d, grad_) < 0)) {
    pairs_.clear();
    d = direction();
  }
  Point next = search(f, d);
  if (next.t == 0) return false;
  const double gain = value_ - next.value;
  take(std::move(next));
  return gain > options_.change * (std::abs(value_) + 1);
}

std::vector<double> Lbfgs::state() const {
  std::vector<double> numbers{value_, static_cast<double>(evaluations_),
                              static_cast<double>(grad_.empty()),
                              static_cast<double>(pairs_.size())};
  const auto put = [&](const std::vector<double>& part) {
    numbers.insert(numbers.end(), part.begin(), part.end());
  };
  put(x_);
  put(grad_);
  for (const Pair& pair : pairs_) {
    put(pair.step);
    put(pair.change);
  }
  return numbers;
}

void Lbfgs::set_state(std::span<const double> state) {
  constexpr std::size_t kHead = 4;
  const std::size_t n = x_.size();
  const char* const kOther = "the state of a minimiser is that of another number of parameters";
  require(state.size() >= kHead, kOther);
  const bool is_new = state[2] != 0;
  const auto pairs = static_cast<std::size_t>(state[3]);
  require(state.size() == kHead + n * ((is_new ? 1 : 2) + 2 * pairs), kOther);
  value_ = state[0];
  evaluations_ = static_cast<Index>(state[1]);
  std::size_t at = kHead;
  const auto take_part = [&] {
    const auto part = state.subspan(at, n);
    at += n;
    return std::vector<double>(part.begin(), part.end());
  };
  x_ = take_part();
  grad_ = is_new ? std::vector<double>() : take_part();
  pairs_.clear();
  for (std::size_t k = 0; k < pairs; ++k) {
    Pair pair;
    pair.step = take_part();
    pair.change = take_part();
    pairs_.push_back(std::move(pair));
  }
}

}  // namespace nmc
