#include "drivers/report/network_note.hpp"

namespace nmc::drivers {
namespace {

const std::string note_group = "/provenance/network";

}  // namespace

void write_notes(archive::File& file, const NetworkNotes& notes) {
  if (notes.empty()) return;
  file.create_group(note_group);
  for (const NetworkNote& note : notes) file.set_attribute(note_group, note.check, note.message);
}

NetworkNotes read_notes(const archive::File& file) {
  NetworkNotes notes;
  if (!file.has(note_group)) return notes;
  for (const std::string& check : file.attributes(note_group))
    notes.push_back({check, file.string_attribute(note_group, check)});
  return notes;
}

Findings judge_notes(const NetworkNotes& notes) {
  Findings findings;
  for (const NetworkNote& note : notes)
    for (const char* about : {"lnZ", kEveryObservable})
      findings.push_back({Severity::warning, note.check, about, note.message});
  return findings;
}

}  // namespace nmc::drivers
