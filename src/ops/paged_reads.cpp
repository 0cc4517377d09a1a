#include "ops/paged_reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "ops/cursor.h"
#include "ops/opening.h"
#include "ops/paged_plan.h"
#include "ops/projection.h"
#include "ops/stored_attributes.h"

namespace tabletheory::ops {
namespace {

// LastEvaluatedKey as an item; empty when this was the last page.
Result<Item> last_key_of(value::WireObject answer) {
  value::WireElement element;
  if (answer.at_key("LastEvaluatedKey").get(element) != simdjson::SUCCESS || element.is_null()) return Item();
  auto item = value::read_item(element);
  if (item) return std::move(*item);
  return fail(ErrorCode::kTransport, fmt::format("the service's LastEvaluatedKey cannot be read: {}; check that the "
                                                 "address is a DynamoDB endpoint",
                                                 item.error().message()));
}

std::size_t count_member(value::WireObject answer, std::string_view name) {
  std::uint64_t count = 0;
  return answer.at_key(name).get(count) == simdjson::SUCCESS ? static_cast<std::size_t>(count) : 0;
}

double capacity_of(value::WireObject answer) {
  value::WireObject capacity;
  double units = 0;
  if (answer.at_key("ConsumedCapacity").get(capacity) != simdjson::SUCCESS ||
      capacity.at_key("CapacityUnits").get(units) != simdjson::SUCCESS) {
    return 0;
  }
  return units;
}

}  // namespace

struct PagedRead::Keys {
  DataKeys data_keys;
  std::optional<Opening> opening;  // of the page that comes next
};

PagedRead::PagedRead(const Environment& environment, std::unique_ptr<PagedPlan> plan)
    : environment_(environment), plan_(std::move(plan)), calls_(environment) {
  if (plan_->parallel > 1) {
    for (std::uint32_t segment = 0; segment < plan_->parallel; ++segment) workers_.push_back({{}, segment});
  } else {
    workers_.push_back({plan_->start_key, plan_->segment});
  }
  next_worker_ = workers_.size();
  const auto is_encrypted = [](const Model& model) { return model->has_encrypted_attributes(); };
  if (std::ranges::any_of(plan_->models, is_encrypted)) keys_ = std::make_unique<Keys>();
}

PagedRead::~PagedRead() = default;

PagedRead::Created PagedRead::start(const Environment& environment, Result<std::unique_ptr<PagedPlan>> plan) {
  if (!plan) return std::unexpected(std::move(plan).error());
  return std::unique_ptr<PagedRead>(new PagedRead(environment, std::move(*plan)));
}

PagedRead::Created PagedRead::query(const Environment& environment, Model model, const QueryRequest& request) {
  return start(environment, plan_query({environment, {std::move(model)}}, request));
}

PagedRead::Created PagedRead::scan(const Environment& environment, Model model, const ScanRequest& request) {
  return start(environment, plan_scan({environment, {std::move(model)}}, request));
}

PagedRead::Created PagedRead::count(const Environment& environment, Model model, const QueryRequest& request) {
  return start(environment, plan_query({environment, {std::move(model)}, nullptr, true}, request));
}

PagedRead::Created PagedRead::count(const Environment& environment, Model model, const ScanRequest& request) {
  return start(environment, plan_scan({environment, {std::move(model)}, nullptr, true}, request));
}

PagedRead::Created PagedRead::query(const Environment& environment, std::vector<Model> models,
                                    const QueryRequest& request) {
  if (models.empty()) return fail(ErrorCode::kInvalidOperator, "no model is given; name at least one");
  return start(environment, plan_query({environment, std::move(models)}, request));
}

PagedRead::Created PagedRead::count(const Environment& environment, std::vector<Model> models,
                                    const QueryRequest& request) {
  if (models.empty()) return fail(ErrorCode::kInvalidOperator, "no model is given; name at least one");
  return start(environment, plan_query({environment, std::move(models), nullptr, true}, request));
}

PagedRead::Created PagedRead::count(const Environment& environment, std::vector<Model> models,
                                    const ScanRequest& request) {
  if (models.empty()) return fail(ErrorCode::kInvalidOperator, "no model is given; name at least one");
  return start(environment, plan_scan({environment, std::move(models), nullptr, true}, request));
}

PagedRead::Created PagedRead::scan(const Environment& environment, std::vector<Model> models,
                                   const ScanRequest& request) {
  if (models.empty()) return fail(ErrorCode::kInvalidOperator, "no model is given; name at least one");
  return start(environment, plan_scan({environment, std::move(models)}, request));
}

PagedRead::Created PagedRead::query(const Environment& environment, const DocumentTable& table,
                                    const QueryRequest& request) {
  return start(environment, plan_query({environment, {}, &table}, request));
}

PagedRead::Created PagedRead::scan(const Environment& environment, const DocumentTable& table,
                                   const ScanRequest& request) {
  return start(environment, plan_scan({environment, {}, &table}, request));
}

PagedRead::Created PagedRead::count(const Environment& environment, const DocumentTable& table,
                                    const QueryRequest& request) {
  return start(environment, plan_query({environment, {}, &table, true}, request));
}

PagedRead::Created PagedRead::count(const Environment& environment, const DocumentTable& table,
                                    const ScanRequest& request) {
  return start(environment, plan_scan({environment, {}, &table, true}, request));
}

const std::vector<std::string>& PagedRead::dropped() const {
  return plan_->dropped;
}

void PagedRead::on_response(std::uint32_t id, Result<Response> response) {
  calls_.on_response(id, std::move(response));
}

// The service's Limit. Without a filter every evaluated item is returned, so no more than the rest of the limit is
// read; and a document's page is never cut, because its key attributes are not known.
std::optional<std::size_t> PagedRead::request_limit() const {
  const bool exact = !plan_->may_skip || plan_->keys.empty();
  if (!plan_->limit || !exact) return plan_->page_size;
  const std::size_t rest = *plan_->limit - std::min(*plan_->limit, total_);
  return plan_->page_size ? std::min(*plan_->page_size, rest) : rest;
}

std::string PagedRead::body(const Worker& worker) const {
  std::string body = plan_->head;
  value::WireWriter writer(body);
  if (const auto limit = request_limit()) {
    writer.raw(R"(,"Limit":)");
    // The service takes 32 bits.
    constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
    writer.integer(static_cast<std::int64_t>(std::min(*limit, kMost)));
  }
  if (worker.segment) {
    const std::uint32_t total = plan_->total_segments.value_or(plan_->parallel);
    writer.raw(R"(,"Segment":)");
    writer.integer(*worker.segment);
    writer.raw(R"(,"TotalSegments":)");
    writer.integer(total);
  }
  if (!worker.start_key.empty()) {
    writer.raw(R"(,"ExclusiveStartKey":)");
    writer.raw(worker.start_key);
  }
  writer.raw('}');
  return body;
}

void PagedRead::send_round() {
  calls_.clear();
  for (Worker& worker : workers_)
    if (!worker.finished) worker.call = calls_.add(plan_->operation, body(worker), Repeat::kRead);
  in_flight_ = true;
}

bool PagedRead::limit_reached() const {
  return plan_->limit && total_ >= *plan_->limit;
}

Step PagedRead::failed(Error error) {
  final_ = Step(Failed{plan_->locate(std::move(error))});
  return *final_;
}

// The end: a gathered page first, if one is open.
Step PagedRead::finish() {
  final_ = Step(Done{});
  if (!page_open_) return *final_;
  page_open_ = false;
  return page_ready();
}

// A page is complete, but for what is encrypted in it.
Step PagedRead::page_ready() {
  if (!keys_) return PageReady{};
  // Neighbouring pages may share keys; a long read must not gather them all.
  constexpr std::size_t kMostKeys = 1000;
  if (keys_->data_keys.size() > kMostKeys) keys_->data_keys.clear();
  keys_->opening.emplace(environment_, keys_->data_keys);
  for (std::size_t i = 0; i < page_.items.size(); ++i) {
    keys_->opening->add(page_.models.empty() ? plan_->models.front() : page_.models[i], page_.items[i]);
  }
  return open_page();
}

Step PagedRead::open_page() {
  Opening& opening = *keys_->opening;
  auto step = opening.next(calls_);
  if (step && *step) return std::move(**step);
  if (!step) {
    page_ = Page();
    Error error = std::move(step).error();
    keys_->opening.reset();
    return failed(std::move(error));
  }
  for (std::size_t i = 0; i < page_.items.size(); ++i) page_.items[i] = opening.item(i);
  if (opening.document()) page_.documents.push_back(opening.document());
  keys_->opening.reset();
  return PageReady{};
}

Step PagedRead::next() {
  for (;;) {
    if (keys_ && keys_->opening) return open_page();
    if (final_) return *final_;
    if (in_flight_) {
      if (auto step = calls_.next()) return std::move(*step);
      in_flight_ = false;
      next_worker_ = 0;
      // All workers are joined by now; the first error is the read's.
      for (const Worker& worker : workers_)
        if (!worker.finished && !calls_.outcome(worker.call).response) {
          return failed(std::move(*calls_.outcome(worker.call).error));
        }
    }
    while (next_worker_ < workers_.size() && !stop_) {
      Worker& worker = workers_[next_worker_++];
      if (worker.finished) continue;
      if (!plan_->gather || plan_->count) page_ = Page();
      if (auto taken = take(worker); !taken) return failed(std::move(taken).error());
      if (plan_->gather) page_open_ = true;
      if (!plan_->gather && !plan_->count) return page_ready();
    }
    // Without a limit a gathered page is one answer.
    const bool page_full = plan_->gather && !plan_->limit && page_open_ && plan_->parallel == 1;
    if (stop_ || page_full || std::ranges::all_of(workers_, &Worker::finished)) return finish();
    send_round();
  }
}

Result<void> PagedRead::take(Worker& worker) {
  const Outcome& outcome = calls_.outcome(worker.call);
  auto document = std::make_shared<value::WireDocument>();
  TT_TRY(value::WireObject answer, read_body(*document, outcome.response->body, plan_->operation));
  TT_TRY(const Item last_key, last_key_of(answer));
  worker.finished = last_key.empty();
  worker.start_key = last_key.empty() ? std::string() : to_wire_json(last_key);

  const std::size_t scanned = count_member(answer, "ScannedCount");
  total_scanned_ += scanned;
  page_.scanned_count += scanned;
  page_.consumed_capacity += capacity_of(answer);
  if (plan_->count) {
    total_ += count_member(answer, "Count");
    return {};
  }
  page_.cursor.clear();
  if (!worker.finished && plan_->parallel == 1) {
    page_.cursor = give_out(Cursor{last_key, plan_->index, plan_->sort});
  }
  page_.documents.push_back(std::move(document));
  return take_items(answer, page_.cursor);
}

Result<void> PagedRead::take_items(value::WireObject answer, std::string& cursor) {
  value::WireArray items;
  if (answer.at_key("Items").get(items) != simdjson::SUCCESS) return {};
  const bool has_discriminators = plan_->has_discriminators();
  const Timestamp now = plan_->hide_expired ? environment_.now() : Timestamp();
  page_.items.reserve(page_.items.size() + items.size());
  bool cut = false;
  for (const value::WireElement item : items) {
    if (limit_reached()) {
      cut = true;
      break;
    }
    std::shared_ptr<const model::Model> owner;
    if (has_discriminators) owner = owner_of(item);
    const model::Model* model = has_discriminators ? owner.get() : plan_->model();
    const bool is_foreign = has_discriminators && model == nullptr;
    if (is_foreign || (model != nullptr && plan_->hide_expired && is_expired(*model, item, now))) {
      ++page_.skipped_count;
      continue;
    }
    if (plan_->models.size() > 1) page_.models.push_back(std::move(owner));
    page_.items.push_back(item);
    ++page_.count;
    ++total_;
  }
  stop_ = limit_reached();
  if (!cut) return {};
  if (plan_->parallel > 1) return {};
  TT_TRY(cursor, cursor_after(page_.items.back()));
  return {};
}

std::shared_ptr<const model::Model> PagedRead::owner_of(value::WireElement item) const {
  for (const auto& model : plan_->models)
    if (!is_of_other_model(*model, item)) return model;
  return nullptr;
}

std::string PagedRead::give_out(const Cursor& cursor) const {
  std::string text = cursor.encode();
  return plan_->cursor_key.empty() ? text : sign_cursor(text, plan_->cursor_key);
}

// Where to go on after an item inside a page: its key in the table and in the index.
Result<std::string> PagedRead::cursor_after(value::WireElement item) const {
  Cursor cursor{{}, plan_->index, plan_->sort};
  if (plan_->keys.empty()) {
    return fail(ErrorCode::kTransport,
                "the service returned more items than its Limit allows; check that the address "
                "is a DynamoDB endpoint");
  }
  for (const dms::KeyAttribute& key : plan_->keys) {
    value::WireElement stored;
    if (item.at_key(key.attribute).get(stored) != simdjson::SUCCESS) {
      return fail(ErrorCode::kInternal,
                  fmt::format("an item of the page lacks the key attribute \"{}\"; please report it", key.attribute));
    }
    auto value = value::read_value(stored);
    if (!value) {
      return fail(ErrorCode::kTransport, fmt::format("the key attribute \"{}\" cannot be read: {}; check that the "
                                                     "address is a DynamoDB endpoint",
                                                     key.attribute, value.error().message()));
    }
    cursor.last_key.set(key.attribute, std::move(*value));
  }
  return give_out(cursor);
}

Explanation PagedRead::explain() const {
  Explanation explanation = plan_->explanation;
  explanation.request = body(workers_.front());
  return explanation;
}

}  // namespace tabletheory::ops
