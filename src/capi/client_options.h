// The options of connect, from a tape to the SDK's (docs/c-abi.md, "Options of a client").
#pragma once

#include <memory>

#include "capi/arguments.h"
#include "capi/clock.h"
#include "tabletheory/client.h"

namespace tabletheory::capi {

// `clock` receives the manual clock when one is asked for.
Result<ClientOptions> to_client_options(const Arguments& arguments, std::shared_ptr<ManualClock>& clock);

}  // namespace tabletheory::capi
