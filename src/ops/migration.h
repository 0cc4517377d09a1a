// Migration: copies the items of one table into another, transformed from a source model to a target model
// (docs/spec/operations.md, "Tables").
//
//     TT_TRY(auto migration, Migration::start(environment, {.source = v1, .target = v2, .mapping = {{{"mail",
//     "email"}}}})); …drive it; at each PageReady one page has been copied: migration->progress().token goes on from
//     there…
//
// Guards run first, then the backup hook, then the target table is made, then pages are read and written one after the
// other. Items keep what they store, their version and timestamps too; an item of the target with the same key is
// replaced, so a page that is copied twice does no harm. `environment` must outlive the operation.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ops/migration_guards.h"
#include "ops/operation.h"
#include "ops/tables.h"
#include "tabletheory/table_options.h"

namespace tabletheory::ops {

struct MigrationInput {
  std::shared_ptr<const model::Model> source, target;
  AttributeMapping mapping{};
  // Called with each mapped item as it would be stored; none: it is skipped. Runs within next(), as `backup` does.
  std::function<Result<std::optional<Item>>(Item)> transform{};
  std::function<Result<void>()> backup{};
  bool create_table = true;  // make the target's table unless it is there
  TableOptions table{};
  std::size_t page_size = 100;
  std::string resume_from{};  // a token of progress()
};

class BatchWrite;
class PagedRead;

class Migration final : public Operation {
 public:
  using Created = Result<std::unique_ptr<Migration>>;
  static Created start(const Environment& environment, MigrationInput input);
  ~Migration() override;

  Step next() override;
  void on_response(std::uint32_t id, Result<Response> response) override;

  const MigrationProgress& progress() const { return progress_; }

 private:
  enum class Stage : std::uint8_t { kCheckSource, kCreate, kRead, kWrite };
  Migration(const Environment& environment, MigrationInput input);
  Result<void> begin(Stage stage);
  Result<void> begin_check();
  Result<void> begin_read();
  // What a finished child operation leads to; true: a page has been copied.
  Result<bool> finish_stage(bool at_page);
  Result<void> take_page();
  Result<std::optional<Item>> mapped(Item item) const;
  Result<void> resume();
  std::string token() const;
  Error locate(Error error) const;

  const Environment& environment_;
  MigrationInput input_;
  EnvelopeCopy copy_ = EnvelopeCopy::kAsTheyAre;
  Stage stage_ = Stage::kCheckSource;
  std::unique_ptr<Operation> child_;
  PagedRead* read_ = nullptr;  // the child, while it reads
  std::string cursor_;         // of the page being copied; empty after the last
  std::size_t page_copied_ = 0, page_skipped_ = 0;
  bool begun_ = false;
  MigrationProgress progress_;
  std::optional<Step> final_;
};

}  // namespace tabletheory::ops
