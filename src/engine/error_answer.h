// A refusal as the service's answer: {"__type": <prefix of its layer>#<type>, "message": …}.
#pragma once

#include "engine/engine.h"
#include "engine/service_error.h"

namespace tabletheory::engine {

// Always valid JSON, whatever bytes the message quotes.
Answer error_answer(const ServiceError& error);

}  // namespace tabletheory::engine
