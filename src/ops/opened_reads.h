// OpenedReads: items that several models read by key in one operation, encrypted values in the clear. Internal to ops.
//
// One stored item may be read at several positions, by models that do not encrypt the same attributes and as a
// document. Each pair of model and item is opened once; documents get the item as it is stored.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ops/opening.h"

namespace tabletheory::ops {

class OpenedReads {
 public:
  using Model = std::shared_ptr<const model::Model>;
  explicit OpenedReads(const Environment& environment) : opening_(environment, keys_) {}

  // The next position. `model` is null for documents.
  void add(Model model) { models_.push_back(std::move(model)); }
  const Model& model(std::size_t position) const { return models_[position]; }
  // Whether the item of a position is to be had here, and not as it is stored.
  bool is_encrypted(std::size_t position) const {
    return models_[position] && models_[position]->has_encrypted_attributes();
  }

  // What has been read at a position.
  struct Stored {
    std::size_t number;              // equal for positions of one item
    const value::WireElement* item;  // null: absent
    const std::string& key;          // canonical JSON
  };
  // `read` is called once per encrypted position.
  Detour next(CallGroup& calls, const std::function<Stored(std::size_t)>& read);
  // nullptr: absent, or not opened (yet).
  const value::WireElement* item(std::size_t position) const;

 private:
  void begin(const std::function<Stored(std::size_t)>& read);

  DataKeys keys_;
  Opening opening_;
  std::vector<Model> models_;
  std::vector<std::size_t> numbers_;        // position → number in opening_
  std::vector<value::WireElement> opened_;  // by number; empty until all are
  bool is_begun_ = false;
};

}  // namespace tabletheory::ops
