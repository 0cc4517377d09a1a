#include "tabletheory/release_state.h"

#include "ops/deploy_authority.h"

namespace tabletheory {

Result<void> check_deploy_authority(const Item& item) {
  return ops::check_deploy_authority(item.find("provenance"), item.find("confidence"));
}

}  // namespace tabletheory
