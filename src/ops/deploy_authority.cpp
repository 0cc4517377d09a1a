#include "ops/deploy_authority.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/attribute_rules.h"
#include "model/dynamic_item.h"
#include "ops/conditions.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::ops {
namespace {

constexpr std::string_view kProvenance = "provenance";
constexpr std::string_view kConfidence = "confidence";

// Which evidence carries authority, and the one reason it gives (docs/spec/operations.md, "Helpers").
constexpr struct {
  std::string_view kind, source, reason;
} kAuthorities[] = {
    {"operator_command", "release-control-plane", "operator_command_authority"},
    {"factory_batch_manifest", "partner-factory", "unique_factory_manifest_match"},
    {"codepipeline_execution", "service-ci", "codepipeline_execution_authority"},
    {"submodule_pin", "service-ci", "unique_submodule_pin_match"},
};
constexpr std::string_view kAuthoritativeLevel = "high";
constexpr std::string_view kModes[] = {"native", "imported", "inferred"};

// The members of the objects. Those that a rule speaks of are needed.
struct Member {
  enum class Form : std::uint8_t { kText, kTime, kList };
  std::string_view name;
  Form form = Form::kText;
  bool needed = false;
};
using Form = Member::Form;
constexpr Member kProvenanceMembers[] = {
    {"mode", Form::kText, true},
    {"system"},
    {"kind"},
    {"ref"},
    {"commit_sha"},
    {"observed_at", Form::kTime},
    {"recorded_at", Form::kTime},
    {"import_run_id"},
    {"evidence", Form::kList, true},
};
constexpr Member kEvidenceMembers[] = {
    {"kind", Form::kText, true},
    {"source", Form::kText, true},
    {"ref", Form::kText, true},
    {"observed_at", Form::kTime},
    {"digest"},
};
constexpr Member kConfidenceMembers[] = {{"level", Form::kText, true}, {"reasons", Form::kList, true}};

std::unexpected<Error> malformed(std::string_view where, std::string_view what) {
  return fail(ErrorCode::kInvalidModel, fmt::format("{}: {}", where, what));
}

std::unexpected<Error> rejected(std::string_view where, std::string_view what) {
  return fail(ErrorCode::kRejectedDeployAuthorityEvidence, fmt::format("{}: {}", where, what));
}

std::unexpected<Error> apart() {
  return fail(ErrorCode::kInvalidModel,
              "provenance and confidence come both or not at all; write, or remove, the two together");
}

std::string names_of(std::span<const Member> members) {
  std::string names;
  for (const Member& member : members) (names += names.empty() ? "" : ", ") += member.name;
  return names;
}

bool is_absent(const Value* value) {
  return value == nullptr || value->is_null();
}

// A member without a value: absent, NULL, or "".
bool is_blank(const Value* value) {
  return is_absent(value) || (value->is(Type::kS) && value->text().empty());
}

Result<void> check_member(const Value* value, const Member& member, std::string_view where) {
  if (is_blank(value)) {
    if (!member.needed) return {};
    return malformed(where, fmt::format("member \"{}\" is missing; give it", member.name));
  }
  const std::string place = fmt::format("{}.{}", where, member.name);
  if (member.form == Form::kList) {
    if (value->is(Type::kL)) return {};
    return malformed(place, "it has to be a list");
  }
  if (!value->is(Type::kS)) return malformed(place, "it has to be text");
  if (member.form == Form::kTime && !Timestamp::parse(value->text())) {
    return malformed(place, "it has to be an RFC 3339 time such as 2026-01-02T03:04:05Z");
  }
  return {};
}

Result<const Map*> check_object(const Value& value, std::span<const Member> members, std::string_view where) {
  const Map* map = value.get_if<Map>();
  if (map == nullptr) return malformed(where, fmt::format("it has to be a map of {}", names_of(members)));
  for (const auto& [name, ignored] : *map) {
    if (std::ranges::find(members, name, &Member::name) != std::end(members)) continue;
    return malformed(where, fmt::format("it has a member that is not one of {}; leave it out", names_of(members)));
  }
  for (const Member& member : members) TT_CHECK(check_member(map->find(member.name), member, where));
  return map;
}

const std::string& text_of(const Map& map, std::string_view name) {
  return map.find(name)->text();
}

// Every piece is well-formed.
Result<std::vector<const Map*>> check_evidence(const Value& value) {
  std::vector<const Map*> evidence;
  if (value.list().empty()) return malformed("provenance.evidence", "it is empty; give at least one piece of evidence");
  for (const Value& piece : value.list()) {
    const std::string where = fmt::format("provenance.evidence[{}]", evidence.size());
    TT_TRY(const Map* const map, check_object(piece, kEvidenceMembers, where));
    evidence.push_back(map);
  }
  return evidence;
}

Result<void> check_reasons_are_text(const List& reasons) {
  const bool all_text = std::ranges::all_of(reasons, [](const Value& reason) { return reason.is(Type::kS); });
  return all_text ? Result<void>() : malformed("confidence.reasons", "it has to be a list of texts");
}

Result<void> check_same_origin(std::span<const Map* const> evidence) {
  for (std::size_t i = 1; i < evidence.size(); ++i) {
    for (const std::string_view name : {"kind", "source", "ref"}) {
      if (text_of(*evidence[i], name) == text_of(*evidence[0], name)) continue;
      return rejected(
          fmt::format("provenance.evidence[{}]", i),
          fmt::format("its {} is not that of evidence[0]; all evidence must share one kind, source and ref", name));
    }
  }
  return {};
}

Result<void> check_authority(const Map& evidence, const Map& confidence) {
  const auto authority = std::ranges::find_if(kAuthorities, [&](const auto& entry) {
    return entry.kind == text_of(evidence, "kind") && entry.source == text_of(evidence, "source");
  });
  if (authority == std::end(kAuthorities)) {
    std::string known;
    for (const auto& entry : kAuthorities)
      known += fmt::format("{}{} from {}", known.empty() ? "" : ", ", entry.kind, entry.source);
    return rejected("provenance.evidence",
                    fmt::format("this kind from this source carries no authority to deploy; those that do: {}", known));
  }
  if (text_of(confidence, "level") != kAuthoritativeLevel) {
    return rejected("confidence.level", fmt::format("only \"{}\" is enough to deploy", kAuthoritativeLevel));
  }
  const List& reasons = confidence.find("reasons")->list();
  if (reasons.size() != 1 || reasons.front().text() != authority->reason) {
    return rejected("confidence.reasons", fmt::format("evidence of kind {} gives exactly one reason: {}",
                                                      authority->kind, authority->reason));
  }
  return {};
}

// A value that a write stores, as the caller means it.
Result<std::optional<Value>> read_back(const model::Attribute& attribute, const std::string& wire) {
  value::WireDocument document;
  TT_TRY(const value::WireElement stored, document.parse(wire));
  return model::read_attribute(attribute, stored);
}

// Sets and removals of whole attributes by actions, for the two ways to say them.
class Actions {
 public:
  // `value`: what is set; nullopt: removed.
  Result<void> add(std::string_view root, bool is_whole, std::optional<Value> value) {
    if (!is_whole) {
      return malformed(root,
                       "it is set or removed as a whole, so that provenance and confidence can be checked together");
    }
    (root == kProvenance ? provenance_ : confidence_) = std::pair(true, std::move(value));
    return {};
  }
  Result<void> check() const {
    if (provenance_.first != confidence_.first) return apart();
    const auto pointer = [](const std::optional<Value>& value) { return value ? &*value : nullptr; };
    return check_deploy_authority(pointer(provenance_.second), pointer(confidence_.second));
  }

