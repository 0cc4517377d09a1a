// Deploy authority: the check itself, and where writes run it.
#include "ops/deploy_authority.h"

#include "ops/batches.h"
#include "ops/scripted_target.h"
#include "ops/transactions.h"
#include "ops/writes.h"

namespace tabletheory::ops {
namespace {

Map piece(std::string kind, std::string source, std::string ref = "r1") {
  return Map{{"kind", std::move(kind)},
             {"source", std::move(source)},
             {"ref", std::move(ref)},
             {"observed_at", "2026-01-02T03:04:05Z"},
             {"digest", "sha256:0"}};
}

Map provenance(List evidence) {
  return Map{{"mode", "native"},
             {"system", "deploys"},
             {"kind", "release"},
             {"ref", "r1"},
             {"commit_sha", "c0ffee"},
             {"observed_at", "2026-01-02T03:04:05Z"},
             {"recorded_at", "2026-01-02T03:04:06Z"},
             {"import_run_id", ""},
             {"evidence", std::move(evidence)}};
}

Map confidence(std::string reason, std::string level = "high") {
  return Map{{"level", std::move(level)}, {"reasons", List{Value(std::move(reason))}}};
}

const Map kGood = provenance({piece("submodule_pin", "service-ci")});
const Map kSure = confidence("unique_submodule_pin_match");

Map with(Map map, std::string name, Value value) {
  map.set(std::move(name), std::move(value));
  return map;
}
Map without(Map map, std::string_view name) {
  map.erase(name);
  return map;
}

// The code and where it is, or empty.
std::string verdict(const std::optional<Value>& provenance, const std::optional<Value>& confidence) {
  const auto checked = check_deploy_authority(provenance ? &*provenance : nullptr, confidence ? &*confidence : nullptr);
  if (checked) return {};
  const std::string& message = checked.error().message();
  return std::string(error_code_name(checked.error().code())) + " " + message.substr(0, message.find(':'));
}

TEST(DeployAuthority, EachKindAndSourceHasItsOneReason) {
  constexpr const char* kPairs[][3] = {
      {"operator_command", "release-control-plane", "operator_command_authority"},
      {"factory_batch_manifest", "partner-factory", "unique_factory_manifest_match"},
      {"codepipeline_execution", "service-ci", "codepipeline_execution_authority"},
      {"submodule_pin", "service-ci", "unique_submodule_pin_match"},
  };
  for (const auto& [kind, source, reason] : kPairs) {
    EXPECT_EQ(verdict(provenance({piece(kind, source)}), confidence(reason)), "") << kind;
    for (const auto& [other_kind, other_source, other] : kPairs) {
      if (std::string_view(other) == reason) continue;
      EXPECT_EQ(verdict(provenance({piece(kind, source)}), confidence(other)),
                "ErrRejectedDeployAuthorityEvidence confidence.reasons")
          << kind << " " << other;
    }
  }
  EXPECT_EQ(verdict(provenance({piece("operator_command", "service-ci")}), confidence("operator_command_authority")),
            "ErrRejectedDeployAuthorityEvidence provenance.evidence");
}

TEST(DeployAuthority, BothOrNotAtAll) {
  EXPECT_EQ(verdict({}, {}), "");
  EXPECT_EQ(verdict(Value(), Value()), "");
  EXPECT_TRUE(verdict(kGood, {}).starts_with("ErrInvalidModel"));
  EXPECT_TRUE(verdict({}, kSure).starts_with("ErrInvalidModel"));
  EXPECT_TRUE(verdict(kGood, Value()).starts_with("ErrInvalidModel"));
}

TEST(DeployAuthority, AllEvidenceSharesOneOrigin) {
  const Map pin = piece("submodule_pin", "service-ci");
  EXPECT_EQ(verdict(provenance({pin, pin}), kSure), "");
  for (const char* name : {"kind", "source", "ref"}) {
    EXPECT_EQ(verdict(provenance({pin, with(pin, name, "other")}), kSure),
              "ErrRejectedDeployAuthorityEvidence provenance.evidence[1]")
        << name;
  }
}

TEST(DeployAuthority, OnlyHighConfidenceAndExactlyOneReasonWillDo) {
  EXPECT_EQ(verdict(kGood, confidence("unique_submodule_pin_match", "medium")),
            "ErrRejectedDeployAuthorityEvidence confidence.level");
  EXPECT_EQ(verdict(kGood, with(kSure, "reasons", List{})), "ErrRejectedDeployAuthorityEvidence confidence.reasons");
  EXPECT_EQ(verdict(kGood, with(kSure, "reasons", List{"unique_submodule_pin_match", "and_another"})),
            "ErrRejectedDeployAuthorityEvidence confidence.reasons");
}

TEST(DeployAuthority, ShapesAreModelErrors) {
  EXPECT_EQ(verdict("text", kSure), "ErrInvalidModel provenance");
  EXPECT_EQ(verdict(with(kGood, "author", "me"), kSure), "ErrInvalidModel provenance");
  EXPECT_EQ(verdict(without(kGood, "mode"), kSure), "ErrInvalidModel provenance");
  EXPECT_EQ(verdict(with(kGood, "mode", "guessed"), kSure), "ErrInvalidModel provenance.mode");
  EXPECT_EQ(verdict(with(kGood, "system", 1), kSure), "ErrInvalidModel provenance.system");
  EXPECT_EQ(verdict(with(kGood, "recorded_at", "yesterday"), kSure), "ErrInvalidModel provenance.recorded_at");
  EXPECT_EQ(verdict(without(kGood, "evidence"), kSure), "ErrInvalidModel provenance");
  EXPECT_EQ(verdict(provenance({}), kSure), "ErrInvalidModel provenance.evidence");
  EXPECT_EQ(verdict(with(kGood, "evidence", "x"), kSure), "ErrInvalidModel provenance.evidence");
  EXPECT_EQ(verdict(provenance({Value("x")}), kSure), "ErrInvalidModel provenance.evidence[0]");
  for (const char* name : {"kind", "source", "ref"}) {
    EXPECT_EQ(verdict(provenance({without(piece("submodule_pin", "service-ci"), name)}), kSure),
              "ErrInvalidModel provenance.evidence[0]");
  }
  EXPECT_EQ(verdict(kGood, without(kSure, "level")), "ErrInvalidModel confidence");
  EXPECT_EQ(verdict(kGood, without(kSure, "reasons")), "ErrInvalidModel confidence");
  EXPECT_EQ(verdict(kGood, with(kSure, "reasons", List{1})), "ErrInvalidModel confidence.reasons");
  EXPECT_EQ(verdict(kGood, with(kSure, "note", "x")), "ErrInvalidModel confidence");
}

TEST(DeployAuthority, MessagesHoldNoValues) {
  for (const auto& [provenance_value, confidence_value] :
       {std::pair(with(kGood, "mode", "hush"), kSure), std::pair(kGood, confidence("hush")),
        std::pair(kGood, confidence("unique_submodule_pin_match", "hush")),
        std::pair(provenance({piece("hush", "hush")}), kSure), std::pair(with(kGood, "hush", 1), kSure),
        std::pair(with(kGood, "recorded_at", "hush"), kSure)}) {
    const Value origin(provenance_value), belief(confidence_value);
    const auto checked = check_deploy_authority(&origin, &belief);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().message().find("hush"), std::string::npos) << checked.error().message();
  }
}

// Writes. `record` keeps its confidence as JSON text, to see that stored forms are read as what they mean.
const std::shared_ptr<const model::Model>& releases() {
  static const auto model = compile(R"(
dms_version: "0.2"
models:
  - name: Release
    table: {name: releases}
    keys: {partition: {attribute: PK, type: S}}
    attributes:
      - {attribute: PK, type: S, roles: [pk]}
      - {attribute: state, type: S, required: true}
      - {attribute: provenance, type: M, omit_empty: true}
      - {attribute: confidence, type: S, json: true, omit_empty: true}
)");
  return model;
}

class DeployAuthorityOfWrites : public testing::Test {
 protected:
  static Item item(Map provenance, Map confidence) {
    return Item{
        {"PK", "R"}, {"state", "on"}, {"provenance", std::move(provenance)}, {"confidence", std::move(confidence)}};
  }
  static std::string code_of(const ItemWrite::Created& created) {
    return created ? "" : std::string(error_code_name(created.error().code()));
  }
  using Write = ItemWrite::Created (*)(const Environment&, ItemWrite::Model, const ItemWrite::Source&,
                                       const WriteOptions&);
  std::string code_of(Write write, Item item) {
    return code_of(write(target.environment(), releases(), Bound(releases(), std::move(item)), {}));
  }
  std::string update(Item item, std::vector<std::string> selection) {
    return code_of(ItemWrite::update(target.environment(), releases(), Bound(releases(), std::move(item)), selection));
  }
  std::string build(const UpdateBuilder& builder) {
    return code_of(ItemWrite::build(target.environment(), releases(), Bound(releases(), {{"PK", "R"}}), builder));
  }
  std::string raw(std::string text, Map values) {
    return code_of(ItemWrite::update_expression(target.environment(), releases(), Bound(releases(), {{"PK", "R"}}),
                                                {std::move(text), {}, std::move(values)}));
  }
  const Map doubtful = confidence("unique_submodule_pin_match", "low");
  ScriptedTarget target;
};

constexpr const char* kRejected = "ErrRejectedDeployAuthorityEvidence";

TEST_F(DeployAuthorityOfWrites, WholeItemsAndTheirLikes) {
  for (const Write write :
       {Write(&ItemWrite::create), Write(&ItemWrite::put), Write(&ItemWrite::upsert), Write(&ItemWrite::patch)}) {
    EXPECT_EQ(code_of(write, item(kGood, kSure)), "");
    EXPECT_EQ(code_of(write, item(kGood, doubtful)), kRejected);
    EXPECT_EQ(code_of(write, {{"PK", "R"}, {"state", "on"}}), "");
    EXPECT_EQ(code_of(write, {{"PK", "R"}, {"state", "on"}, {"provenance", kGood}}), "ErrInvalidModel");
    EXPECT_EQ(code_of(write, item({}, {})), "");  // empty is left out
  }
}

TEST_F(DeployAuthorityOfWrites, UpdatesLookAtWhatTheySelect) {
  EXPECT_EQ(update(item(kGood, doubtful), {"state"}), "");
  EXPECT_EQ(update(item(kGood, doubtful), {"provenance", "confidence"}), kRejected);
  EXPECT_EQ(update(item(kGood, kSure), {"confidence", "provenance"}), "");
  EXPECT_EQ(update(item(kGood, kSure), {"provenance"}), "ErrInvalidModel");
  EXPECT_EQ(update({{"PK", "R"}}, {"provenance", "confidence"}), "");  // removes both
  EXPECT_EQ(update({{"PK", "R"}}, {"confidence"}), "ErrInvalidModel");
  EXPECT_EQ(update({{"PK", "R"}, {"provenance", kGood}}, {"provenance", "confidence"}), "ErrInvalidModel");
}

TEST_F(DeployAuthorityOfWrites, BuildersSetBothAsAWhole) {
  EXPECT_EQ(build(UpdateBuilder().set("provenance", kGood).set("confidence", kSure)), "");
  EXPECT_EQ(build(UpdateBuilder().set("provenance", kGood).set("confidence", doubtful)), kRejected);
  EXPECT_EQ(build(UpdateBuilder().set("provenance", kGood)), "ErrInvalidModel");
  EXPECT_EQ(build(UpdateBuilder().remove("provenance").remove("confidence")), "");
  EXPECT_EQ(build(UpdateBuilder().remove("provenance")), "ErrInvalidModel");
  EXPECT_EQ(build(UpdateBuilder().set("provenance.system", "x")), "ErrInvalidModel");
  EXPECT_EQ(build(UpdateBuilder().set_if_not_exists("provenance", kGood).set_if_not_exists("confidence", kSure)),
            "ErrInvalidModel");
  EXPECT_EQ(build(UpdateBuilder().set("state", "off")), "");
}

TEST_F(DeployAuthorityOfWrites, RawExpressionsToo) {
  const auto text = [](std::string_view level) {
    return Value(R"({"level":")" + std::string(level) + R"(","reasons":["unique_submodule_pin_match"]})");
  };
  EXPECT_EQ(raw("SET provenance = :p, confidence = :c", {{":p", kGood}, {":c", text("high")}}), "");
  EXPECT_EQ(raw("SET provenance = :p, confidence = :c", {{":p", kGood}, {":c", text("low")}}), kRejected);
  EXPECT_EQ(raw("SET provenance = :p", {{":p", kGood}}), "ErrInvalidModel");
  EXPECT_EQ(raw("REMOVE provenance, confidence", {}), "");
  EXPECT_EQ(raw("REMOVE provenance.evidence[0]", {}), "ErrInvalidModel");
}

TEST_F(DeployAuthorityOfWrites, BatchesAndTransactionsSendNothing) {
  BatchWrite batch(target.environment());
  const auto batched = batch.put(releases(), Bound(releases(), item(kGood, doubtful)));
  ASSERT_FALSE(batched);
  EXPECT_EQ(error_code_name(batched.error().code()), kRejected);
  TransactWrite transaction(target.environment());
  const auto added = transaction.create(releases(), Bound(releases(), item(kGood, doubtful)));
  ASSERT_FALSE(added);
  EXPECT_EQ(error_code_name(added.error().code()), kRejected);
}

TEST_F(DeployAuthorityOfWrites, TypesComeBeforeItAndRequiredAfterIt) {
  EXPECT_EQ(code_of(&ItemWrite::put, with(item(kGood, doubtful), "state", 1)), "ErrInvalidModel");
  EXPECT_EQ(code_of(&ItemWrite::put, without(item(kGood, doubtful), "state")), kRejected);
}

}  // namespace
}  // namespace tabletheory::ops
