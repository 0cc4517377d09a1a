package main

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/theory-cloud/tabletheory/go"
)

// peer is one library at the workloads' work. What it returns is checked once, before anything is measured.
type peer interface {
	get(ctx context.Context) (Mixed, error)
	put(ctx context.Context, item Mixed) error
	query(ctx context.Context) ([]Mixed, error)
	numbers(ctx context.Context) ([]Numbers, error)
	batch(ctx context.Context, items []Mixed) error
}

// canned answers each operation with bytes that were made before, without a socket.
type canned map[string][]byte

// Do is how the AWS SDK sends.
func (c canned) Do(request *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, request.Body)
	target := request.Header.Get("X-Amz-Target")
	body := c[target[len("DynamoDB_20120810."):]]
	return &http.Response{StatusCode: 200, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Crc32": {strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)}}}, nil
}

// RoundTrip is how net/http sends.
func (c canned) RoundTrip(request *http.Request) (*http.Response, error) { return c.Do(request) }

const region = "eu-west-1"

func sdkClient(endpoint string, client aws.HTTPClient) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{Region: region, BaseEndpoint: &endpoint, HTTPClient: client,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "SECRET"}, nil
		})})
}

// sdk is aws-sdk-go-v2 with attributevalue.
type sdk struct{ client *dynamodb.Client }

func sdkKey() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "CUSTOMER#1"},
		"SK": &types.AttributeValueMemberS{Value: "ORDER#000000"}}
}

func (s sdk) get(ctx context.Context) (item Mixed, err error) {
	answer, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("mixed"), Key: sdkKey()})
	if err == nil {
		err = attributevalue.UnmarshalMap(answer.Item, &item)
	}
	return item, err
}

func (s sdk) put(ctx context.Context, item Mixed) error {
	encoded, err := attributevalue.MarshalMap(item)
	if err == nil {
		_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("mixed"), Item: encoded})
	}
	return err
}

func sdkQuery[T any](ctx context.Context, client *dynamodb.Client, table string) (items []T, err error) {
	answer, err := client.Query(ctx, &dynamodb.QueryInput{TableName: &table, KeyConditionExpression: aws.String("PK = :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: "CUSTOMER#1"}}})
	if err == nil {
		err = attributevalue.UnmarshalListOfMaps(answer.Items, &items)
	}
	return items, err
}

func (s sdk) query(ctx context.Context) ([]Mixed, error) {
	return sdkQuery[Mixed](ctx, s.client, "mixed")
}

func (s sdk) numbers(ctx context.Context) ([]Numbers, error) {
	return sdkQuery[Numbers](ctx, s.client, "numbers")
}

func (s sdk) batch(ctx context.Context, items []Mixed) error {
	for start := 0; start < len(items); start += 25 {
		var requests []types.WriteRequest
		for _, item := range items[start:min(start+25, len(items))] {
			encoded, err := attributevalue.MarshalMap(item)
			if err != nil {
				return err
			}
			requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: encoded}})
		}
		answer, err := s.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"mixed": requests}})
		if err == nil && len(answer.UnprocessedItems) > 0 {
			err = errors.New("leftovers")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// guregu is guregu/dynamo over the same SDK.
type guregu struct{ db *dynamo.DB }

func (g guregu) get(ctx context.Context) (item Mixed, err error) {
	err = g.db.Table("mixed").Get("PK", "CUSTOMER#1").Range("SK", dynamo.Equal, "ORDER#000000").One(ctx, &item)
	return item, err
}

func (g guregu) put(ctx context.Context, item Mixed) error {
	return g.db.Table("mixed").Put(item).Run(ctx)
}

func (g guregu) query(ctx context.Context) (items []Mixed, err error) {
	err = g.db.Table("mixed").Get("PK", "CUSTOMER#1").All(ctx, &items)
	return items, err
}

func (g guregu) numbers(ctx context.Context) (items []Numbers, err error) {
	err = g.db.Table("numbers").Get("PK", "CUSTOMER#1").All(ctx, &items)
	return items, err
}

func (g guregu) batch(ctx context.Context, items []Mixed) error {
	all := make([]any, len(items))
	for i, item := range items {
		all[i] = item
	}
	_, err := g.db.Table("mixed").Batch("PK", "SK").Write().Put(all...).Run(ctx)
	return err
}

// ours is TableTheory.
type ours struct {
	client *tabletheory.Client
	mixed  *tabletheory.Table[Mixed]
	number *tabletheory.Table[Numbers]
}

func openOurs(endpoint string, client *http.Client) (ours, error) {
	connection, err := tabletheory.Over(&tabletheory.HTTPTransport{Endpoint: endpoint, Region: region, Client: client,
		Retrieve: func(context.Context) (tabletheory.Credentials, error) {
			return tabletheory.Credentials{AccessKeyID: "AKID", SecretAccessKey: "SECRET"}, nil
		}})
	if err != nil {
		return ours{}, err
	}
	mixed, err := tabletheory.Open[Mixed](connection)
	if err != nil {
		return ours{}, err
	}
	number, err := tabletheory.Open[Numbers](connection)
	return ours{connection, mixed, number}, err
}

func (o ours) get(ctx context.Context) (Mixed, error) {
	return o.mixed.Get(ctx, tabletheory.K("CUSTOMER#1", "ORDER#000000"))
}

func (o ours) put(ctx context.Context, item Mixed) error {
	_, err := o.mixed.Put(ctx, item)
	return err
}

func (o ours) query(ctx context.Context) ([]Mixed, error) {
	return o.mixed.Query("CUSTOMER#1").All(ctx)
}

func (o ours) numbers(ctx context.Context) ([]Numbers, error) {
	return o.number.Query("CUSTOMER#1").All(ctx)
}

func (o ours) batch(ctx context.Context, items []Mixed) error {
	return o.mixed.BatchWrite(ctx, items, nil)
}

var names = []string{"TableTheory", "aws-sdk-go-v2", "guregu/dynamo"}

// peersAt are the libraries at an endpoint; `answers` may be nil: the endpoint is really there.
func peersAt(endpoint string, answers canned, connections int) ([]peer, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections, DisableCompression: true}}
	if answers != nil {
		client.Transport = answers
	}
	first, err := openOurs(endpoint, client)
	if err != nil {
		return nil, err
	}
	aws := sdkClient(endpoint, client)
	return []peer{first, sdk{aws}, guregu{dynamo.NewFromIface(aws)}}, nil
}
