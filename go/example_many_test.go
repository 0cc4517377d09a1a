package tabletheory_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/theory-cloud/tabletheory/go"
)

func ExampleClient_BatchGet() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	batch := client.BatchGet()
	first := tabletheory.GetFrom(batch, invoices, tabletheory.K("C#1", "I#1"))
	absent := tabletheory.GetFrom(batch, invoices, tabletheory.K("C#1", "I#9"))
	check(batch.Run(background, tabletheory.ConsistentBatch()))
	invoice, found := first.Item()
	fmt.Println(invoice.Total, found)
	_, found = absent.Item()
	fmt.Println(found)
	// Output:
	// 10 true
	// false
}

func ExampleTable_BatchGet() {
	client := exampleClient()
	defer client.Close()
	found, err := invoicesOf(client).BatchGet(background, []tabletheory.Key{tabletheory.K("C#1", "I#2"), tabletheory.K("C#1", "I#9")})
	check(err)
	fmt.Println(found[0].Total, found[1] == nil)
	// Output: 20.5 true
}

func ExampleClient_BatchWrite() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	batch := client.BatchWrite()
	tabletheory.PutIn(batch, invoices, Invoice{Customer: "C#2", Number: "I#1", Total: "1"})
	tabletheory.DeleteIn(batch, invoices, tabletheory.K("C#1", "I#1"))
	err := batch.Run(background, tabletheory.InParallel(2))
	var incomplete *tabletheory.BatchError
	if errors.As(err, &incomplete) {
		fmt.Println("left over:", incomplete.Leftovers)
	}
	count, err := invoices.Scan().Count(background)
	fmt.Println(count, err)
	// Output: 3 <nil>
}

func ExampleTable_BatchWrite() {
	client := exampleClient()
	defer client.Close()
	invoices := openIn[Invoice](client)
	many := make([]Invoice, 60) // sent 25 at a time
	for i := range many {
		many[i] = Invoice{Customer: "C#1", Number: fmt.Sprint(i), Total: "1"}
	}
	check(invoices.BatchWrite(background, many, nil))
	count, err := invoices.Query("C#1").Count(background)
	fmt.Println(count, err)
	// Output: 60 <nil>
}

func ExampleClient_TransactWrite() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	take := func(amount int) error {
		return client.TransactWrite().
			Add(invoices.UpdateBuilder(tabletheory.K("C#1", "I#1")).Decrement("total", amount).
				Where(tabletheory.Attr("total").Ge(amount)).Action()).
			Add(invoices.UpdateBuilder(tabletheory.K("C#1", "I#2")).Increment("total", amount).Action()).
			Run(background)
	}
	check(take(4))
	err := take(100)
	var failure *tabletheory.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Code, failure.Reasons[0].Code, failure.Reasons[1].Code)
	}
	// Output: ErrTransactionCanceled ConditionalCheckFailed None
}

func ExampleClient_TransactGet() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	both := client.TransactGet()
	first := tabletheory.GetFrom(both, invoices, tabletheory.K("C#1", "I#1"))
	second := tabletheory.GetFrom(both, invoices, tabletheory.K("C#1", "I#2"))
	check(both.Run(background))
	a, _ := first.Item()
	b, _ := second.Item()
	fmt.Println(a.Total, b.Total)
	// Output: 10 20.5
}

func ExampleRead_Aggregate() {
	client := exampleClient()
	defer client.Close()
	rows, err := invoicesOf(client).Scan().Aggregate().
		GroupBy(tabletheory.Attr("state")).
		Count("invoices").
		Sum("revenue", tabletheory.Attr("total")).
		Max("dearest", tabletheory.Attr("total")).
		Having(tabletheory.Attr("revenue").Gt(100)).
		Run(background)
	check(err)
	fmt.Println(rows[0]["state"], rows[0]["invoices"], rows[0]["revenue"], rows[0]["dearest"])
	// Output: open 3 330.5 300
}

const streamEvent = `{"Records":[{"eventID":"1","eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb",
"awsRegion":"eu-west-1","eventSourceARN":"arn:aws:dynamodb:eu-west-1:123456789012:table/invoices/stream/2025-03-01T00:00:00.000",
"dynamodb":{"ApproximateCreationDateTime":1740787200,"SequenceNumber":"100","SizeBytes":60,"StreamViewType":"NEW_AND_OLD_IMAGES",
"Keys":{"customer":{"S":"C#1"},"number":{"S":"I#1"}},
"OldImage":{"customer":{"S":"C#1"},"number":{"S":"I#1"},"state":{"S":"open"},"version":{"N":"0"}},
"NewImage":{"customer":{"S":"C#1"},"number":{"S":"I#1"},"state":{"S":"paid"},"version":{"N":"1"}}}}]}`

