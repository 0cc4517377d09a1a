package native

import (
	_ "github.com/theory-cloud/tabletheory/go/internal/lib/include/tabletheory" // the header, for `go mod vendor`
	_ "github.com/theory-cloud/tabletheory/go/internal/lib/linux_amd64"         // the library, likewise
	_ "github.com/theory-cloud/tabletheory/go/internal/lib/linux_arm64"
)
