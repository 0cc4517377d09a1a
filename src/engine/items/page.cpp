#include "engine/items/page.h"

#include <algorithm>

#include "engine/items/answer.h"
#include "engine/items/item_codec.h"
#include "engine/items/projected_read.h"
#include "engine/key_codec.h"
#include "expr/evaluate.h"
#include "value/limits.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

// The walk over one page.
class PageWalk {
 public:
  PageWalk(const Snapshot& snapshot, const PageSource& source, const PageParameters& parameters, std::string& items)
      : snapshot_(snapshot), source_(source), parameters_(parameters), items_(items), meter_(parameters.capacity) {}

  Served<void> run(const KeyRange& range, bool forward);

  std::int64_t count = 0;
  std::int64_t scanned = 0;
  std::optional<Item> last;  // set when the page ended before the range did

  CapacityMeter& finish_metering();

 private:
  bool full() const {
    return (parameters_.limit && scanned >= *parameters_.limit) || size_bytes_ >= limits::kPageBytes;
  }
  Served<void> take(const StoredItem& entry);
  Served<void> take_parsed(const Item& item);

  const Snapshot& snapshot_;
  const PageSource& source_;
  const PageParameters& parameters_;
  std::string& items_;
  CapacityMeter meter_;
  std::size_t size_bytes_ = 0;
  std::int64_t fetched_halves_ = 0;
};

Served<void> PageWalk::run(const KeyRange& range, bool forward) {
  const auto cursor = snapshot_.cursor();
  const std::string start = parameters_.start_key ? source_.key_of(*parameters_.start_key) : std::string();
  if (forward) {
    const bool resume = !start.empty() && start >= range.lower;
    cursor->seek(resume ? std::string_view(start) : std::string_view(range.lower));
    if (resume && cursor->valid() && cursor->key() == start) cursor->next();
  } else {
    const bool resume = !start.empty() && (range.upper.empty() || start < range.upper);
    cursor->seek_before(resume ? start : range.upper);
  }
  while (cursor->valid()) {
    const std::string_view key = cursor->key();
    if (forward ? !range.upper.empty() && key >= range.upper : key < range.lower) break;
    const StoredItem entry(cursor->value());
    TT_SERVE_CHECK(take(entry));
    if (full()) {
      TT_SERVE(last, entry.parse());
      break;
    }
    if (forward) {
      cursor->next();
    } else {
      cursor->previous();
    }
  }
  return {};
}

Served<void> PageWalk::take(const StoredItem& entry) {
  ++scanned;
  size_bytes_ += entry.size_bytes();
  const RequestExpressions& expressions = parameters_.expressions;
  if (!source_.fetch && !expressions.filter && !expressions.projection) {
    if (parameters_.select != Select::kCount) {
      if (count > 0) items_ += ',';
      items_ += entry.json();
    }
    ++count;
    return {};
  }
  TT_SERVE(const Item entry_item, entry.parse());
  if (!source_.fetch) return take_parsed(entry_item);
  const Blob stored = snapshot_.read(item_key(*source_.table, entry_item));
  if (!stored) return {};  // an entry without its item: entries and items are committed together
  const StoredItem item(*stored);
  fetched_halves_ +=
      read_halves(item.size_bytes(), parameters_.consistent ? ReadKind::kConsistent : ReadKind::kEventual);
  TT_SERVE(const Item whole, item.parse());
  return take_parsed(whole);
}

Served<void> PageWalk::take_parsed(const Item& item) {
  const RequestExpressions& expressions = parameters_.expressions;
  if (expressions.filter && !expr::matches(*expressions.filter, item)) return {};
  if (parameters_.select != Select::kCount) {
    if (count > 0) items_ += ',';
    value::WireWriter writer(items_);
    if (expressions.projection) {
      writer.item(expr::project(*expressions.projection, item));
    } else {
      writer.item(item);
    }
  }
  ++count;
  return {};
}

CapacityMeter& PageWalk::finish_metering() {
  const std::int64_t halves =
      read_halves(size_bytes_, parameters_.consistent ? ReadKind::kConsistent : ReadKind::kEventual);
  if (source_.index != nullptr) {
    meter_.add_index(*source_.index, halves);
  } else {
    meter_.add_table(halves);
  }
  meter_.add_table(fetched_halves_);
  return meter_;
}

// The key attributes of table and index.
Item key_of_last(const PageSource& source, const Item& item) {
  Item key;
  const auto take = [&](const KeySchema& keys) {
    for (const auto* attributes : {&keys.hash, &keys.range}) {
      for (const KeyAttribute& attribute : *attributes) {
        if (const Value* value = item.find(attribute.name)) key.set(attribute.name, *value);
      }
    }
  };
  take(source.table->keys);
  if (source.index != nullptr) take(source.index->keys);
  return key;
}

}  // namespace

Served<std::string> read_page(const PageSource& source, const PageParameters& parameters, const KeyRange& range,
                              bool forward) {
  AnswerObject answer;
  const bool with_items = parameters.select != Select::kCount;
  std::string unused;
  std::string& items = with_items ? answer.member("Items") : unused;
  if (with_items) items += '[';
  PageWalk walk(*source.snapshot, source, parameters, items);
  TT_SERVE_CHECK(walk.run(range, forward));
  if (with_items) items += ']';
  value::WireWriter(answer.member("Count")).integer(walk.count);
  value::WireWriter(answer.member("ScannedCount")).integer(walk.scanned);
  if (walk.last) {
    value::WireWriter(answer.member("LastEvaluatedKey")).item(key_of_last(source, *walk.last));
  }
  if (parameters.capacity != ConsumedCapacity::kNone) {
    walk.finish_metering().write(source.table->name, {}, answer.member("ConsumedCapacity"));
  }
  return std::move(answer).finish();
}

}  // namespace tabletheory::engine
