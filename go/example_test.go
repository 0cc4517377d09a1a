package tabletheory_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/theory-cloud/tabletheory/go"
)

// Invoice is what the examples are about.
type Invoice struct {
	_ struct{} `theorydb:"model:Invoice,table:invoices"`

	Customer string `theorydb:"pk"`
	Number   string `theorydb:"sk"`
	State    string `theorydb:"omitempty,index:by-state,pk"`
	Total    tabletheory.Number
	Lines    []string
	Labels   []string  `theorydb:"set"`
	Due      time.Time `theorydb:"index:by-state,sk"`
	Version  int64     `theorydb:"version"`
}

var (
	background = context.Background()
	march      = time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// exampleClient is a client of an engine of its own, whose clock stands still.
func exampleClient(options ...tabletheory.ClientOption) *tabletheory.Client {
	options = append([]tabletheory.ClientOption{tabletheory.WithClock(march, 0), tabletheory.WithSeed(1)}, options...)
	client, err := tabletheory.Connect(background, "memory:", options...)
	check(err)
	return client
}

// openIn opens a table and makes it.
func openIn[T any](client *tabletheory.Client) *tabletheory.Table[T] {
	table, err := tabletheory.Open[T](client)
	check(err)
	_, err = table.EnsureTable(background, tabletheory.TableOptions{})
	check(err)
	return table
}

// invoicesOf are three invoices of one customer.
func invoicesOf(client *tabletheory.Client) *tabletheory.Table[Invoice] {
	invoices := openIn[Invoice](client)
	for i, total := range []tabletheory.Number{"10", "20.50", "300"} {
		_, err := invoices.Create(background, Invoice{Customer: "C#1", Number: fmt.Sprintf("I#%d", i+1), State: "open", Total: total,
			Due: march.AddDate(0, i, 0)})
		check(err)
	}
	return invoices
}

func ExampleConnect() {
	client, err := tabletheory.Connect(background, "memory:") // or file:PATH, http://host:port, aws:eu-west-1
	check(err)
	defer client.Close()
	invoices, err := tabletheory.Open[Invoice](client)
	check(err)
	made, err := invoices.EnsureTable(background, tabletheory.TableOptions{})
	check(err)
	fmt.Println(made.Name, made.Status, made.Indexes)
	// Output: invoices ACTIVE [by-state]
}

func ExampleOpen() {
	client := exampleClient()
	defer client.Close()
	type misspelt struct {
		ID string `theorydb:"kp"`
	}
	_, err := tabletheory.Open[misspelt](client)
	fmt.Println(errors.Is(err, tabletheory.ErrInvalidTag))
	// Output: true
}

func ExampleTable_Create() {
	client := exampleClient()
	defer client.Close()
	invoices := openIn[Invoice](client)
	made, err := invoices.Create(background, Invoice{Customer: "C#1", Number: "I#1", Total: "12.50"})
	check(err)
	fmt.Println(made.Total, "version", made.Version)
	_, err = invoices.Create(background, made)
	fmt.Println("again:", errors.Is(err, tabletheory.ErrConditionFailed))
	// Output:
	// 12.5 version 0
	// again: true
}

func ExampleTable_Update() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	invoice, err := invoices.Get(background, tabletheory.K("C#1", "I#1"), tabletheory.Consistent())
	check(err)
	stale := invoice
	invoice.State = "paid"
	invoice, err = invoices.Update(background, invoice, tabletheory.Paths("state"))
	check(err)
	fmt.Println(invoice.State, "version", invoice.Version)
	_, err = invoices.Update(background, stale, tabletheory.Paths("state"))
	fmt.Println("stale:", errors.Is(err, tabletheory.ErrVersionConflict))
	// Output:
	// paid version 1
	// stale: true
}

