#include "dms/equivalence.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "dms/model_text.h"
#include "dms/rules.h"

namespace tabletheory::dms {
namespace {

// The roles an attribute plays, those included that follow from keys; index roles only repeat what indexes say.
std::string roles_text(const Model& model, const Attribute& attribute) {
  std::vector<std::string> roles;
  for (const std::string& role : attribute.roles)
    if (!role.starts_with("index_")) roles.push_back(role);
  if (attribute.attribute == model.partition.attribute) roles.emplace_back("pk");
  if (model.sort && attribute.attribute == model.sort->attribute) roles.emplace_back("sk");
  return list_text(std::move(roles));
}

class Comparison {
 public:
  Comparison(const Model& code_first, const Model& dms) : code_(code_first), dms_(dms) {}

  std::vector<Difference> run(const CompareOptions& options) && {
    if (!options.ignore_table_name) differ("table.name", code_.table_name, dms_.table_name);
    differ("naming.convention", naming_name(code_.naming), naming_name(dms_.naming));
    differ("keys.partition", key_text({code_.partition}), key_text({dms_.partition}));
    differ("keys.sort", sort_key_text(code_), sort_key_text(dms_));
    differ("write_policy.mode", write_mode_name(code_.write_mode), write_mode_name(dms_.write_mode));
    differ("write_policy.protected_attributes", list_text(code_.protected_attributes),
           list_text(dms_.protected_attributes));
    differ("discriminator", discriminator_text(code_), discriminator_text(dms_));
    for (const std::string& name : names_of(&Model::attributes, &Attribute::attribute)) attribute(name);
    for (const std::string& name : names_of(&Model::indexes, &Index::name)) index(name);
    std::ranges::sort(differences_, {}, &Difference::path);
    return std::move(differences_);
  }

 private:
  void differ(std::string path, std::string_view code_first, std::string_view dms) {
    if (code_first != dms) differences_.push_back({std::move(path), std::string(code_first), std::string(dms)});
  }

  template <class Member, class Name>
  std::set<std::string> names_of(Member member, Name name) const {
    std::set<std::string> names;
    for (const Model* model : {&code_, &dms_})
      for (const auto& element : model->*member) names.insert(element.*name);
    return names;
  }

  void attribute(const std::string& name) {
    const Attribute* code = code_.find_attribute(name);
    const Attribute* dms = dms_.find_attribute(name);
    const std::string path = "attributes." + name;
    if (code == nullptr || dms == nullptr)
      return differ(path, code == nullptr ? kNoPart : type_name(code->type),
                    dms == nullptr ? kNoPart : type_name(dms->type));
    differ(path + ".type", type_name(code->type), type_name(dms->type));
    differ(path + ".roles", roles_text(code_, *code), roles_text(dms_, *dms));
    differ(path + ".required", flag_text(code->required), flag_text(dms->required));
    differ(path + ".optional", flag_text(code->optional), flag_text(dms->optional));
    differ(path + ".omit_empty", flag_text(code->omit_empty), flag_text(dms->omit_empty));
    differ(path + ".json", flag_text(code->json), flag_text(dms->json));
    differ(path + ".binary", flag_text(code->binary), flag_text(dms->binary));
    differ(path + ".format", format_text(code->format), format_text(dms->format));
    differ(path + ".encryption", encryption_text(code->encryption), encryption_text(dms->encryption));
  }

  void index(const std::string& name) {
    const Index* code = code_.find_index(name);
    const Index* dms = dms_.find_index(name);
    const std::string path = "indexes." + name;
    const auto type_text = [](const Index* i) { return i == nullptr ? kNoPart : index_type_text(*i); };
    if (code == nullptr || dms == nullptr) return differ(path, type_text(code), type_text(dms));
    differ(path + ".type", type_text(code), type_text(dms));
    differ(path + ".partition", key_text(code->partition), key_text(dms->partition));
    differ(path + ".sort", key_text(code->sort), key_text(dms->sort));
    differ(path + ".projection", projection_name(code->projection), projection_name(dms->projection));
    differ(path + ".projection.fields", list_text(code->fields), list_text(dms->fields));
  }

  const Model& code_;
  const Model& dms_;
  std::vector<Difference> differences_;
};

}  // namespace

std::vector<Difference> compare(const Model& code_first, const Model& dms, const CompareOptions& options) {
  return Comparison(code_first, dms).run(options);
}

}  // namespace tabletheory::dms
