// ModelSet: the DMS models of a contract run, found by (`dms_version`, name).
//
//     auto models = load_models({"contract-tests/dms"});
//     const LoadedModel* user = models->find("0.2", "User");
//
// Plain values once loaded; const use is safe from several threads.
#pragma once

#include <expected>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "dms/document.h"
#include "tabletheory/schema.h"

namespace tabletheory::contract {

struct LoadedModel {
  dms::Model definition;  // for making tables and reading expectations
  Model handle;           // for the SDK
  std::string file;
};

class ModelSet {
 public:
  // nullptr when there is none.
  const LoadedModel* find(std::string_view dms_version, std::string_view name) const;
  // What to tell somebody who asked for a model that is not there.
  std::string describe_absence(std::string_view dms_version, std::string_view name) const;

  // The problem, naming both files, when its (dms_version, name) is there already; else empty.
  std::string add(LoadedModel model);

 private:
  std::map<std::pair<std::string, std::string>, LoadedModel> by_version_and_name_;
};

// Loads every DMS document below the directories. The error is all there is to print: what could not be read, or the
// problems of documents with their places and lines.
std::expected<ModelSet, std::string> load_models(std::span<const std::string> directories);

}  // namespace tabletheory::contract
