// DescribeLimits and DescribeEndpoints: what the service says of itself.
#include "engine/operations.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

// The service's defaults for provisioned capacity ("Service, account, and table quotas"). Nothing here is held to them.
constexpr std::int64_t kAccountCapacityUnits = 80'000;
constexpr std::int64_t kTableCapacityUnits = 40'000;
constexpr std::int64_t kEndpointCacheMinutes = 1440;

}  // namespace

Served<std::string> describe_limits(Context&, const Request&) {
  std::string out = "{";
  value::WireWriter writer(out);
  const auto member = [&](std::string_view name, std::int64_t units) {
    if (out.size() > 1) writer.raw(',');
    writer.key(name);
    writer.integer(units);
  };
  member("AccountMaxReadCapacityUnits", kAccountCapacityUnits);
  member("AccountMaxWriteCapacityUnits", kAccountCapacityUnits);
  member("TableMaxReadCapacityUnits", kTableCapacityUnits);
  member("TableMaxWriteCapacityUnits", kTableCapacityUnits);
  writer.raw('}');
  return out;
}

Served<std::string> describe_endpoints(Context& context, const Request&) {
  std::string out = R"({"Endpoints":[{"Address":)";
  value::WireWriter writer(out);
  writer.string(context.options.endpoint);
  writer.raw(R"(,"CachePeriodInMinutes":)");
  writer.integer(kEndpointCacheMinutes);
  writer.raw("}]}");
  return out;
}

}  // namespace tabletheory::engine
