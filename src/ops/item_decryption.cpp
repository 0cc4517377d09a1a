#include "ops/item_decryption.h"

#include "ops/guards.h"

namespace tabletheory::ops {

ItemDecryption::ItemDecryption(const Environment& environment, std::string_view name)
    : environment_(environment), name_(name), calls_(environment), opening_(environment, keys_) {}

Result<std::size_t> ItemDecryption::add(const std::shared_ptr<const model::Model>& model, value::WireElement stored,
                                        std::string key) {
  if (auto configured = check_encryption(environment_, *model); !configured) {
    return std::unexpected(located(std::move(configured).error(), name_, model.get(), model->table()));
  }
  return opening_.add(model, stored, std::move(key));
}

Step ItemDecryption::next() {
  if (final_) return *final_;
  auto step = opening_.next(calls_);
  if (step && *step) return std::move(**step);
  final_ = step ? Step(Done{}) : Step(Failed{during(name_, step.error())});
  return *final_;
}

void ItemDecryption::on_response(std::uint32_t id, Result<Response> response) {
  calls_.on_response(id, std::move(response));
}

}  // namespace tabletheory::ops