func ExampleClient_ReadStream() {
	client := exampleClient()
	defer client.Close()
	records, err := client.ReadStream(background, streamEvent, openIn[Invoice](client))
	check(err)
	for _, record := range records {
		before, after := record.OldImage.(Invoice), record.NewImage.(Invoice)
		fmt.Println(record.Event, record.Table, before.State, "to", after.State)
	}
	// Output: MODIFY invoices open to paid
}

func ExampleHandleInOrder() {
	client := exampleClient()
	defer client.Close()
	records, err := client.ReadStream(background, streamEvent)
	check(err)
	answer, err := tabletheory.HandleInOrder(records, func(tabletheory.StreamRecord) error { return errors.New("not today") })
	fmt.Println(answer, err)
	// Output: {"batchItemFailures":[{"itemIdentifier":"100"}]} not today
}

type lock struct {
	_  struct{} `theorydb:"model:Lock,table:locks"`
	PK string   `theorydb:"pk,attr:pk"`
	SK string   `theorydb:"sk,attr:sk"`
}

func ExampleClient_Leases() {
	client := exampleClient()
	defer client.Close()
	openIn[lock](client)
	leases := client.Leases("locks", tabletheory.LeaseOptions{})
	lease, err := leases.Acquire(background, "nightly-report", 30*time.Second)
	check(err)
	_, err = leases.Acquire(background, "nightly-report", 30*time.Second)
	fmt.Println("held:", errors.Is(err, tabletheory.ErrLeaseHeld))
	lease, err = leases.Refresh(background, lease, time.Minute)
	check(err)
	fmt.Println(lease.ExpiresAt.Sub(march))
	client.AdvanceClock(2 * time.Minute)
	_, err = leases.Refresh(background, lease, time.Minute)
	fmt.Println("lost:", errors.Is(err, tabletheory.ErrLeaseNotOwned))
	check(leases.Release(background, lease))
	// Output:
	// held: true
	// 1m0s
	// lost: true
}

type deployment struct {
	_         struct{}  `theorydb:"model:Deployment,table:releases"`
	PK        string    `theorydb:"pk"`
	SK        string    `theorydb:"sk"`
	Release   string    `theorydb:"attr:release"`
	UpdatedAt time.Time `theorydb:"updated_at"`
	Version   int64     `theorydb:"version"`
}

type deploymentEvent struct {
	_    struct{} `theorydb:"model:DeploymentEvent,table:releases,write_once"`
	PK   string   `theorydb:"pk"`
	SK   string   `theorydb:"sk"`
	Kind string   `theorydb:"attr:kind"`
}

func ExampleTransitionAppendEvent() {
	client := exampleClient()
	defer client.Close()
	actuals := openIn[deployment](client)
	events, err := tabletheory.Open[deploymentEvent](client)
	check(err)
	actual, err := actuals.Create(background, deployment{PK: "shop", SK: "ACTUAL", Release: "r1"})
	check(err)
	actual.Release = "r2"
	promote := func() error {
		return tabletheory.TransitionAppendEvent(background, actuals, actual, tabletheory.Paths("release"), events,
			deploymentEvent{PK: "shop", SK: "EVENT#promote#r2", Kind: "promote"},
			tabletheory.TransitionOptions{ExpectedVersion: &actual.Version})
	}
	fmt.Println(promote())
	fmt.Println("again:", errors.Is(promote(), tabletheory.ErrVersionConflict))
	// Output:
	// <nil>
	// again: true
}

func ExampleClient_CheckDeployAuthority() {
	client := exampleClient()
	defer client.Close()
	metadata := func(level string) tabletheory.Item {
		return tabletheory.Item{
			"provenance": tabletheory.Item{"mode": "native", "evidence": []any{
				tabletheory.Item{"kind": "submodule_pin", "source": "service-ci", "ref": "shop@c0ffee"}}},
			"confidence": tabletheory.Item{"level": level, "reasons": []any{"unique_submodule_pin_match"}},
		}
	}
	fmt.Println(client.CheckDeployAuthority(background, metadata("high")))
	err := client.CheckDeployAuthority(background, metadata("low"))
	fmt.Println(errors.Is(err, tabletheory.ErrRejectedDeployAuthorityEvidence))
	// Output:
	// <nil>
	// true
}

type buyer struct {
	_    struct{} `theorydb:"dms:0.3,model:Buyer,table:market,discriminator:kind=buyer"`
	PK   string   `theorydb:"pk"`
	SK   string   `theorydb:"sk"`
	Name string   `theorydb:"attr:name"`
}

type sale struct {
	_     struct{}           `theorydb:"dms:0.3,model:Sale,table:market,discriminator:kind=sale"`
	PK    string             `theorydb:"pk"`
	SK    string             `theorydb:"sk"`
	Total tabletheory.Number `theorydb:"attr:total"`
}

