// PagedPlan: a query, scan or count with every local check behind it: all of its requests but for where they start and
// how much they read. Internal to ops.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/document.h"
#include "model/model.h"
#include "ops/document_table.h"
#include "ops/explanation.h"
#include "ops/paged_reads.h"

namespace tabletheory::ops {

struct PagedPlan {
  std::string_view name;       // the caller's operation: "query", "scan", "count"
  std::string_view operation;  // "Query" or "Scan"
  bool count = false;
  // Models whose items are wanted; none: documents. Several tell their items apart by discriminators.
  std::vector<std::shared_ptr<const model::Model>> models;
  std::shared_ptr<const model::Model> view;  // of the models together: ops/shared_view.h; null: documents
  std::string table;
  std::string index;                    // empty: the table
  std::string sort;                     // of cursors: "ASC", "DESC"; empty for scans
  std::vector<dms::KeyAttribute> keys;  // of cursors; empty: not known
  std::string head;                     // the request, without Limit, start and closing brace
  std::string cursor_key;               // signs cursors; empty: unsigned
  std::string start_key;                // of the given cursor, as JSON; empty: from the start
  std::optional<std::size_t> limit, page_size;
  std::vector<std::string> dropped;
  bool hide_expired = false, gather = false;
  bool may_skip = false;  // the service evaluates items that are not returned
  std::optional<std::uint32_t> segment, total_segments;
  std::uint32_t parallel = 1;
  Explanation explanation;  // without the request

  const model::Model* model() const { return view.get(); }
  // Whether items may turn out to be of none of the models.
  bool has_discriminators() const { return !models.empty() && models.front()->definition().discriminator.has_value(); }
  Error locate(Error error) const;
};

struct PagedInput {
  const Environment& environment;
  std::vector<std::shared_ptr<const model::Model>> models;  // none: `table`
  const DocumentTable* table = nullptr;
  bool count = false;
};
Result<std::unique_ptr<PagedPlan>> plan_query(const PagedInput& input, const QueryRequest& request);
Result<std::unique_ptr<PagedPlan>> plan_scan(const PagedInput& input, const ScanRequest& request);

}  // namespace tabletheory::ops
