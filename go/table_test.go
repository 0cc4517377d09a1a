package tabletheory_test

import (
	"context"
	"errors"
	"testing"
	"time"

	tt "github.com/theory-cloud/tabletheory/go"
	"github.com/theory-cloud/tabletheory/go/tabletheorytest"
)

type Address struct {
	City  string
	Lines []string
}

type Order struct {
	_ struct{} `theorydb:"model:Order,table:orders"`

	PK        string `theorydb:"pk"`
	SK        string `theorydb:"sk"`
	State     string `theorydb:"omitempty,index:by-state,pk"`
	Total     tt.Number
	Count     int64
	Ratio     float64
	Note      *string
	Tags      []string `theorydb:"set"`
	Events    []string
	Address   Address
	Raw       []byte
	Extra     map[string]any
	CreatedAt time.Time `theorydb:"created_at,index:by-state,sk"`
	UpdatedAt time.Time `theorydb:"updated_at"`
	Expires   time.Time `theorydb:"ttl"`
	Version   int64     `theorydb:"version"`
}

var ctx = context.Background()

func open(t *testing.T) *tt.Table[Order] {
	t.Helper()
	client, err := tt.Connect(ctx, "memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	orders, err := tt.Open[Order](client)
	if err != nil {
		t.Fatal(err)
	}
	request := `{"TableName":"orders","AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},` +
		`{"AttributeName":"SK","AttributeType":"S"},{"AttributeName":"state","AttributeType":"S"},` +
		`{"AttributeName":"createdAt","AttributeType":"S"}],"KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},` +
		`{"AttributeName":"SK","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[` +
		`{"IndexName":"by-state","KeySchema":[{"AttributeName":"state","KeyType":"HASH"},` +
		`{"AttributeName":"createdAt","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]}`
	if _, err := client.RawCall(ctx, tt.DynamoDB, "CreateTable", request); err != nil {
		t.Fatal(err)
	}
	return orders
}

func sample() Order {
	note := "with care"
	return Order{
		PK: "C#1", SK: "O#1", State: "open", Total: "12.50", Count: 7, Ratio: 0.1, Note: &note,
		Tags: []string{"a", "b"}, Events: []string{"made"}, Address: Address{"Bonn", []string{"x", "y"}},
		Raw: []byte{0, 1, 255}, Extra: map[string]any{"deep": []any{true, "s"}},
		Expires: time.Unix(2_000_000_000, 0).UTC(),
	}
}

func TestCreateGivesTheItemAsStored(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	orders := open(t)
	made, err := orders.Create(ctx, sample())
	if err != nil {
		t.Fatal(err)
	}
	if made.Version != 0 || made.CreatedAt.IsZero() || !made.CreatedAt.Equal(made.UpdatedAt) {
		t.Errorf("lifecycle: %+v", made)
	}
	if made.Total != "12.5" || made.Count != 7 || made.Ratio != 0.1 || *made.Note != "with care" ||
		made.Address.City != "Bonn" || len(made.Address.Lines) != 2 || len(made.Tags) != 2 || string(made.Raw) != "\x00\x01\xff" {
		t.Errorf("values: %+v", made)
	}
	if !made.Expires.Equal(sample().Expires) {
		t.Errorf("ttl: %v", made.Expires)
	}
	got, err := orders.Get(ctx, tt.K("C#1", "O#1"), tt.Consistent())
	if err != nil || got.Total != made.Total || !got.CreatedAt.Equal(made.CreatedAt) {
		t.Errorf("%+v, %v", got, err)
	}
	if deep := got.Extra["deep"].([]any); deep[0] != true || deep[1] != "s" {
		t.Errorf("extra: %#v", got.Extra)
	}
}

func TestErrorsAnswerToTheirCodes(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	orders := open(t)
	if _, err := orders.Create(ctx, sample()); err != nil {
		t.Fatal(err)
	}
	_, err := orders.Create(ctx, sample())
	if !errors.Is(err, tt.ErrConditionFailed) {
		t.Errorf("a duplicate: %v", err)
	}
	stale := sample()
	stale.Version = 9
	_, err = orders.Update(ctx, stale, tt.Paths("state"))
	if !errors.Is(err, tt.ErrVersionConflict) || !errors.Is(err, tt.ErrConditionFailed) {
		t.Errorf("a stale version: %v", err)
	}
	_, err = orders.Get(ctx, tt.K("C#1", "O#9"))
	var failure *tt.Error
	if !errors.As(err, &failure) || failure.Code != tt.ErrItemNotFound || failure.Table != "orders" || failure.Model != "Order" {
		t.Errorf("an absent item: %#v", err)
	}
	if _, found, err := orders.Find(ctx, tt.K("C#1", "O#9")); found || err != nil {
		t.Errorf("find: %v %v", found, err)
	}
	_, err = orders.Update(ctx, stale, tt.Paths("state"), tt.ReturnItemOnFailure())
	if item, found, problem := orders.FailedItem(err); !found || problem != nil || item.Count != 7 || item.Version != 0 {
		t.Errorf("failed item: %+v %v %v (%v)", item, found, problem, err)
	}
}

func TestUpdateBuilderRunsItsActions(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	orders := open(t)
	if _, err := orders.Create(ctx, sample()); err != nil {
		t.Fatal(err)
	}
	now, err := orders.UpdateBuilder(tt.K("C#1", "O#1")).
		Set("state", "paid").Increment("count", 3).Append("events", []string{"paid"}).
		Remove("note").Add("tags", tt.StringSet{"c"}).Set(tt.Attr("address.lines").Element(1), "z").
		Where(tt.Attr("count").Lt(100).And(tt.Attr("tags").Size().Ge(2))).IfVersion(0).Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if now.State != "paid" || now.Count != 10 || len(now.Events) != 2 || now.Note != nil || len(now.Tags) != 3 ||
		now.Address.Lines[1] != "z" || now.Version != 1 {
		t.Errorf("%+v", now)
	}
	part, err := orders.UpdateBuilder(tt.K("C#1", "O#1")).Increment("count", 1).RunUpdatedNew(ctx)
	if err != nil || part["count"] != tt.Number("11") || part["version"] != int64(2) {
		t.Errorf("%#v %v", part, err)
	}
	if err := orders.UpdateBuilder(tt.K("C#1", "O#1")).Exec(ctx); !errors.Is(err, tt.ErrInvalidOperator) {
		t.Errorf("no action: %v", err)
	}
}

func TestQueriesComeAsPagesAndItems(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	orders := open(t)
	for _, sk := range []string{"O#1", "O#2", "O#3", "O#4", "O#5"} {
		order := sample()
		order.SK = sk
		if _, err := orders.Put(ctx, order); err != nil {
			t.Fatal(err)
		}
	}
	query := orders.Query("C#1").Sort(tt.Attr("SK").BeginsWith("O#")).Descending()
	var seen []string
	for order, err := range query.PageSize(2).Items(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, order.SK)
	}
	if len(seen) != 5 || seen[0] != "O#5" {
		t.Errorf("%v", seen)
	}
	first, err := query.Limit(2).Page(ctx)
	if err != nil || len(first.Items) != 2 || first.Cursor == "" {
		t.Fatalf("%+v %v", first, err)
	}
	second, err := query.Limit(2).After(first.Cursor).Page(ctx)
	if err != nil || len(second.Items) != 2 || second.Items[0].SK != "O#3" {
		t.Errorf("%+v %v", second, err)
	}
	if count, err := orders.Query(tt.Attr("state").Eq("open")).Count(ctx); err != nil || count != 5 {
		t.Errorf("%d %v", count, err)
	}
	if all, err := orders.Scan().Where(tt.Attr("SK").In("O#1", "O#2")).All(ctx); err != nil || len(all) != 2 {
		t.Errorf("%d %v", len(all), err)
	}
	why, err := orders.Query(tt.Attr("state").Eq("open")).Explain(ctx)
	if err != nil || why.Index != "by-state" || why.Operation != "Query" {
		t.Errorf("%+v %v", why, err)
	}
	for _, err := range query.After("nonsense").Items(ctx) {
		if !errors.Is(err, tt.ErrInvalidModel) {
			t.Errorf("an undecodable cursor: %v", err)
		}
	}
}
