// Tags of a table: checked the same way whether they come with CreateTable or TagResource.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/service_error.h"
#include "engine/tables/table_request.h"

namespace tabletheory::engine {

// Sets `tags` in `to`. Refuses a key given twice, and more tags than a table may have.
Served<void> add_tags(const std::vector<Tag>& tags, std::map<std::string, std::string>& to);

}  // namespace tabletheory::engine
