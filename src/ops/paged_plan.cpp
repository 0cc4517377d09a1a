#include "ops/paged_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "expr/raw.h"
#include "ops/conditions.h"
#include "ops/cursor.h"
#include "ops/guards.h"
#include "ops/index_choice.h"
#include "ops/projection.h"
#include "ops/read_advice.h"
#include "ops/shared_view.h"
#include "ops/write_conditions.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

// Whether reading the model's items takes their keys: version 2 envelopes are bound to them.
bool binds_key(const std::shared_ptr<const model::Model>& model) {
  return std::ranges::any_of(model->attributes(),
                             [](const model::Attribute& attribute) { return attribute.definition.encryption >= 2; });
}

using Plan = std::unique_ptr<PagedPlan>;

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::kInvalidOperator, std::move(message));
}

Result<void> check_numbers(const PageOptions& options, bool count) {
  if (options.limit && *options.limit == 0) return invalid("the limit is 0; give at least 1, or none for all items");
  if (options.page_size && *options.page_size == 0) return invalid("the page size is 0; give at least 1, or none");
  if (count && (options.limit || !options.cursor.empty() || !options.projection.empty())) {
    return invalid("a count covers all pages: it takes no limit, cursor or projection; leave them out");
  }
  return {};
}

// Builds one plan in the order of the checks.
class Planner {
 public:
  Planner(const PagedInput& input, const PageOptions& options) : input_(input), options_(options) {
    plan_ = std::make_unique<PagedPlan>();
    plan_->models = input.models;
    if (!input.models.empty()) plan_->view = input.models.front();  // for errors, until the view is made
    plan_->table = input.models.empty() ? input.table->name : input.models.front()->table();
    plan_->count = input.count;
    plan_->limit = options.limit;
    plan_->page_size = options.page_size;
    plan_->hide_expired = options.hide_expired;
    plan_->gather = options.gather;
    plan_->index = options.index;
    plan_->cursor_key = options.cursor_key.value_or("");
  }

  Result<void> query(const QueryRequest& request) {
    plan_->name = input_.count ? "count" : "query";
    plan_->operation = "Query";
    plan_->sort = request.ascending ? "ASC" : "DESC";
    TT_CHECK(begin());
    TT_TRY(const KeyConditions conditions, read_key_conditions(model(), request.partition, request.sort));
    plan_->explanation.reason = "named by the caller";
    if (model() != nullptr) {
      TT_TRY(ChosenIndex chosen, choose_index(*model(), options_.index, conditions));
      use_index(chosen.index);
      plan_->explanation.reason = std::move(chosen.reason);
    } else if (options_.index.empty()) {
      plan_->explanation.reason = "a document query reads the table unless it names an index";
    }
    TT_CHECK(common_checks());
    ExpressionMembers members;
    members.add("KeyConditionExpression", members.printer.condition(conditions.condition()));
    finish(members);
    if (!request.ascending) plan_->head += R"(,"ScanIndexForward":false)";
    return resume();
  }

  Result<void> scan(const ScanRequest& request) {
    plan_->name = input_.count ? "count" : "scan";
    plan_->operation = "Scan";
    TT_CHECK(begin());
    TT_CHECK(check_segments(request));
    plan_->explanation.reason =
        options_.index.empty() ? "a scan reads the table unless it names an index" : "named by the caller";
    if (model() != nullptr && !options_.index.empty()) {
      TT_TRY(const model::Index* const index, find_index(*model(), options_.index));
      use_index(index);
    } else if (model() != nullptr) {
      use_index(nullptr);
    }
    TT_CHECK(common_checks());
    ExpressionMembers members;
    finish(members);
    return resume();
  }

  Plan take() { return std::move(plan_); }
  Error locate(Error error) const { return plan_->locate(std::move(error)); }

 private:
  const model::Model* model() const { return plan_->model(); }

  Result<void> begin() {
    for (const auto& each : plan_->models) TT_CHECK(check_encryption(input_.environment, *each));
    if (!plan_->models.empty()) {
      TT_TRY(plan_->view, shared_view(plan_->models));
    }
    return check_numbers(options_, input_.count);
  }

  void use_index(const model::Index* index) {
    index_ = index;
    plan_->index = index == nullptr ? std::string() : index->definition.name;
    plan_->keys = paging_keys(*model(), index);
  }

