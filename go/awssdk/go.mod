module github.com/theory-cloud/tabletheory/go/awssdk

go 1.24

require (
	github.com/aws/aws-sdk-go-v2 v1.48.0
	github.com/aws/aws-sdk-go-v2/service/dynamodb v1.74.0
	github.com/aws/smithy-go v1.28.9
	github.com/theory-cloud/tabletheory/go v0.1.0
)

replace github.com/theory-cloud/tabletheory/go => ../
