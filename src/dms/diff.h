// What changes between two DMS documents, and whether a live table and the programs on it live through it.
//
//     for (const dms::Change& change : dms::diff(old_document, new_document))
//       std::cout << change.path << ": " << change.rule().reason << '\n';
//
// Every kind of change has one class, reason and remedy: the table kChangeRules in dms/change_rules.h. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dms/document.h"

namespace tabletheory::dms {

enum class ChangeClass : std::uint8_t {
  kSafe,            // stored items and running programs go on; deploy in any order
  kNeedsMigration,  // something has to be done first: items written again, an index built, a setting made
  kBreaking         // stored items cannot be read, the table cannot become so, or calls that worked are refused
};
// "safe", "needs-migration", "breaking".
std::string_view change_class_name(ChangeClass change_class);

enum class ChangeKind : std::uint8_t {
  kVersionChanged,
  kNamespaceChanged,
  kModelAdded,
  kModelRemoved,
  kTableRenamed,
  kEncryptedTableRenamed,
  kNamingChanged,
  kTableKeyChanged,
  kWriteOnceBegun,
  kWriteOnceEnded,
  kAttributeProtected,
  kAttributeUnprotected,
  kDiscriminatorAdded,
  kDiscriminatorRemoved,
  kDiscriminatorChanged,
  kAttributeAdded,
  kRequiredAttributeAdded,
  kFirstEncryption,
  kAttributeRemoved,
  kTypeChanged,
  kRequiredBegun,
  kRequiredEnded,
  kOptionalChanged,
  kOmitEmptyBegun,
  kOmitEmptyEnded,
  kEmptyUpdateChanged,
  kEmptyRequiredUpdateChanged,
  kBlankRecordChanged,
  kVersionRoleAdded,
  kVersionRoleRemoved,
  kTimeRoleAdded,
  kTimeRoleRemoved,
  kTtlRoleAdded,
  kTtlRoleRemoved,
  kKeyRolesChanged,
  kFormatAdded,
  kFormatRemoved,
  kNumberFormatChanged,
  kTextFormatChanged,
  kJsonTextChanged,
  kNativeJsonChanged,
  kBinaryChanged,
  kEncryptionBegun,
  kEncryptionRaised,
  kEncryptionLowered,
  kEncryptionEnded,
  kTagsChanged,
  kGlobalIndexAdded,
  kLocalIndexAdded,
  kIndexDeclared,
  kIndexRemoved,
  kIndexTypeChanged,
  kIndexKeyChanged,
  kProjectionWidened,
  kProjectionNarrowed,
  kLocalProjectionChanged
};

// What is known of every change of a kind.
struct ChangeRule {
  ChangeKind kind;
  std::string_view name;  // stable, for scripts: "attribute-added"
  ChangeClass change_class;
  std::string_view reason;
  std::string_view remedy;  // what to do about it; empty when there is nothing to do
};

struct Change {
  ChangeKind kind;
  std::string path;           // "models.Order.attributes.total.type"
  std::string before, after;  // "(none)" where there is nothing
  bool is_in_old = false;     // `place` is in the old document: what changed is no longer in the new one
  Place place{};              // the document, model, attribute or index it is about

  const ChangeRule& rule() const;
};

// Every change, the gravest first; those of one class in the order of the documents. Both must be documents that load.
std::vector<Change> diff(const Document& old_document, const Document& new_document);

// The gravest class; kSafe when there is no change.
ChangeClass gravest(const std::vector<Change>& changes);

}  // namespace tabletheory::dms