  Result<void> check_segments(const ScanRequest& request) {
    if (request.segment.has_value() != request.total_segments.has_value()) {
      return invalid("segment and total_segments come together; give both or none");
    }
    if (request.segment && *request.segment >= *request.total_segments) {
      return invalid(fmt::format("segment {} is not below total_segments {}; segments count from 0", *request.segment,
                                 *request.total_segments));
    }
    constexpr std::uint32_t kMaxParallel = 1000;
    if (request.parallel == 0 || request.parallel > kMaxParallel) {
      return invalid(fmt::format("parallel is {}; give 1 to {}", request.parallel, kMaxParallel));
    }
    if (request.parallel > 1 && (request.segment || !options_.cursor.empty())) {
      return invalid("a parallel scan covers all segments from the start; give neither a segment nor a cursor with it");
    }
    plan_->segment = request.segment;
    plan_->total_segments = request.total_segments;
    plan_->parallel = request.parallel;
    return {};
  }

  Result<void> common_checks() {
    if (options_.consistent && index_ != nullptr && index_->definition.global) {
      return invalid(
          fmt::format("index {} is a GSI, which cannot be read consistently; read the table, or without "
                      "`consistent`",
                      plan_->index));
    }
    for (const auto& each : plan_->models) TT_CHECK(check_visible(*each));
    TT_TRY(filter_, compile_condition(model(), options_.filter));
    TT_CHECK(check_filter());
    TT_TRY(projection_, ReadProjection::compile(model(), options_.projection));
    add_library_filters();
    for (const auto& each : plan_->models) projection_.need_for_checks(*each, options_.hide_expired);
    // To go on from an item inside a page, and to open envelopes that are bound to their item.
    if (model() != nullptr && (plan_->limit || std::ranges::any_of(plan_->models, binds_key)))
      for (const dms::KeyAttribute& key : plan_->keys) projection_.need(key.attribute);
    plan_->dropped = projection_.dropped;
    plan_->may_skip = filter_ || (model() != nullptr && (options_.hide_expired || plan_->has_discriminators()));
    return {};
  }

  // What items are checked by must be seen where they are read: the discriminator, and the ttl of what may expire.
  Result<void> check_visible(const model::Model& each) const {
    if (index_ == nullptr) return {};
    const auto& discriminator = each.definition().discriminator;
    if (discriminator && !is_projected(discriminator->attribute)) {
      return invalid(
          fmt::format("index {} does not project \"{}\", by which the items of model {} are told from "
                      "others; project it, or read the table",
                      plan_->index, discriminator->attribute, each.name()));
    }
    if (!options_.hide_expired || each.ttl_slot() == model::kNoSlot) return {};
    const std::string& ttl = each.attribute(each.ttl_slot()).name();
    if (is_projected(ttl)) return {};
    return invalid(
        fmt::format("index {} does not project the ttl attribute \"{}\", so expired items cannot be hidden; "
                    "project it, or read the table",
                    plan_->index, ttl));
  }

  // By the index that is read. (An LSI fetches the rest from the table.)
  bool is_projected(const std::string& attribute) const {
    const dms::Index& index = index_->definition;
    const auto is_it = [&](const dms::KeyAttribute& key) { return key.attribute == attribute; };
    return !index.global || index.projection == dms::Index::Projection::kAll ||
           std::ranges::any_of(plan_->keys, is_it) || std::ranges::find(index.fields, attribute) != index.fields.end();
  }

  // The service refuses filters on the keys of what is queried.
  Result<void> check_filter() const {
    if (!filter_ || model() == nullptr || plan_->sort.empty()) return {};
    std::vector<dms::KeyAttribute> keys;
    if (index_ != nullptr) {
      keys = index_->definition.partition;
      keys.insert(keys.end(), index_->definition.sort.begin(), index_->definition.sort.end());
    } else {
      keys = plan_->keys;
    }
    const auto roots = expr::root_attributes(*filter_);
    for (const dms::KeyAttribute& key : keys) {
      if (std::ranges::find(roots, key.attribute) == roots.end()) continue;
      return invalid(
          fmt::format("the filter is on \"{}\", a key of what is queried; make it the sort condition, or "
                      "leave it out",
                      key.attribute));
    }
    return {};
  }

  // Counts see no items, so what is checked on items otherwise is asked of the service.
  void add_library_filters() {
    if (!input_.count || model() == nullptr) return;
    std::vector<expr::Condition> models;
    for (const auto& each : plan_->models) {
      std::vector<expr::Condition> checks = library_checks(*each);
      if (!checks.empty()) models.push_back(expr::Condition::all_of(std::move(checks)));
    }
    if (models.empty()) return;
    std::vector<expr::Condition> all;
    if (filter_) all.push_back(std::move(*filter_));
    all.push_back(models.size() == 1 ? std::move(models.front()) : expr::Condition::any_of(std::move(models)));
    filter_ = all.size() == 1 ? std::move(all.front()) : expr::Condition::all_of(std::move(all));
  }