func ExampleShared() {
	client := exampleClient()
	defer client.Close()
	buyers, err := tabletheory.Open[buyer](client)
	check(err)
	sales, err := tabletheory.Open[sale](client)
	check(err)
	market := tabletheory.Shared(buyers, sales)
	_, err = market.EnsureTable(background, tabletheory.TableOptions{})
	check(err)
	_, err = buyers.Create(background, buyer{PK: "B#1", SK: "PROFILE", Name: "Ada"})
	check(err)
	_, err = sales.Create(background, sale{PK: "B#1", SK: "SALE#1", Total: "12"})
	check(err)
	for entry, err := range market.Query("B#1").Items(background) {
		check(err)
		switch item := entry.Item.(type) {
		case buyer:
			fmt.Println(entry.Model, item.Name)
		case sale:
			fmt.Println(entry.Model, item.Total)
		}
	}
	// Output:
	// Buyer Ada
	// Sale 12
}

func ExampleMigrate() {
	client := exampleClient()
	defer client.Close()
	source := invoicesOf(client)
	type bill struct {
		_        struct{}           `theorydb:"model:Bill,table:bills"`
		Customer string             `theorydb:"pk"`
		Number   string             `theorydb:"sk"`
		Status   string             `theorydb:"attr:status"`
		Total    tabletheory.Number `theorydb:"attr:total"`
		Version  int64              `theorydb:"version"`
	}
	target, err := tabletheory.Open[bill](client)
	check(err)
	done, err := tabletheory.Migrate(background, source, target, tabletheory.Migration{
		Rename: map[string]string{"state": "status"}, Drop: []string{"lines", "labels", "due"}, PageSize: 2,
		OnProgress: func(p tabletheory.MigrationProgress) { fmt.Println("so far", p.Copied) },
	})
	check(err)
	moved, err := target.Get(background, tabletheory.K("C#1", "I#3"))
	check(err)
	fmt.Println(done.Copied, moved.Status, moved.Total)
	// Output:
	// so far 2
	// so far 3
	// 3 open 300
}

func ExampleLoadDerivedKeys() {
	keys, err := tabletheory.LoadDerivedKeys(`
tabletheory_model_contract_version: "0.2"
models:
  - name: Order
    dms_model: Order
    table: orders
    derived_keys:
      - name: customer
        helper: customerKey
        join: "#"
        inputs:
          - { name: tenant, type: string }
          - { name: number, type: number, optional: true }
        segments:
          - { literal: TENANT }
          - { value: { input: tenant }, transforms: [trim, lowercase] }
          - { prefix: "N-", value: { input: number }, optional: true }
        fixtures:
          - { inputs: { tenant: a }, expected: "TENANT#a" }
`, "orders.keys.yml")
	check(err)
	key, err := keys.Evaluate("Order", "customer", tabletheory.Item{"tenant": " Acme/EU ", "number": 7})
	check(err)
	_, err = keys.Evaluate("Order", "customer", tabletheory.Item{"number": 7})
	fmt.Println(keys.Keys()[0].Helper, key, errors.Is(err, tabletheory.ErrInvalidModel))
	// Output: customerKey TENANT#acme%2Feu#N-7 true
}

const notesDocument = `
dms_version: "0.2"
models:
  - name: Note
    table: {name: notes}
    keys: {partition: {attribute: id, type: S}}
    attributes:
      - {attribute: id, type: S}
      - {attribute: stars, type: N, format: int}
      - {attribute: text, type: S, encryption: {v: 1}}
`

func ExampleLoadSchema() {
	schema, err := tabletheory.LoadSchema(notesDocument, "notes.yml")
	check(err)
	note := schema.Model("Note")
	fmt.Println(note.Table, note.PartitionKey, note.Attribute("text").Encryption)
	_, err = tabletheory.LoadSchema("dms_version: \"0.2\"\nmodels: 1\n", "broken.yml")
	var failure *tabletheory.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Code, failure.Diagnostics[0].Line)
	}
	// Output:
	// notes id 1
	// ErrInvalidModel 2
}

func ExampleClient_Dynamic() {
	client := exampleClient(tabletheory.WithEncryption(tabletheory.DeterministicForTests("example")))
	defer client.Close()
	schema, err := tabletheory.LoadSchema(notesDocument, "notes.yml")
	check(err)
	notes, err := client.Dynamic(schema, "Note", "")
	check(err)
	_, err = notes.EnsureTable(background, tabletheory.TableOptions{})
	check(err)
	note, err := notes.Create(background, tabletheory.Item{"id": "n", "stars": 5, "text": "secret"})
	check(err)
	fmt.Printf("%T %v %v\n", note["stars"], note["stars"], note["text"])
	// Output: int64 5 secret
}

