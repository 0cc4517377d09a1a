#include "cli/init_command.h"

#include <filesystem>
#include <ostream>

#include "cli/file_output.h"

namespace tabletheory::cli {
namespace {

constexpr std::string_view kStarterSchema =
    R"yaml(# The schema of your tables, for every language. Check it with `tabletheory validate schema.yml`.
dms_version: "0.2"

models:
  # One model is one kind of item. Its name becomes the name of a type in code.
  - name: Order
    table: { name: orders }

    # The key of the table: a partition key, and a sort key if several items share one. Its types are S, N or B.
    keys:
      partition: { attribute: PK, type: S }
      sort: { attribute: SK, type: S }

    attributes:
      # Key attributes are declared like all others.
      - { attribute: PK, type: S, roles: [pk] }
      - { attribute: SK, type: S, roles: [sk] }

      # required: every write must give it. optional: it may be absent.
      - { attribute: customerId, type: S, required: true }
      - { attribute: note, type: S, optional: true }

      # Numbers are exact decimals; `format: int` makes them integers in code.
      - { attribute: total, type: N }
      - { attribute: itemCount, type: N, format: int }

      # omit_empty: an empty list, text or number is not stored, and an update to it removes the attribute.
      - { attribute: labels, type: SS, omit_empty: true }

      # The library writes these itself. `version` guards against two programs changing an item at once.
      - { attribute: createdAt, type: S, format: rfc3339nano, roles: [created_at] }
      - { attribute: updatedAt, type: S, format: rfc3339nano, roles: [updated_at] }
      - { attribute: version, type: N, format: int, roles: [version] }

      # The table deletes an item some time after this instant (Unix seconds).
      - { attribute: expiresAt, type: N, format: unix_seconds, roles: [ttl], omit_empty: true }

      # Stored encrypted; needs an encryption provider in every program. Take the `#` away to use it.
      # - { attribute: cardNumber, type: S, encryption: { v: 1 } }

    # Ways to find items by other attributes than the key. projection: ALL, KEYS_ONLY or INCLUDE with fields.
    indexes:
      - name: byCustomer
        type: GSI
        partition: { attribute: customerId, type: S }
        sort: { attribute: createdAt, type: S }
        projection: { type: ALL }
)yaml";

}  // namespace

std::string_view starter_schema() {
  return kStarterSchema;
}

int init(const InitOptions& options, Streams streams) {
  const std::string path = (std::filesystem::path(options.directory) / "schema.yml").lexically_normal().string();
  if (const std::string problem = create_file(path, kStarterSchema); !problem.empty()) {
    streams.err << "tabletheory init: " << problem << '\n';
    return kUsage;
  }
  streams.out << path << ": written; edit it, then run `tabletheory validate " << path << "`\n";
  return kSuccess;
}

}  // namespace tabletheory::cli
