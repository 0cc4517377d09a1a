// Query and Scan: what to read, and the ways to read it.
//
//     auto open = orders.query("CUSTOMER#1")
//                     .sort(attr(&Order::sk).begins_with("ORDER#"))
//                     .where(attr(&Order::total) > 100)
//                     .descending()
//                     .limit(20);
//     for (Result<Order>& order : open.items()) {
//       if (!order) return order.error();            // the last element of a range that fails
//       …
//     }
//     auto first  = open.page();                      // Result<Page<Order>>: up to 20 items, and a cursor
//     auto second = open.after(first->cursor).page();
//     auto total  = orders.query(attr(&Order::state) == "open").count();    // the index is chosen by its keys
//
// Values: build one, copy it, run it as often as you like. Nothing is sent before page(), all(), items(), … is called.
// Errors: ErrInvalidOperator (no or several fitting indexes, an operator a key cannot take, a cursor of another query,
// consistent on a global index), ErrInvalidModel (unknown attribute, wrong type, undecodable cursor), ErrTableNotFound.
// A query may be used by one thread at a time; copies are independent.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tabletheory/detail/table_core.h"

namespace tabletheory {

namespace detail {

// What lazy ranges share: a single-pass range over what `Self::advance()` leaves in `current_`; empty at the end.
template <class Self, class Element>
class LazyRange {
 public:
  class iterator {
   public:
    using value_type = Element;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;
    explicit iterator(Self* range) : range_(range) {}
    value_type& operator*() const { return *range_->current_; }
    value_type* operator->() const { return &*range_->current_; }
    iterator& operator++() {
      range_->advance();
      return *this;
    }
    void operator++(int) { range_->advance(); }
    bool operator==(std::default_sentinel_t) const { return !range_->current_; }

   private:
    Self* range_;
  };

  // The first page is read here. Call it once.
  iterator begin() {
    auto& self = static_cast<Self&>(*this);
    self.advance();
    return iterator(&self);
  }
  std::default_sentinel_t end() const { return {}; }

 protected:
  std::optional<Element> current_;
};

}  // namespace detail

template <class T>
struct Page : PageInfo {
  std::vector<T> items;
};

// A lazy range of pages, as Result<Page<T>>; single-pass. An error is its last element.
template <class T>
class PageRange : public detail::LazyRange<PageRange<T>, Result<Page<T>>> {
 public:
  explicit PageRange(detail::TablePointer table, detail::ReadPlan plan) : reader_(std::move(table), std::move(plan)) {}

 private:
  friend detail::LazyRange<PageRange<T>, Result<Page<T>>>;
  void advance() {
    if (failed_) {
      this->current_.reset();
      return;
    }
    Page<T> page;
    Result<bool> more = reader_.next(detail::sink(page.items), page);
    if (!more) {
      failed_ = true;
      this->current_.emplace(std::unexpected(std::move(more).error()));
    } else if (*more) {
      this->current_.emplace(std::move(page));
    } else {
      this->current_.reset();
    }
  }

  detail::PageReader reader_;
  bool failed_ = false;
};

// A lazy range of items, as Result<T>; single-pass. Pages are fetched as they are reached. An error is its last
// element.
template <class T>
class ItemRange : public detail::LazyRange<ItemRange<T>, Result<T>> {
 public:
  explicit ItemRange(detail::TablePointer table, detail::ReadPlan plan) : reader_(std::move(table), std::move(plan)) {}

 private:
  friend detail::LazyRange<ItemRange<T>, Result<T>>;
  void advance() {
    while (next_ == items_.size()) {
      if (ended_) {
        this->current_.reset();
        return;
      }
      items_.clear();
      next_ = 0;
      PageInfo info;
      Result<bool> more = reader_.next(detail::sink(items_), info);
      if (!more) {
        ended_ = true;
        items_.clear();
        this->current_.emplace(std::unexpected(std::move(more).error()));
        return;
      }
      ended_ = !*more;
    }
    this->current_.emplace(std::move(items_[next_++]));
  }

  detail::PageReader reader_;
  std::vector<T> items_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

// What Query and Scan share. Every setter returns the query itself.
template <class Self, class T>
class ReadBuilder {
 public:
  ReadBuilder(detail::TablePointer table, detail::ReadPlan plan) : table_(std::move(table)), plan_(std::move(plan)) {}

