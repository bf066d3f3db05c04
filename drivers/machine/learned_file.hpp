#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/archive/file.hpp"
#include "core/batch.hpp"

namespace nmc::drivers {

/// One line of the log of a training; NaN is what was not computed.
struct LearnedRow {
  double step = 0;
  double nll = 0;             ///< of the rows learned from, with the exact Z
  double held_out_nll = 0;    ///< of those held out
  double pseudo_nll = 0;      ///< −Σ ln p(v_i | others), mean over some of the rows
  double reconstruction = 0;  ///< mean (v − reconstructed v)²
  double learning_rate = 0;
  double elbo = std::numeric_limits<double>::quiet_NaN();  ///< of a vae, of rows held out if any
  double mmd = std::numeric_limits<double>::quiet_NaN();   ///< squared, of draws of a gan from data
};

/// Names of its numbers, in their order.
[[nodiscard]] const std::vector<std::string>& learned_columns();

/// A number that is known of a machine at the end, for a line of a report.
struct LearnedNumber {
  std::string name;
  double value = 0;
  double error = 0;   ///< 0: exact
  std::string words;  ///< what it is
};

/// What is known of a machine at the end.
struct Learned {
  std::vector<LearnedRow> log;
  std::string summary;  ///< "16 visible and 8 hidden units 0, 1"
  std::string method;   ///< of the training
  std::string lnZ_by;   ///< how ln Z was found
  double entropy = 0;   ///< of the empirical distribution of the rows, below which no NLL is
  double lnZ = 0, lnZ_error = 0;
  double lnZ_backward = 0, lnZ_backward_error = 0;  ///< NaN where ln Z is exact
  double nll = 0, held_out_nll = 0;                 ///< with this ln Z
  double cpu_seconds = 0;                           ///< of the training
  std::vector<LearnedNumber> numbers{};             ///< of what has no lnZ and no nll of its own
};

void write_log(archive::File& file, const std::vector<LearnedRow>& log);
[[nodiscard]] std::vector<LearnedRow> read_log(const archive::File& file);
/// Group /learn: the log over `step`, all else as attributes.
void write_learned(archive::File& file, const Learned& learned);
/// UserError where the file is none.
[[nodiscard]] Learned read_learned(const std::filesystem::path& file);

[[nodiscard]] std::string learned_text(const Learned& learned);
/// One object, then one for each row of the log.
[[nodiscard]] std::string learned_json(const Learned& learned);
/// What a reader should know: a training that ended worse than it began.
[[nodiscard]] std::vector<std::string> learned_warnings(const Learned& learned);
/// What is refused and warned of, each after "refused" or "warning".
[[nodiscard]] std::vector<std::pair<std::string, std::string>> learned_findings(
    const Learned& learned);
/// Whether both directions of annealed importance sampling disagree by more than three errors.
[[nodiscard]] bool is_refused(const Learned& learned);

}  // namespace nmc::drivers
