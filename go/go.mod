module github.com/theory-cloud/tabletheory/go

go 1.24