 private:
  std::pair<bool, std::optional<Value>> provenance_, confidence_;
};

bool carries_both(const model::Model& model) {
  return model.slot_of(kProvenance) != model::kNoSlot && model.slot_of(kConfidence) != model::kNoSlot;
}

bool is_one_of_both(std::string_view root) {
  return root == kProvenance || root == kConfidence;
}

}  // namespace

Result<void> check_deploy_authority(const Value* provenance, const Value* confidence) {
  if (is_absent(provenance) && is_absent(confidence)) return {};
  if (is_absent(provenance) || is_absent(confidence)) return apart();
  TT_TRY(const Map* const origin, check_object(*provenance, kProvenanceMembers, kProvenance));
  if (std::ranges::find(kModes, text_of(*origin, "mode")) == std::end(kModes)) {
    return malformed("provenance.mode", "it has to be native, imported or inferred");
  }
  TT_TRY(const auto evidence, check_evidence(*origin->find("evidence")));
  TT_TRY(const Map* const belief, check_object(*confidence, kConfidenceMembers, kConfidence));
  TT_CHECK(check_reasons_are_text(belief->find("reasons")->list()));
  // Well-formed from here on; does it prove anything?
  TT_CHECK(check_same_origin(evidence));
  return check_authority(*evidence.front(), *belief);
}

