// Stored items to native structs, in one pass over the wire and without a value tree.
//
//     RecordReader reader(plan);
//     Order order;
//     if (auto read = reader.read_item(element, &order); !read) …     // ErrInvalidModel, ErrNumberPrecisionLoss
//
// Attributes the struct does not have are skipped; those that are absent or NULL leave their member alone (docs/spec/
// dms.md, "Emptiness"). One thread at a time. Use one reader for the items of a page: it remembers the order of their
// attributes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sdk/record_plan.h"
#include "value/wire.h"

namespace tabletheory::detail {

class RecordReader {
 public:
  explicit RecordReader(const RecordPlan& plan) : plan_(&plan) {}

  // `record` is a default-constructed struct of the plan. Attributes named in `dropped` are left out.
  Result<void> read_item(value::WireElement item, void* record, std::span<const std::string> dropped = {});
  // One stored attribute into its member.
  Result<void> read_attribute(const RecordPlan::Member& member, value::WireElement stored, void* record);

 private:
  struct Stored {
    Type type;
    value::WireElement content;  // what is behind the type's name
    value::WireElement whole;
  };

  const RecordPlan::Member* find(std::string_view name, std::size_t position);
  // The functions below answer false after fail_with.
  bool read_member(const RecordPlan::Member& member, value::WireElement stored, void* target);
  bool read_json_text(const Codec& codec, value::WireElement content, void* target);
  // A typed attribute value, `{"S":"…"}`.
  bool read(const Codec& codec, value::WireElement stored, void* target);
  bool read_opened(const Codec& codec, const Stored& stored, void* target);
  bool read_wrapped(const Codec& codec, const Stored& stored, void* target);
  bool read_whole(const Codec& codec, value::WireElement stored, void* target);
  // What is behind the type's name; elements of sets have nothing before it.
  bool read_content(const Codec& codec, Type type, value::WireElement content, void* target);
  bool read_bytes(std::string_view text, Bytes& target);
  template <class Element, class Read>
  bool read_elements(const Codec& codec, value::WireElement content, std::vector<Element>& elements, Read read);
  bool read_set(const Codec& codec, value::WireElement content, void* target);
  bool read_number(const Codec& codec, std::string_view text, void* target);
  bool read_timestamp(Type type, std::string_view text, void* target);
  bool read_sequence(const Codec& codec, Type type, value::WireElement content, void* target);
  bool read_native_set(const Codec& codec, Type type, value::WireElement content, void* target);
  bool read_dictionary(const Codec& codec, value::WireElement content, void* target);
  bool read_record(const Codec& codec, value::WireElement content, void* target);
  template <class Read>
  bool read_converted(const Codec& codec, void* target, Read read);

  // What can go wrong, out of the way of what goes right.
  [[gnu::cold]] bool fail_with(ErrorCode code, std::string message);
  [[gnu::cold]] bool wrong_type(const Codec& codec, Type type);
  [[gnu::cold]] bool not_typed();
  [[gnu::cold]] bool not_a_number(std::string_view text);
  [[gnu::cold]] bool not_exact(std::string_view text);
  [[gnu::cold]] bool inside(std::string_view step);  // puts a step before the place of the failure
  [[gnu::cold]] std::unexpected<Error> failure(const RecordPlan::Member& member) const;

  const RecordPlan* plan_;
  std::vector<const RecordPlan::Member*> order_;  // of the last item's attributes; null: not of this struct
  ErrorCode code_ = ErrorCode::kInvalidModel;
  std::string message_, place_;  // of the failure; the place as a path, without the attribute's name
};

}  // namespace tabletheory::detail
