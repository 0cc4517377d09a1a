module github.com/theory-cloud/tabletheory/examples/orders

go 1.24

require github.com/theory-cloud/tabletheory/go v0.0.0

replace github.com/theory-cloud/tabletheory/go => ../../../go
