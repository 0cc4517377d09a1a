#include "ops/migration.h"

#include <fmt/format.h>

#include "ops/batches.h"
#include "ops/guards.h"
#include "ops/paged_reads.h"
#include "ops/projection.h"
#include "value/base64.h"

namespace tabletheory::ops {
namespace {

DocumentTable documents_of(const model::Model& model) {
  DocumentTable table{model.table(), {model.definition().partition.attribute}};
  if (model.definition().sort) table.key.push_back(model.definition().sort->attribute);
  return table;
}

const Value* text_member(const Map& map, std::string_view name) {
  const Value* value = map.find(name);
  return value != nullptr && value->is(Type::kS) ? value : nullptr;
}

}  // namespace

Migration::Migration(const Environment& environment, MigrationInput input)
    : environment_(environment), input_(std::move(input)) {}

Migration::~Migration() = default;

Migration::Created Migration::start(const Environment& environment, MigrationInput input) {
  std::unique_ptr<Migration> migration(new Migration(environment, std::move(input)));
  const auto check = [&]() -> Result<void> {
    const MigrationInput& given = migration->input_;
    if (given.source->table() == given.target->table()) {
      return fail(ErrorCode::kInvalidOperator,
                  fmt::format("source and target are one table, {}; migrate into a table of another name",
                              given.source->table()));
    }
    TT_TRY(migration->copy_, check_migration(*given.source, *given.target, given.mapping, environment.keys != nullptr));
    return migration->resume();
  };
  if (auto checked = check(); !checked) return std::unexpected(migration->locate(std::move(checked).error()));
  return migration;
}

Error Migration::locate(Error error) const {
  return located(std::move(error), "migrate", input_.target.get(), input_.target->table());
}

void Migration::on_response(std::uint32_t id, Result<Response> response) {
  if (child_) child_->on_response(id, std::move(response));
}

Step Migration::next() {
  const auto fail_with = [this](Error error) -> Step {
    final_ = Step(Failed{locate(std::move(error))});
    return *final_;
  };
  if (final_) return *final_;
  if (!begun_) {
    begun_ = true;
    if (auto started = begin(Stage::kCheckSource); !started) return fail_with(std::move(started).error());
  }
  for (;;) {
    if (!child_) {  // the last page is copied
      final_ = Step(Done{});
      return *final_;
    }
    Step step = child_->next();
    if (std::holds_alternative<Send>(step) || std::holds_alternative<Sleep>(step)) return step;
    if (auto* failed = std::get_if<Failed>(&step)) return fail_with(std::move(failed->error));
    auto copied = finish_stage(std::holds_alternative<PageReady>(step));
    if (!copied) return fail_with(std::move(copied).error());
    if (*copied) return PageReady{};
  }
}

Result<void> Migration::begin(Stage stage) {
  stage_ = stage;
  child_.reset();
  read_ = nullptr;
  switch (stage) {
    case Stage::kCheckSource:
      return begin_check();
    case Stage::kCreate: {
      if (input_.backup && input_.resume_from.empty()) TT_CHECK(input_.backup());
      if (!input_.create_table) return begin(Stage::kRead);
      TT_TRY(child_, TableOperation::ensure(environment_, {&input_.target, 1}, input_.table));
      return {};
    }
    case Stage::kRead:
      return begin_read();
    case Stage::kWrite:
      break;  // begun by take_page
  }
  return {};
}

// Whether every attribute that should be an envelope is one. The service looks; only items where one is not come back.
Result<void> Migration::begin_check() {
  const auto envelopes = copied_envelopes(*input_.source, input_.mapping);
  if (envelopes.empty() || !input_.resume_from.empty()) return begin(Stage::kCreate);
  ScanRequest request;
  RawExpression filter;
  filter.text = not_an_envelope(envelopes, filter.names);
  request.filter.raw = std::move(filter);
  request.projection = documents_of(*input_.source).key;
  TT_TRY(auto read, PagedRead::scan(environment_, documents_of(*input_.source), request));
  read_ = read.get();
  child_ = std::move(read);
  return {};
}

Result<void> Migration::begin_read() {
  ScanRequest request;
  request.page_size = input_.page_size;
  request.consistent = true;
  request.cursor = cursor_;
  // What is encrypted anew is read in the clear; all else as it is stored.
  TT_TRY(auto read, copy_ == EnvelopeCopy::kAnew
                        ? PagedRead::scan(environment_, input_.source, request)
                        : PagedRead::scan(environment_, documents_of(*input_.source), request));
  read_ = read.get();
  child_ = std::move(read);
  return {};
}

Result<bool> Migration::finish_stage(bool at_page) {
  switch (stage_) {
    case Stage::kCheckSource:
      if (at_page && read_->page().items.empty()) return false;  // on to the next page
      if (at_page) {
        return fail(
            ErrorCode::kInvalidEncryptedEnvelope,
            fmt::format("table {} holds items whose encrypted attributes are no envelopes; write them through a "
                        "client with an encryption provider first",
                        input_.source->table()));
      }
      TT_CHECK(begin(Stage::kCreate));
      return false;
    case Stage::kCreate:
      TT_CHECK(begin(Stage::kRead));
      return false;
    case Stage::kRead:
      if (at_page) {
        TT_CHECK(take_page());
        return false;
      }
      child_.reset();
      return false;
    case Stage::kWrite:
      break;
  }
  progress_.copied += page_copied_;
  progress_.skipped += page_skipped_;
  progress_.token = token();
  if (cursor_.empty()) {
    child_.reset();
  } else {
    TT_CHECK(begin(Stage::kRead));
  }
  return true;
}

// The page's items, mapped, into one batch.
Result<void> Migration::take_page() {
  Page page = std::move(read_->page());
  cursor_ = page.cursor;
  page_copied_ = 0;
  page_skipped_ = page.skipped_count;
  auto batch = std::make_unique<BatchWrite>(environment_);
  const DocumentTable target = documents_of(*input_.target);
  for (const value::WireElement stored : page.items) {
    if (is_of_other_model(*input_.source, stored)) {
      ++page_skipped_;
      continue;
    }
    auto item = value::read_item(stored);
    if (!item) return fail(ErrorCode::kInvalidModel, "a source item cannot be read: " + item.error().message());
    TT_TRY(std::optional<Item> result, mapped(std::move(*item)));
    if (!result) {
      ++page_skipped_;
      continue;
    }
    TT_CHECK(check_stored(*input_.target, *result, copy_));
    TT_CHECK(copy_ == EnvelopeCopy::kAnew ? batch->copy(input_.target, *result) : batch->put(target, *result));
    ++page_copied_;
  }
  stage_ = Stage::kWrite;
  read_ = nullptr;
  if (page_copied_ == 0) {
    // Nothing to write: an operation that is done at once.
    struct Nothing final : Operation {
      Step next() override { return Done{}; }
      void on_response(std::uint32_t /*id*/, Result<Response> /*response*/) override {}
    };
    child_ = std::make_unique<Nothing>();
    return {};
  }
  TT_CHECK(batch->prepare());
  child_ = std::move(batch);
  return {};
}

Result<std::optional<Item>> Migration::mapped(Item item) const {
  Item out;
  for (auto& [name, value] : item) {
    // Attributes that the source model does not know are left behind, as its typed reads do.
    const bool is_known = input_.source->slot_of(name) != model::kNoSlot;
    const std::string* to = is_known ? input_.mapping.target_of(name) : nullptr;
    if (to != nullptr) out.set(*to, std::move(value));
  }
  if (const auto& from = input_.source->definition().discriminator) out.erase(from->attribute);
  if (const auto& discriminator = input_.target->definition().discriminator) {
    out.set(discriminator->attribute, Value(discriminator->value));
  }
  if (!input_.transform) return std::optional<Item>(std::move(out));
  return input_.transform(std::move(out));
}

// Where to go on: {"copied":…,"cursor":"…","skipped":…,"source":"…","target":"…"}, base64url.
std::string Migration::token() const {
  if (cursor_.empty()) return {};
  std::string json;
  value::append_plain_json(Value(Map{{"source", input_.source->table()},
                                     {"target", input_.target->table()},
                                     {"cursor", cursor_},
                                     {"copied", static_cast<std::int64_t>(progress_.copied)},
                                     {"skipped", static_cast<std::int64_t>(progress_.skipped)}}),
                           json);
  return value::base64url(json);
}

Result<void> Migration::resume() {
  if (input_.resume_from.empty()) return {};
  const auto undecodable = [] {
    return fail(ErrorCode::kInvalidModel, "the progress token cannot be read; give one that this migration reported");
  };
  const auto text = value::decode_base64url(input_.resume_from);
  if (!text) return undecodable();
  const auto json = value::parse_plain_json(*text);
  if (!json || !json->is(Type::kM)) return undecodable();
  const Map& token = json->map();
  const Value* source = text_member(token, "source");
  const Value* target = text_member(token, "target");
  const Value* cursor = text_member(token, "cursor");
  const Value* copied = token.find("copied");
  const Value* skipped = token.find("skipped");
  if (!source || !target || !cursor || !copied || !copied->is(Type::kN) || !skipped || !skipped->is(Type::kN)) {
    return undecodable();
  }
  if (source->text() != input_.source->table() || target->text() != input_.target->table()) {
    return fail(ErrorCode::kInvalidOperator,
                fmt::format("the progress token is of a migration from {} to {}; give one of this migration",
                            source->text(), target->text()));
  }
  cursor_ = cursor->text();
  progress_.copied = static_cast<std::size_t>(copied->number().to_int64().value_or(0));
  progress_.skipped = static_cast<std::size_t>(skipped->number().to_int64().value_or(0));
  return {};
}

}  // namespace tabletheory::ops
