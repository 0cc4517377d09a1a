#include "server/access_log.h"

#include "value/wire.h"

namespace tabletheory::server {
namespace {

// The bare type in an error answer, which begins {"__type":"prefix#Type".
std::string_view error_type(const AccessRecord& record) {
  if (record.status == 200) return {};
  const std::size_t hash = record.body.find('#');
  if (hash == std::string_view::npos) return {};
  return record.body.substr(hash + 1, record.body.find('"', hash) - hash - 1);
}

}  // namespace

std::string access_line(const AccessRecord& record, std::string_view time) {
  std::string line = "{";
  value::WireWriter writer(line);
  const auto text = [&](std::string_view name, std::string_view value) {
    if (line.size() > 1) writer.raw(',');
    writer.key(name);
    writer.string(value);
  };
  const auto number = [&](std::string_view name, std::int64_t value) {
    writer.raw(',');
    writer.key(name);
    writer.integer(value);
  };
  text("time", time);
  text("request_id", record.request_id);
  // What the client called it is logged only when it can be a name.
  text("operation", record.operation.size() <= 64 && value::is_valid_utf8(record.operation) ? record.operation : "?");
  number("status", record.status);
  text("error", error_type(record));
  number("bytes_in", static_cast<std::int64_t>(record.request_bytes));
  number("bytes_out", static_cast<std::int64_t>(record.body.size()));
  number("duration_us", record.duration.count());
  line += "}\n";
  return line;
}

}  // namespace tabletheory::server
