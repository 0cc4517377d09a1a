// What the public handles Schema and Model hold. Internal to the SDK.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dms/document.h"
#include "tabletheory/schema.h"

namespace tabletheory::detail {

struct ModelData {
  dms::Model definition;  // validated
  std::vector<AttributeInfo> attributes;
  std::vector<IndexInfo> indexes;
};

struct SchemaData {
  dms::Document document;
  std::vector<Model> models;
};

// The handle of a validated model.
Model make_model(dms::Model definition);

// The DMS model that a declaration in code amounts to, checked by the same rules as documents. ErrInvalidModel with
// every mistake.
Result<dms::Model> model_from_record(const RecordInfo& record);

}  // namespace tabletheory::detail
