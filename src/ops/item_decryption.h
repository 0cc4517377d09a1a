// ItemDecryption: stored items that came by other ways than a read of this layer — images of stream records, items to
// be copied — with their encrypted values in the clear.
//
//     ItemDecryption decryption(environment, "decode_record");
//     TT_TRY(const std::size_t image, decryption.add(orders, stored));
//     …drive decryption (ops/operation.h)…
//     decode(decryption.item(image));
//
// Items of models without encrypted attributes pass as they are, and nothing is sent for them. Any number of items, of
// any models; each data key is asked for once. `environment` and the added items must outlive the operation.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ops/opening.h"
#include "ops/operation.h"

namespace tabletheory::ops {

class ItemDecryption final : public Operation {
 public:
  // `name`: the caller's operation, for errors; static text.
  ItemDecryption(const Environment& environment, std::string_view name);

  // The value is the item's number. `key`: its primary key as canonical JSON; empty: the item holds it. Version 2
  // envelopes are bound to it. ErrEncryptionNotConfigured.
  Result<std::size_t> add(const std::shared_ptr<const model::Model>& model, value::WireElement stored,
                          std::string key = {});

  // Fails with ErrInvalidEncryptedEnvelope when one of the items does not open; then none is handed out.
  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override;

  // After Done. Lives as long as document() is held, or as the item that was added.
  value::WireElement item(std::size_t number) const { return opening_.item(number); }
  // Null when nothing had to be decrypted.
  const std::shared_ptr<value::WireDocument>& document() const { return opening_.document(); }

 private:
  const Environment& environment_;
  std::string_view name_;
  CallGroup calls_;
  DataKeys keys_;
  Opening opening_;
  std::optional<Step> final_;
};

}  // namespace tabletheory::ops
