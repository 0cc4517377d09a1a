// The equivalence gate (docs/spec/dms.md): does a model declared in code say what the DMS says?
//
//     for (const dms::Difference& d : dms::compare(code_first, from_document))
//       std::cerr << d.path << ": code " << d.code_first << ", DMS " << d.dms << '\n';
//
// Pure; compares what the models mean (defaults filled in, attributes and fields in any order), not how they are
// written.
#pragma once

#include <string>
#include <vector>

#include "dms/document.h"

namespace tabletheory::dms {

struct Difference {
  std::string path;        // "attributes.total.type", "indexes.by-state.projection"
  std::string code_first;  // what the code says; "(none)" when it has no such thing
  std::string dms;         // what the DMS says
};

struct CompareOptions {
  bool ignore_table_name = false;
};

// Every difference, ordered by path; empty when the two are equivalent.
std::vector<Difference> compare(const Model& code_first, const Model& dms, const CompareOptions& options = {});

}  // namespace tabletheory::dms