DeployAuthority::DeployAuthority(const model::Model& model) : model_(model) {
  const std::size_t provenance = model.slot_of(kProvenance);
  if (provenance == model::kNoSlot) return;
  const std::size_t confidence = model.slot_of(kConfidence);
  if (confidence == model::kNoSlot) return;
  provenance_.slot = provenance;
  confidence_.slot = confidence;
}

void DeployAuthority::note(std::size_t slot, Effect effect) {
  if (slot == provenance_.slot) provenance_.effect = effect;
  if (slot == confidence_.slot) confidence_.effect = effect;
}

Result<void> DeployAuthority::check(const model::ItemSource& source) const {
  if (provenance_.effect != confidence_.effect) return apart();
  if (provenance_.effect != Effect::kWritten) return {};
  const auto read = [&](std::size_t slot) -> Result<std::optional<Value>> {
    std::string wire;
    TT_CHECK(source.write(slot, wire));
    return read_back(model_.attribute(slot), wire);
  };
  TT_TRY(const auto provenance, read(provenance_.slot));
  TT_TRY(const auto confidence, read(confidence_.slot));
  return check_deploy_authority(provenance ? &*provenance : nullptr, confidence ? &*confidence : nullptr);
}

Result<void> check_deploy_authority(const model::Model& model, const UpdateBuilder& builder) {
  if (!carries_both(model)) return {};
  using Kind = UpdateBuilder::Kind;
  Actions actions;
  for (const UpdateBuilder::Action& action : builder.actions()) {
    const std::string_view root = root_of(&model, action.path);
    if (!is_one_of_both(root)) continue;
    const bool is_whole =
        action.path == root && !action.element && (action.kind == Kind::kSet || action.kind == Kind::kRemove);
    TT_CHECK(actions.add(root, is_whole, action.kind == Kind::kSet ? std::optional(action.value) : std::nullopt));
  }
  return actions.check();
}

Result<void> check_deploy_authority(const model::Model& model, const expr::Update& update) {
  if (!carries_both(model)) return {};
  using Kind = expr::UpdateAction::Kind;
  Actions actions;
  for (const expr::UpdateAction& action : update.actions) {
    const std::string& root = action.path.root();
    if (!is_one_of_both(root)) continue;
    const bool is_set = action.kind == Kind::kSet && action.value.kind == expr::Operand::Kind::kLiteral;
    const bool is_whole = action.path.is_root() && (is_set || action.kind == Kind::kRemove);
    std::optional<Value> value;
    if (is_whole && is_set) {
      const model::Attribute& attribute = model.attribute(model.slot_of(root));
      TT_TRY(value, read_back(attribute, to_wire_json(action.value.literal)));
    }
    TT_CHECK(actions.add(root, is_whole, std::move(value)));
  }
  return actions.check();
}

}  // namespace tabletheory::ops