  // A filter on what was read; several are joined by AND. Filtered items are paid for: prefer keys.
  Self& where(Condition filter) {
    plan_.filter = plan_.filter && filter;
    return self();
  }
  // Fetch these attributes only; other members of T keep their defaults.
  Self& select(std::vector<Path> attributes) {
    plan_.projection = std::move(attributes);
    return self();
  }
  // Number of items returned in all (pages are followed until it is reached).
  Self& limit(std::size_t items) {
    plan_.limit = items;
    return self();
  }
  // DynamoDB's Limit: items evaluated per request, before the filter.
  Self& page_size(std::size_t items) {
    plan_.page_size = items;
    return self();
  }
  Self& consistent(bool on = true) {
    plan_.consistent = on;
    return self();
  }
  // Leave out items whose ttl has passed.
  Self& hide_expired(bool on = true) {
    plan_.hide_expired = on;
    return self();
  }
  // Read an index instead of the table.
  Self& using_index(std::string name) {
    plan_.index = std::move(name);
    return self();
  }
  // Go on where a page ended; empty: from the start.
  Self& after(std::string cursor) {
    plan_.cursor = std::move(cursor);
    return self();
  }
  // Sign the cursors of this read with HMAC-SHA256 and `secret` (bytes; not empty, best 32 random ones), and take no
  // cursor in `after` that was not: ErrInvalidModel. For cursors that leave the program, through a public API say: an
  // unsigned one can be rewritten to start at any key. Signed cursors are the same in every language.
  Self& sign_cursors(std::string secret) {
    plan_.cursor_key = std::move(secret);
    return self();
  }

  // One page: with a limit, that many items (or all there are); without, one answer of the service.
  Result<Page<T>> page() const {
    Page<T> page;
    auto info = detail::read_page(table_, plan_, detail::sink(page.items));
    if (!info) return std::unexpected(std::move(info).error());
    static_cast<PageInfo&>(page) = std::move(*info);
    return page;
  }
  PageRange<T> pages() const { return PageRange<T>(table_, plan_); }
  ItemRange<T> items() const { return ItemRange<T>(table_, plan_); }
  // Everything, in memory.
  Result<std::vector<T>> all() const {
    std::vector<T> all;
    for (Result<T>& item : items()) {
      if (!item) return std::unexpected(std::move(item).error());
      all.push_back(std::move(*item));
    }
    return all;
  }
  // The first item, if any.
  Result<std::optional<T>> first() const {
    detail::ReadPlan plan = plan_;
    plan.limit = 1;
    for (Result<T>& item : ItemRange<T>(table_, std::move(plan))) {
      if (!item) return std::unexpected(std::move(item).error());
      return std::optional<T>(std::move(*item));
    }
    return std::optional<T>();
  }
  // How many items match, over all pages, without fetching them.
  Result<std::size_t> count() const { return detail::count(table_, plan_); }
  // What would be sent, with which index and why.
  Result<Explanation> explain() const { return detail::explain(table_, plan_); }

  // For the library.
  const detail::TablePointer& table() const { return table_; }
  const detail::ReadPlan& plan() const { return plan_; }

 protected:
  Self& self() { return static_cast<Self&>(*this); }
  detail::TablePointer table_;
  detail::ReadPlan plan_;
};

template <class T>
class Query : public ReadBuilder<Query<T>, T> {
 public:
  using ReadBuilder<Query<T>, T>::ReadBuilder;

  // The condition on the sort key: == < <= > >= between begins_with. (Multi-attribute keys: several, joined by &&.)
  Query& sort(Condition condition) {
    this->plan_.sort = std::move(condition);
    return *this;
  }
  Query& ascending() {
    this->plan_.descending = false;
    return *this;
  }
  Query& descending() {
    this->plan_.descending = true;
    return *this;
  }
};

template <class T>
class Scan : public ReadBuilder<Scan<T>, T> {
 public:
  using ReadBuilder<Scan<T>, T>::ReadBuilder;

  // Reads this many segments side by side; items come in no particular order and pages have no cursor. All requests are
  // answered before the call returns; the first error ends the scan.
  Scan& parallel(std::uint32_t segments) {
    this->plan_.parallel = segments;
    return *this;
  }
  // One worker's share of a scan that you spread yourself.
  Scan& segment(std::uint32_t index, std::uint32_t total) {
    this->plan_.segment = index;
    this->plan_.total_segments = total;
    return *this;
  }
};

}  // namespace tabletheory
