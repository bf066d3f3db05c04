#include <fmt/format.h>

#include <map>

#include "core/archive/graphs/json_readers.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

/// A binary quadratic model, energy = scale (sum of linear terms + sum of quadratic terms +
/// offset): dimod's to_serializable() with arrays, its first schema and bqpjson with lists of
/// terms.
class BqmReader {
 public:
  BqmReader(const GraphSource& source, const Json& file, const GraphQuery& query)
      : object_(source.path, file), bonds_(entries_, query.J) {
    entries_.path = source.path;
    entries_.format = "bqm";
  }

  GraphEntries read() {
    object_.refuse_others(
        {"type",           "version",        "use_bytes",        "index_type",
         "bias_type",      "info",           "metadata",         "id",
         "description",    "num_variables",  "num_interactions", "variable_labels",
         "variable_ids",   "variable_type",  "vartype",          "variable_domain",
         "offset",         "scale",          "linear_biases",    "quadratic_biases",
         "quadratic_head", "quadratic_tail", "linear_terms",     "quadratic_terms",
         "solutions"});
    if (object_.has("use_bytes") && object_.at("use_bytes") != false)
      object_.fail("the biases are bytes; write bqm.to_serializable(use_bytes=False)");
    read_labels();
    if (object_.has("linear_biases") || object_.has("quadratic_biases")) {
      read_arrays();
    } else {
      read_terms();
    }
    if (object_.has("num_interactions")) check_count();
    if (object_.has("offset")) entries_.constant = object_.real(object_.at("offset"), "offset");
    apply_scale();
    to_hamiltonian(entries_, is_binary());
    return std::move(entries_);
  }

 private:
  [[nodiscard]] bool is_binary() const {
    std::string found;
    for (const char* key : {"variable_type", "vartype", "variable_domain"})
      if (object_.has(key)) found = object_.text(object_.at(key), key);
    if (found == "BINARY" || found == "boolean") return true;
    if (found == "SPIN" || found == "spin") return false;
    object_.fail(fmt::format("variables of type \"{:.60}\" are neither SPIN nor BINARY", found));
  }

  /// Sites are numbered in the order of the labels.
  void read_labels() {
    const char* const key = object_.has("variable_labels") ? "variable_labels" : "variable_ids";
    if (object_.has(key))
      for (const Json& label : object_.list(object_.at(key), key)) {
        const Index site = std::ssize(site_of_);
        if (!site_of_.try_emplace(label.dump(), site).second)
          object_.fail(fmt::format("{} has {} twice", key, shown(label)));
        if (label != site) entries_.has_labels = true;
      }
    entries_.sites = std::ssize(site_of_);
    if (!object_.has("num_variables")) return;
    const Index count = object_.integer(object_.at("num_variables"), "num_variables");
    if (count < 1 || (entries_.sites > 0 && count != entries_.sites))
      object_.fail(fmt::format("num_variables = {} and {} labels", count, entries_.sites));
    entries_.sites = count;
  }

  [[nodiscard]] Index site(const Json& label, const std::string& name) const {
    if (site_of_.empty()) return object_.integer(label, name);
    const auto found = site_of_.find(label.dump());
    if (found == site_of_.end())
      object_.fail(fmt::format("{} = {} is no label of a variable", name, shown(label)));
    return found->second;
  }

  void read_arrays() {
    for (const char* key : {"linear_terms", "quadratic_terms"})
      if (object_.has(key)) object_.fail(fmt::format("{} beside linear_biases", key));
    for (const Json& bias : object_.list(object_.at("linear_biases"), "linear_biases"))
      entries_.field.push_back({std::ssize(entries_.field), object_.real(bias, "linear_biases")});
    const Index count = std::ssize(entries_.field);
    if (entries_.sites == 0) entries_.sites = count;
    if (count != entries_.sites)
      object_.fail(fmt::format("{} linear_biases for {} variables", count, entries_.sites));
    const Json& biases = object_.list(object_.at("quadratic_biases"), "quadratic_biases");
    const Json& head = object_.list(object_.at("quadratic_head"), "quadratic_head");
    const Json& tail = object_.list(object_.at("quadratic_tail"), "quadratic_tail");
    if (biases.size() != head.size() || biases.size() != tail.size())
      object_.fail("quadratic_biases, quadratic_head and quadratic_tail differ in length");
    for (std::size_t b = 0; b < biases.size(); ++b)
      bonds_.add(object_.integer(head[b], "quadratic_head"),
                 object_.integer(tail[b], "quadratic_tail"),
                 object_.real(biases[b], "quadratic_biases"));
  }

  /// A list of terms, of which may be none.
  [[nodiscard]] Json terms(const char* key) const {
    return object_.has(key) ? object_.list(object_.at(key), key) : Json::array();
  }

  void read_terms() {
    for (const Json& term : terms("linear_terms")) {
      const JsonObject object(entries_.path + ": linear_terms", term);
      object.refuse_others({"id", "coeff", "label", "bias"});
      entries_.field.push_back(
          {site(object.at(object.has("id") ? "id" : "label"), "id"),
           object.real(object.at(object.has("coeff") ? "coeff" : "bias"), "coeff")});
    }
    for (const Json& term : terms("quadratic_terms")) {
      const JsonObject object(entries_.path + ": quadratic_terms", term);
      object.refuse_others({"id_head", "id_tail", "coeff", "label_head", "label_tail", "bias"});
      const std::string id = object.has("id_head") ? "id" : "label";
      bonds_.add(site(object.at(id + "_head"), id + "_head"),
                 site(object.at(id + "_tail"), id + "_tail"),
                 object.real(object.at(object.has("coeff") ? "coeff" : "bias"), "coeff"));
    }
  }

  void check_count() const {
    const Index count = object_.integer(object_.at("num_interactions"), "num_interactions");
    if (count != std::ssize(entries_.bonds))
      object_.fail(fmt::format("num_interactions = {} and {} quadratic terms", count,
                               entries_.bonds.size()));
  }

  void apply_scale() {
    if (!object_.has("scale")) return;
    const double scale = object_.real(object_.at("scale"), "scale");
    for (Bond& bond : entries_.bonds) bond.J *= scale;
    for (LocalField& field : entries_.field) field.h *= scale;
    entries_.constant *= scale;
  }

  JsonObject object_;
  GraphEntries entries_;
  BondColumn bonds_;
  std::map<std::string, Index> site_of_;
};

}  // namespace

GraphEntries bqm_entries(const GraphSource& source, const Json& file, const GraphQuery& query) {
  return BqmReader(source, file, query).read();
}

GraphEntries read_bqm_graph(const GraphSource& source, const GraphQuery& query) {
  return bqm_entries(source, parse_json(source), query);
}

}  // namespace nmc::archive