  // What an item of the model must fulfil to be counted.
  std::vector<expr::Condition> library_checks(const model::Model& each) const {
    using expr::Comparator;
    using expr::Operand;
    std::vector<expr::Condition> checks;
    const auto path = [](const std::string& name) { return Operand::of(expr::Path::attribute(name)); };
    if (options_.hide_expired && each.ttl_slot() != model::kNoSlot) {
      const std::string& ttl = each.attribute(each.ttl_slot()).name();
      // Comparing with a number holds for numbers only, so an item without ttl, or with another type, is not expired.
      const Number now(input_.environment.now().unix_seconds());
      checks.push_back(
          expr::Condition::negate(expr::Condition::compare(path(ttl), Comparator::kLe, Operand::of(Value(now)))));
    }
    if (const auto& discriminator = each.definition().discriminator) {
      checks.push_back(expr::Condition::compare(path(discriminator->attribute), Comparator::kEq,
                                                Operand::of(Value(discriminator->value))));
    }
    return checks;
  }

  void finish(ExpressionMembers& members) {
    if (filter_) members.add("FilterExpression", members.printer.condition(*filter_));
    if (!projection_.projection.paths.empty()) {
      members.add("ProjectionExpression", members.printer.projection(projection_.projection));
    }
    std::string& head = plan_->head;
    head = R"({"TableName":)";
    value::WireWriter writer(head);
    writer.string(plan_->table);
    if (!plan_->index.empty()) {
      writer.raw(R"(,"IndexName":)");
      writer.string(plan_->index);
    }
    writer.raw(members.finish());
    if (input_.count) writer.raw(R"(,"Select":"COUNT")");
    if (options_.consistent) writer.raw(R"(,"ConsistentRead":true)");
    writer.raw(R"(,"ReturnConsumedCapacity":"TOTAL")");
    explain();
  }

  void explain() {
    Explanation& explanation = plan_->explanation;
    explanation.operation = plan_->operation;
    explanation.index = plan_->index;
    ReadFacts facts;
    facts.model = model();
    facts.index = index_;
    facts.is_scan = plan_->sort.empty();
    facts.consistent = options_.consistent;
    facts.evaluated = options_.page_size;
    if (options_.limit && !plan_->may_skip) {
      facts.evaluated = std::min(*options_.limit, options_.page_size.value_or(*options_.limit));
    }
    facts.filter = filter_ ? &*filter_ : nullptr;
    facts.projection = &projection_.projection;
    advise(facts, explanation);
  }

  Result<void> resume() {
    if (options_.cursor_key && options_.cursor_key->empty()) {
      return fail(ErrorCode::kInvalidOperator,
                  "the secret that signs cursors is empty; anyone could sign with that: give a secret, or sign none");
    }
    if (options_.cursor.empty()) return {};
    std::string text = options_.cursor;
    if (options_.cursor_key) {
      TT_TRY(text, open_signed_cursor(options_.cursor, *options_.cursor_key));
    }
    TT_TRY(const Cursor cursor, Cursor::decode(text));
    if (model() != nullptr) {
      TT_CHECK(cursor.check_resumes(plan_->index, plan_->sort, plan_->keys));
    } else {
      // The keys of a document table are not known: what the cursor holds is what they are.
      std::vector<dms::KeyAttribute> keys;
      for (const auto& [name, value] : cursor.last_key) keys.push_back({name, value.type()});
      TT_CHECK(cursor.check_resumes(plan_->index, plan_->sort, keys));
    }
    plan_->start_key = to_wire_json(cursor.last_key);
    return {};
  }

  const PagedInput& input_;
  const PageOptions& options_;
  Plan plan_;
  const model::Index* index_ = nullptr;
  std::optional<expr::Condition> filter_;
  ReadProjection projection_;
};

}  // namespace

Error PagedPlan::locate(Error error) const {
  return located(std::move(error), name, model(), table);
}

Result<Plan> plan_query(const PagedInput& input, const QueryRequest& request) {
  Planner planner(input, request);
  if (auto planned = planner.query(request); !planned) {
    return std::unexpected(planner.locate(std::move(planned).error()));
  }
  return planner.take();
}

Result<Plan> plan_scan(const PagedInput& input, const ScanRequest& request) {
  Planner planner(input, request);
  if (auto planned = planner.scan(request); !planned) {
    return std::unexpected(planner.locate(std::move(planned).error()));
  }
  return planner.take();
}

}  // namespace tabletheory::ops
