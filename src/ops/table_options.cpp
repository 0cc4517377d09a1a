#include "ops/table_options.h"

#include <algorithm>

#include "ops/capability_check.h"

namespace tabletheory::ops {
namespace {

// The part that models decide.
Result<void> check_shape(const Capabilities& target, const TableShape& shape) {
  for (const dms::Index& index : shape.indexes) {
    if (!index.global) {
      TT_CHECK(require(target, Capability::kLocalIndexes, "declare index " + index.name + " as a GSI"));
    }
    if (index.projection != dms::Index::Projection::kAll) {
      TT_CHECK(require(target, Capability::kIndexProjections, "let index " + index.name + " project ALL"));
    }
    if (index.partition.size() > 1 || index.sort.size() > 1) {
      TT_CHECK(require(target, Capability::kMultiAttributeKeys,
                       "key index " + index.name + " by one attribute that holds the parts"));
    }
  }
  return {};
}

Result<void> check_settings(const Capabilities& target, bool tags, bool protection, bool stream, bool encryption,
                            bool recovery, bool ttl) {
  if (tags) TT_CHECK(require(target, Capability::kTags, "leave the tags out"));
  if (protection) TT_CHECK(require(target, Capability::kDeletionProtection, "leave deletion_protection out"));
  if (stream) TT_CHECK(require(target, Capability::kStreams, "leave the stream out"));
  if (encryption) TT_CHECK(require(target, Capability::kEncryptionAtRest, "leave encryption_at_rest out"));
  if (recovery) TT_CHECK(require(target, Capability::kPointInTimeRecovery, "leave point_in_time_recovery out"));
  if (ttl) TT_CHECK(require(target, Capability::kTimeToLive, "turn the option for ttl off"));
  return {};
}

}  // namespace

std::string_view stream_view_name(StreamView view) {
  switch (view) {
    case StreamView::kKeysOnly:
      return "KEYS_ONLY";
    case StreamView::kNewImage:
      return "NEW_IMAGE";
    case StreamView::kOldImage:
      return "OLD_IMAGE";
    case StreamView::kNewAndOldImages:
      return "NEW_AND_OLD_IMAGES";
    case StreamView::kNone:
      break;
  }
  return "";
}

void write_throughput(value::WireWriter& writer, const Throughput& throughput) {
  writer.raw(R"(,"ProvisionedThroughput":{"ReadCapacityUnits":)");
  writer.integer(throughput.read_units);
  writer.raw(R"(,"WriteCapacityUnits":)");
  writer.integer(throughput.write_units);
  writer.raw('}');
}

void write_stream(value::WireWriter& writer, StreamView view) {
  if (view == StreamView::kNone) return writer.raw(R"(,"StreamSpecification":{"StreamEnabled":false})");
  writer.raw(R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":)");
  writer.string(stream_view_name(view));
  writer.raw('}');
}

void write_encryption_at_rest(value::WireWriter& writer, const EncryptionAtRest& encryption) {
  writer.raw(R"(,"SSESpecification":{"Enabled":true,"SSEType":"KMS")");
  if (!encryption.kms_key.empty()) {
    writer.raw(R"(,"KMSMasterKeyId":)");
    writer.string(encryption.kms_key);
  }
  writer.raw('}');
}

void write_tags(value::WireWriter& writer, std::span<const std::pair<std::string, std::string>> tags) {
  char separator = '[';
  for (const auto& [key, tag] : tags) {
    writer.raw(separator);
    separator = ',';
    writer.raw(R"({"Key":)");
    writer.string(key);
    writer.raw(R"(,"Value":)");
    writer.string(tag);
    writer.raw('}');
  }
  writer.raw(']');
}

Result<void> check_able(const Capabilities& target, const TableShape& shape, const TableOptions& options) {
  TT_CHECK(check_shape(target, shape));
  return check_settings(target, !options.tags.empty(), options.deletion_protection, options.stream != StreamView::kNone,
                        options.encryption_at_rest.has_value(), options.point_in_time_recovery,
                        options.enable_ttl && !shape.ttl_attribute.empty());
}

Result<void> check_able(const Capabilities& target, const TableShape& shape, const TableChanges& changes) {
  TT_CHECK(check_shape(target, shape));
  return check_settings(target, !changes.tags.empty() || !changes.remove_tags.empty(),
                        changes.deletion_protection.has_value(), changes.stream.has_value(),
                        changes.encryption_at_rest.has_value(), changes.point_in_time_recovery.has_value(),
                        changes.ttl && !shape.ttl_attribute.empty());
}

}  // namespace tabletheory::ops
