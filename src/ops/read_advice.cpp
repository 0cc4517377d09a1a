#include "ops/read_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "expr/raw.h"

namespace tabletheory::ops {
namespace {

// The service bills reads in units of 4 KB, summed over the page, and half for eventual consistency.
constexpr double kUnitKilobytes = 4;
constexpr double kPageKilobytes = 1024;
constexpr double kAssumedItemKilobytes = 1;

void estimate(const ReadFacts& facts, Explanation& out) {
  const double kilobytes = facts.evaluated
                               ? std::min(kPageKilobytes, kAssumedItemKilobytes * static_cast<double>(*facts.evaluated))
                               : kPageKilobytes;
  out.capacity_units = std::ceil(kilobytes / kUnitKilobytes) * (facts.consistent ? 1 : 0.5);
  out.capacity_basis = fmt::format(
      "{} per 4 KB of evaluated items; {}", facts.consistent ? "1 unit" : "half a unit",
      facts.evaluated ? fmt::format("{} items of 1 KB", *facts.evaluated) : std::string("a full page of 1 MB"));
}

// The index that has the attribute as a key, if the attribute alone could have led there.
const model::Index* keyed_by(const model::Model& model, const std::string& attribute, bool is_scan) {
  for (const model::Index& index : model.indexes()) {
    const dms::Index& definition = index.definition;
    const bool partitions = definition.partition.size() == 1 && definition.partition.front().attribute == attribute;
    const bool sorts = !definition.sort.empty() && definition.sort.front().attribute == attribute;
    if (is_scan ? partitions : partitions || sorts) return &index;
  }
  return nullptr;
}

void advise_filter(const ReadFacts& facts, Explanation& out) {
  if (facts.filter == nullptr || facts.model == nullptr) return;
  const std::string& partition = facts.model->definition().partition.attribute;
  for (const std::string& root : expr::root_attributes(*facts.filter)) {
    if (facts.is_scan && root == partition) {
      out.hints.push_back(
          fmt::format("the filter is on the partition key \"{}\"; a query reads that partition only", partition));
    }
    const model::Index* index = keyed_by(*facts.model, root, facts.is_scan);
    if (index == nullptr || index == facts.index) continue;
    out.hints.push_back(fmt::format("the filter on \"{}\" is paid for every item it drops; index {} has it as a key",
                                    root, index->definition.name));
  }
}

bool is_projected(const model::Model& model, const dms::Index& index, const std::string& attribute) {
  if (index.projection == dms::Index::Projection::kAll) return true;
  const auto is_it = [&](const dms::KeyAttribute& key) { return key.attribute == attribute; };
  const auto& definition = model.definition();
  return std::ranges::any_of(index.partition, is_it) || std::ranges::any_of(index.sort, is_it) ||
         is_it(definition.partition) || (definition.sort && is_it(*definition.sort)) ||
         std::ranges::find(index.fields, attribute) != index.fields.end();
}

void advise_projection(const ReadFacts& facts, Explanation& out) {
  if (facts.index == nullptr || facts.index->definition.projection == dms::Index::Projection::kAll) return;
  const dms::Index& index = facts.index->definition;
  std::vector<std::string> missing;
  if (facts.projection->paths.empty()) {
    for (const model::Attribute& attribute : facts.model->attributes())
      if (!is_projected(*facts.model, index, attribute.name())) missing.push_back(attribute.name());
  } else {
    for (const expr::Path& path : facts.projection->paths)
      if (!is_projected(*facts.model, index, path.root())) missing.push_back(path.root());
  }
  if (missing.empty()) return;
  out.hints.push_back(fmt::format("index {} does not hold {}; {}", index.name, fmt::join(missing, ", "),
                                  index.global
                                      ? "a second read by key would fetch them, or project them"
                                      : "the service fetches them from the table, at the cost of a read per item"));
}

}  // namespace

void advise(const ReadFacts& facts, Explanation& out) {
  estimate(facts, out);
  if (facts.is_scan) {
    out.hints.emplace_back("a scan reads, and pays for, every item of the table or index; query by a key if you can");
  }
  advise_filter(facts, out);
  if (facts.model != nullptr) advise_projection(facts, out);
}

}  // namespace tabletheory::ops
