// Headers that most sources include anyway, compiled once per build. A convenience of the build only: every source
// includes what it uses, and compiles without this (-DTABLETHEORY_PRECOMPILE=OFF).
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "tabletheory/value.h"