func ExampleTable_Put() {
	client := exampleClient()
	defer client.Close()
	invoices := openIn[Invoice](client)
	_, err := invoices.Put(background, Invoice{Customer: "C#1", Number: "I#1", Total: "1", Lines: []string{"tea"}})
	check(err)
	now, err := invoices.Put(background, Invoice{Customer: "C#1", Number: "I#1", Total: "2"}, tabletheory.IfVersion(0))
	check(err)
	fmt.Println(now.Total, len(now.Lines), "version", now.Version)
	// Output: 2 0 version 1
}

func ExampleTable_Upsert() {
	client := exampleClient()
	defer client.Close()
	invoices := openIn[Invoice](client)
	for range 2 {
		now, err := invoices.Upsert(background, Invoice{Customer: "C#1", Number: "I#1", Total: "5"})
		check(err)
		fmt.Println("version", now.Version)
	}
	// Output:
	// version 0
	// version 1
}

func ExampleTable_Patch() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	now, err := invoices.Patch(background, Invoice{Customer: "C#1", Number: "I#1", State: "sent"})
	check(err)
	fmt.Println(now.State, now.Total)
	// Output: sent 10
}

func ExampleTable_Find() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	_, found, err := invoices.Find(background, tabletheory.K("C#1", "I#9"))
	fmt.Println(found, err)
	invoice, found, err := invoices.Find(background, tabletheory.K("C#1", "I#2"), tabletheory.Select(tabletheory.Attr("total")))
	fmt.Println(invoice.Total, invoice.State == "", found, err)
	// Output:
	// false <nil>
	// 20.5 true true <nil>
}

func ExampleTable_Delete() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	err := invoices.Delete(background, tabletheory.K("C#1", "I#1"), tabletheory.If(tabletheory.Attr("state").Eq("paid")))
	fmt.Println(errors.Is(err, tabletheory.ErrConditionFailed))
	fmt.Println(invoices.Delete(background, tabletheory.K("C#1", "I#1")), invoices.Delete(background, tabletheory.K("C#1", "I#1")))
	// Output:
	// true
	// <nil> <nil>
}

func ExampleTable_FailedItem() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	_, err := invoices.Put(background, Invoice{Customer: "C#1", Number: "I#3", Total: "1"},
		tabletheory.If(tabletheory.Attr("total").Lt(100)), tabletheory.ReturnItemOnFailure())
	stood, found, problem := invoices.FailedItem(err)
	check(problem)
	fmt.Println(found, stood.Total)
	// Output: true 300
}

func ExampleTable_UpdateBuilder() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	now, err := invoices.UpdateBuilder(tabletheory.K("C#1", "I#1")).
		Set("state", "sent").
		Increment("total", tabletheory.Number("0.5")).
		Append("lines", []string{"stamp"}).
		Add("labels", tabletheory.StringSet{"post"}).
		Where(tabletheory.Attr("state").Eq("open")).
		IfVersion(0).
		Run(background)
	check(err)
	fmt.Println(now.State, now.Total, now.Lines, now.Labels, "version", now.Version)
	// Output: sent 10.5 [stamp] [post] version 1
}

func ExampleTable_UpsertBuilder() {
	client := exampleClient()
	defer client.Close()
	invoices := openIn[Invoice](client)
	visits := invoices.UpsertBuilder(tabletheory.K("C#1", "VISITS")).Increment("total", 1)
	for range 3 {
		check(visits.Exec(background))
	}
	counted, err := invoices.Get(background, tabletheory.K("C#1", "VISITS"))
	check(err)
	fmt.Println(counted.Total)
	// Output: 3
}

func ExampleTable_UpdateExpression() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	now, err := invoices.UpdateExpression(background, tabletheory.K("C#1", "I#1"), "SET #t = #t + :t",
		map[string]string{"#t": "total"}, tabletheory.Item{":t": 5})
	check(err)
	fmt.Println(now.Total, "version", now.Version)
	// Output: 15 version 1
}

func ExampleTable_Query() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	query := invoices.Query("C#1").Sort(tabletheory.Attr("number").BeginsWith("I#")).
		Where(tabletheory.Attr("total").Gt(15)).Descending()
	for invoice, err := range query.Items(background) {
		check(err)
		fmt.Println(invoice.Number, invoice.Total)
	}
	// Output:
	// I#3 300
	// I#2 20.5
}

