// Everything of the C++ SDK but exceptions (tabletheory/throwing.h). Start reading at tabletheory/client.h.
#pragma once

#include "tabletheory/batch.h"
#include "tabletheory/client.h"
#include "tabletheory/condition.h"
#include "tabletheory/error.h"
#include "tabletheory/key.h"
#include "tabletheory/model_builder.h"
#include "tabletheory/number.h"
#include "tabletheory/options.h"
#include "tabletheory/query.h"
#include "tabletheory/schema.h"
#include "tabletheory/table.h"
#include "tabletheory/timestamp.h"
#include "tabletheory/transport.h"
#include "tabletheory/transaction.h"
#include "tabletheory/update.h"
#include "tabletheory/value.h"
