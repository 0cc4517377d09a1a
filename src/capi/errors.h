// Errors as tapes (docs/c-abi.md, "Course of a call").
#pragma once

#include "capi/call.h"
#include "capi/tape.h"
#include "tabletheory/error.h"

namespace tabletheory::capi {

// `call`: what failed, if it had been made; it adds what only it knows.
void write_error(const Error& error, Call* call, TapeWriter& out);

}  // namespace tabletheory::capi
