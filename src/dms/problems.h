// Problems: what is wrong with a document, collected while it is checked.
//
// Every problem is noted under the path of the part it is about (`models[0].attributes[2].type`), so that the rules
// need not know whether a model was written in a document, where the path gives the place, or in code. A rule asks
// `sound(path)` before it judges a part, so that one mistake is reported once, not once per rule it touches.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dms/document.h"
#include "value/json_text.h"

namespace tabletheory::dms {

class Problems {
 public:
  static constexpr std::size_t kMost = 1000;

  // `root` may be nullptr (a model built in code); else it must outlive this.
  Problems(const value::JsonNode* root, std::string_view file) : root_(root), file_(file) {}

  // Notes a problem at the part's value, or at the nearest part around it that was written.
  void add(std::string_view path, std::string message, std::string hint);
  // Notes a problem at a place the caller knows better, such as a field's name.
  void add_at(Place place, std::string_view path, std::string message, std::string hint);

  // True when no problem was noted at the path or at a part around it. False also once there are too many problems
  // (kMost): then nothing more is judged.
  bool sound(std::string_view path) const;
  // The same, and none below the path either.
  bool sound_throughout(std::string_view path) const;
  bool empty() const { return diagnostics_.empty(); }

  Place place_of(std::string_view path) const;

  // The problems, ordered by place.
  std::vector<Diagnostic> take() &&;

 private:
  const value::JsonNode* root_;
  std::string file_;
  std::vector<Diagnostic> diagnostics_;
  std::set<std::string, std::less<>> unsound_;
};

}  // namespace tabletheory::dms
