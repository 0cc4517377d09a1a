// Reads of one item: get (absent is ErrItemNotFound) and find (absent is none).
//
//     auto read = ItemRead::get(environment, orders, key, {.consistent = true});
//     …drive it…
//     if ((*read)->item()) decode(*(*read)->item());
//
// Only the key of `key` is used, and only while the operation is made. `environment` must outlive the operation.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/item_source.h"
#include "model/model.h"
#include "ops/document_table.h"
#include "ops/environment.h"
#include "ops/explanation.h"
#include "ops/single_call.h"
#include "value/wire.h"

namespace tabletheory::ops {

struct GetOptions {
  bool consistent = false;
  std::vector<std::string> projection{};  // attribute names or paths; empty: the whole item
  bool hide_expired = false;              // an item whose ttl has passed counts as absent
};

class ItemRead final : public SingleCall {
 public:
  using Model = std::shared_ptr<const model::Model>;
  using Created = Result<std::unique_ptr<ItemRead>>;

  static Created get(const Environment& environment, Model model, const model::ItemSource& key,
                     const GetOptions& options = {});
  static Created find(const Environment& environment, Model model, const model::ItemSource& key,
                      const GetOptions& options = {});
  static Created get(const Environment& environment, const DocumentTable& table, const Item& key,
                     const GetOptions& options = {});
  static Created find(const Environment& environment, const DocumentTable& table, const Item& key,
                      const GetOptions& options = {});

  ~ItemRead() override;

  // After Done: the stored item, encrypted values in the clear, or nullptr when absent (find only). Valid while the
  // operation lives.
  const value::WireElement* item() const { return item_ ? &*item_ : nullptr; }
  // Attributes that were fetched for the library's own use and were not asked for: leave them out of the result.
  const std::vector<std::string>& dropped() const { return dropped_; }

  Explanation explain() const;

 private:
  // What the four factories differ in.
  struct Target {
    const Environment& environment;
    Model model;  // null: a document
    std::string table;
    std::string_view name;  // of the operation, for errors
    bool required;
  };
  static Created make(Target target, Result<std::string> key, const GetOptions& options);
  ItemRead(Target target, std::string key, std::string body, const GetOptions& options,
           std::vector<std::string> dropped);
  Result<void> settle(Outcome& outcome) override;
  Detour before_ending(CallGroup& calls) override;
  Result<void> check_item();
  Error locate(Error error) const;

  Target target_;
  bool consistent_, hide_expired_;
  std::vector<std::string> dropped_;
  value::WireDocument document_;
  std::optional<value::WireElement> item_;
  struct Keys;  // what encrypted attributes need
  std::string key_;
  std::unique_ptr<Keys> keys_;  // null: there is nothing to decrypt
};

}  // namespace tabletheory::ops