func ExampleRead_Page() {
	client := exampleClient()
	defer client.Close()
	query := invoicesOf(client).Query("C#1").Limit(2)
	first, err := query.Page(background)
	check(err)
	rest, err := query.After(first.Cursor).Page(background) // in another process, in another language
	check(err)
	fmt.Println(len(first.Items), len(rest.Items), rest.Items[0].Number, rest.Cursor == "")
	// Output: 2 1 I#3 true
}

func ExampleRead_Pages() {
	client := exampleClient()
	defer client.Close()
	for page, err := range invoicesOf(client).Scan().PageSize(2).Pages(background) {
		check(err)
		fmt.Println(page.Count, page.ScannedCount)
	}
	// Output:
	// 2 2
	// 1 1
}

func ExampleRead_Count() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	open, err := invoices.Query(tabletheory.Attr("state").Eq("open")).Count(background)
	check(err)
	dear, err := invoices.Scan().Where(tabletheory.Attr("total").Ge(20)).Count(background)
	check(err)
	fmt.Println(open, dear)
	// Output: 3 2
}

func ExampleRead_Explain() {
	client := exampleClient()
	defer client.Close()
	why, err := invoicesOf(client).Query(tabletheory.Attr("state").Eq("open")).Sort(tabletheory.Attr("due").Gt(march)).Explain(background)
	check(err)
	fmt.Println(why.Operation, why.Index, why.Request != "")
	// Output: Query by-state true
}

func ExampleAnd() {
	client := exampleClient()
	defer client.Close()
	invoices := invoicesOf(client)
	cheap := tabletheory.And(tabletheory.Attr("total").Between(1, 50), tabletheory.Not(tabletheory.Attr("labels").Exists()))
	found, err := invoices.Scan().Where(cheap.Or(tabletheory.Attr("lines").Size().Ge(1))).All(background)
	check(err)
	fmt.Println(len(found))
	// Output: 2
}

func ExampleRaw() {
	client := exampleClient()
	defer client.Close()
	dear := tabletheory.Raw("#t > :t", map[string]string{"#t": "total"}, tabletheory.Item{":t": 100})
	found, err := invoicesOf(client).Scan().Where(dear).All(background)
	check(err)
	fmt.Println(found[0].Number)
	// Output: I#3
}

func ExampleAt() {
	client := exampleClient()
	defer client.Close()
	type visit struct {
		_    struct{}  `theorydb:"model:Visit,table:visits"`
		ID   string    `theorydb:"pk,attr:id"`
		Made time.Time `theorydb:"created_at"`
	}
	visits := openIn[visit](client)
	made, err := visits.Create(tabletheory.At(background, march.AddDate(1, 0, 0)), visit{ID: "v"})
	check(err)
	fmt.Println(made.Made.Year())
	// Output: 2026
}

func ExampleWithLambdaDeadline() {
	invocation, cancel := context.WithTimeout(background, time.Minute) // as Lambda gives it
	defer cancel()
	ctx, stop := tabletheory.WithLambdaDeadline(invocation, 10*time.Second)
	defer stop()
	ours, _ := ctx.Deadline()
	theirs, _ := invocation.Deadline()
	fmt.Println(theirs.Sub(ours))
	// Output: 10s
}

func ExampleError() {
	client := exampleClient()
	defer client.Close()
	_, err := invoicesOf(client).Get(background, tabletheory.K("C#1", "I#9"))
	var failure *tabletheory.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Code, failure.Operation, failure.Model, failure.Table)
	}
	// Output: ErrItemNotFound get Invoice invoices
}

func ExampleNumber() {
	total := tabletheory.Number("12345678901234567890.5")
	_, err := total.Int64()
	fmt.Println(total.Rat().RatString(), errors.Is(err, tabletheory.ErrNumberPrecisionLoss))
	// Output: 24691357802469135781/2 true
}