func ExampleClient_Documents() {
	client := exampleClient()
	defer client.Close()
	invoicesOf(client)
	documents, err := client.Documents("invoices", "customer", "number")
	check(err)
	stored, err := documents.Get(background, tabletheory.K("C#1", "I#2"))
	check(err)
	fmt.Println(stored["total"], stored["due"])
	// Output: 20.5 2025-04-01T00:00:00.000000000Z
}

func ExampleAgainst() {
	type Note struct {
		_     struct{} `theorydb:"table:notes"`
		ID    string   `theorydb:"pk,attr:id"`
		Stars int64    `theorydb:"format:int"`
		Text  string   // the document says that it is encrypted
	}
	client := exampleClient()
	defer client.Close()
	schema, err := tabletheory.LoadSchema(notesDocument, "notes.yml")
	check(err)
	_, err = tabletheory.Open[Note](client, tabletheory.Against(schema))
	fmt.Println(errors.Is(err, tabletheory.ErrInvalidModel))
	// Output: true
}

func ExampleTable_UpdateTable() {
	client := exampleClient()
	defer client.Close()
	invoices := openIn[Invoice](client)
	type InvoiceByRegion struct {
		_ struct{} `theorydb:"model:InvoiceByRegion,table:invoices"`
		Invoice
		Region string `theorydb:"index:by-region,pk"`
	}
	grown, err := tabletheory.Open[InvoiceByRegion](client, tabletheory.InTable(invoices.Name()))
	check(err)
	differences, err := grown.VerifyTable(background)
	check(err)
	fmt.Println(len(differences) > 0)
	steps, err := grown.UpdateTable(background, tabletheory.TableChanges{})
	check(err)
	fmt.Println(len(steps))
	differences, err = grown.VerifyTable(background)
	fmt.Println(len(differences), err)
	// Output:
	// true
	// 1
	// 0 <nil>
}

func ExampleWithEncryption() {
	type card struct {
		_      struct{} `theorydb:"model:Card,table:cards"`
		ID     string   `theorydb:"pk,attr:id"`
		Number string   `theorydb:"encrypted"`
	}
	client := exampleClient(tabletheory.WithEncryption(tabletheory.KMS("arn:aws:kms:eu-west-1:123456789012:key/k", nil)))
	defer client.Close()
	plain := exampleClient()
	defer plain.Close()
	_, err := openIn[card](plain).Create(background, card{ID: "c", Number: "4111"})
	fmt.Println(errors.Is(err, tabletheory.ErrEncryptionNotConfigured))
	_, err = openIn[card](client).Scan().Where(tabletheory.Attr("number").Eq("4111")).All(background)
	fmt.Println(errors.Is(err, tabletheory.ErrEncryptedFieldNotQueryable))
	// Output:
	// true
	// true
}

func ExampleOver() {
	engine := exampleClient()
	defer engine.Close()
	calls := 0
	counting := tabletheory.TransportFunc(func(ctx context.Context, service tabletheory.Service, operation string, body []byte) (tabletheory.Answer, error) {
		calls++
		return engine.Transport().Call(ctx, service, operation, body)
	})
	client, err := tabletheory.Over(counting, tabletheory.WithTarget("embedded"))
	check(err)
	defer client.Close()
	invoicesOf(client)
	fmt.Println(calls > 3)
	// Output: true
}

func ExampleHTTPTransport() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Header.Get("X-Amz-Target"), r.Header.Get("Authorization") != "")
		_, _ = w.Write([]byte(`{"TableNames":[]}`))
	}))
	defer server.Close()
	transport := &tabletheory.HTTPTransport{Endpoint: server.URL, Region: "eu-west-1",
		Retrieve: func(context.Context) (tabletheory.Credentials, error) {
			return tabletheory.Credentials{AccessKeyID: "AKID", SecretAccessKey: "SECRET"}, nil
		}}
	defer transport.CloseIdleConnections()
	client, err := tabletheory.Over(transport)
	check(err)
	defer client.Close()
	answer, err := client.RawCall(background, tabletheory.DynamoDB, "ListTables", "{}")
	fmt.Println(answer, err)
	// Output:
	// DynamoDB_20120810.ListTables true
	// {"TableNames":[]} <nil>
}

func ExampleWithExchanges() {
	client, err := tabletheory.Connect(background, "recorded:", tabletheory.WithExchanges(tabletheory.Exchange{
		Operation: "ListTables", Request: `{}`, Status: 200, Body: `{"TableNames":["invoices"]}`,
	}))
	check(err)
	answer, err := client.RawCall(background, tabletheory.DynamoDB, "ListTables", "{}")
	fmt.Println(answer, err)
	fmt.Println(client.Close())
	// Output:
	// {"TableNames":["invoices"]} <nil>
	// <nil>
}
