// Paged reads: query, scan and count, page by page.
//
//     QueryRequest request;
//     request.partition = {{"PK", "=", {Value("USER#1")}}};
//     request.limit = 10;
//     auto read = PagedRead::query(environment, orders, request);
//     …drive it; at each PageReady use (*read)->page(); Done follows the last page…
//
// A page is one answer of the service, unless `request.gather` is set. To take one page only (a contract step, an HTTP
// handler) stop driving after the first PageReady: page().cursor leads on from there. Factories make every local check;
// the request is not used afterwards. `environment` must outlive the operation.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/model.h"
#include "ops/call.h"
#include "ops/condition_input.h"
#include "ops/document_table.h"
#include "ops/environment.h"
#include "ops/explanation.h"
#include "ops/operation.h"
#include "value/wire.h"

namespace tabletheory::ops {

// What query and scan have in common.
struct PageOptions {
  std::string index{};  // empty: chosen (query) or the table (scan)
  ConditionInput filter{};
  std::vector<std::string> projection{};   // attribute names or paths; empty: all
  std::optional<std::size_t> limit{};      // number of returned items over all pages
  std::optional<std::size_t> page_size{};  // the service's Limit: items evaluated per page
  bool consistent = false;
  std::string cursor{};                     // where to go on; empty: from the start
  std::optional<std::string> cursor_key{};  // signs the cursors given out and checks the one given; never empty
  bool hide_expired = false;                // leave out items whose ttl has passed
  // One page only: the items of as many answers as it takes to reach `limit` (or the end); without a limit, one answer
  // (of a parallel scan: everything).
  bool gather = false;
};

struct QueryRequest : PageOptions {
  std::vector<Comparison> partition{};  // `=` on the partition key (each of its attributes, for multi-attribute keys)
  std::vector<Comparison> sort{};       // none, or one condition on the sort key (a prefix, for multi-attribute keys)
  bool ascending = true;
};

struct ScanRequest : PageOptions {
  // One worker's share of a parallel scan …
  std::optional<std::uint32_t> segment{}, total_segments{};
  // … or all of them: this many segments are read side by side; pages come in no particular order and have no cursor.
  std::uint32_t parallel = 1;
};

struct Page {
  std::vector<std::shared_ptr<value::WireDocument>> documents;  // own the bytes of `items`: keep them as long
  std::vector<value::WireElement> items;
  // The model of each item when several models share the table and their discriminators tell (0.3); empty otherwise.
  std::vector<std::shared_ptr<const model::Model>> models;
  std::string cursor;             // empty: this was the last page
  std::size_t count = 0;          // items in this page
  std::size_t scanned_count = 0;  // items the service evaluated for it
  std::size_t skipped_count = 0;  // items of none of the models (discriminator), or hidden as expired
  double consumed_capacity = 0;   // units; 0 when the target does not say
};

struct PagedPlan;  // ops/paged_plan.h
struct Cursor;     // ops/cursor.h

class PagedRead final : public Operation {
 public:
  using Model = std::shared_ptr<const model::Model>;
  using Created = Result<std::unique_ptr<PagedRead>>;

  static Created query(const Environment& environment, Model model, const QueryRequest& request);
  static Created scan(const Environment& environment, Model model, const ScanRequest& request);
  // Select=COUNT over all pages: no PageReady; total() after Done. Limits and cursors are ErrInvalidOperator.
  static Created count(const Environment& environment, Model model, const QueryRequest& request);
  static Created count(const Environment& environment, Model model, const ScanRequest& request);
  // Several models of one table, told apart by their discriminators: Page::models says whose each item is. Filters,
  // projections and index choice know the attributes and indexes of them all (ops/shared_view.h).
  static Created query(const Environment& environment, std::vector<Model> models, const QueryRequest& request);
  static Created scan(const Environment& environment, std::vector<Model> models, const ScanRequest& request);
  static Created count(const Environment& environment, std::vector<Model> models, const QueryRequest& request);
  static Created count(const Environment& environment, std::vector<Model> models, const ScanRequest& request);
  // Without a model: index and keys are taken as given.
  static Created query(const Environment& environment, const DocumentTable& table, const QueryRequest& request);
  static Created scan(const Environment& environment, const DocumentTable& table, const ScanRequest& request);
  static Created count(const Environment& environment, const DocumentTable& table, const QueryRequest& request);
  static Created count(const Environment& environment, const DocumentTable& table, const ScanRequest& request);

  ~PagedRead() override;
  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override;

  // Valid from PageReady to the following next(); may be moved from.
  Page& page() { return page_; }
  // Attributes fetched for the library's own use that were not asked for: leave them out of results.
  const std::vector<std::string>& dropped() const;
  // Of a count, after Done; of pages, what has been returned so far.
  std::size_t total() const { return total_; }
  std::size_t total_scanned() const { return total_scanned_; }

  Explanation explain() const;

 private:
  // One sequence of pages: the whole read, or one segment of a parallel scan.
  struct Worker {
    std::string start_key;  // as JSON; empty: from the start
    std::optional<std::uint32_t> segment;
    std::size_t call = 0;  // of this round
    bool finished = false;
  };
  PagedRead(const Environment& environment, std::unique_ptr<PagedPlan> plan);
  static Created start(const Environment& environment, Result<std::unique_ptr<PagedPlan>> plan);
  std::string body(const Worker& worker) const;
  std::optional<std::size_t> request_limit() const;
  void send_round();
  Step finish();
  Step page_ready();
  Step open_page();
  Step failed(Error error);
  Result<void> take(Worker& worker);
  Result<void> take_items(value::WireObject answer, std::string& cursor);
  std::shared_ptr<const model::Model> owner_of(value::WireElement item) const;
  Result<std::string> cursor_after(value::WireElement item) const;
  std::string give_out(const Cursor& cursor) const;
  bool limit_reached() const;

  const Environment& environment_;
  std::unique_ptr<PagedPlan> plan_;
  CallGroup calls_;
  std::vector<Worker> workers_;
  std::size_t next_worker_ = 0;  // whose answer of this round is taken next
  bool in_flight_ = false, stop_ = false, page_open_ = false;
  std::optional<Step> final_;
  Page page_;
  struct Keys;                  // what encrypted attributes need
  std::unique_ptr<Keys> keys_;  // null: none of the models has any
  std::size_t total_ = 0, total_scanned_ = 0;
};

}  // namespace tabletheory::ops
