// The demonstration in Go: one part of a story that four languages tell on one table (examples/orders/README.md).
//
//	orders ADDRESS SCHEMA STEP [ARGUMENT]        one step: write, read, pay, late, page or ship
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	tt "github.com/theory-cloud/tabletheory/go"
)

type Order struct {
	_ struct{} `theorydb:"model:Order,table:shop,dms:0.3"`

	Customer string    `theorydb:"pk,attr:PK,required"`
	Number   string    `theorydb:"sk,attr:SK,required"`
	State    string    `theorydb:"required,index:by-state,pk"`
	PlacedAt time.Time `theorydb:"required,format:rfc3339nano,index:by-state,sk"`
	Total    tt.Number `theorydb:"required"` // exact: 0.10 is 0.10
	Tags     []string  `theorydb:"set,omitempty"`
	Receipt  []byte
	Card     string `theorydb:"encrypted:2"` // encrypted before it leaves this process
	Version  int64  `theorydb:"version"`     // counted by the library: this is what catches lost updates
}

type Customer struct {
	_ struct{} `theorydb:"model:Customer,table:shop,dms:0.3"`

	Customer string `theorydb:"pk,attr:PK,required"`
	Kind     string `theorydb:"sk,attr:SK,required"`
	Shipped  int64  `theorydb:"format:int"`
}

const (
	ada  = "CUSTOMER#ada"
	mine = "ORDER#go"
)

func myOrder() Order {
	return Order{
		Customer: ada,
		Number:   mine,
		State:    "open",
		PlacedAt: time.Date(2026, 3, 2, 9, 1, 0, 125_000_000, time.UTC),
		Total:    "12345678901234567890123456789012345.678",
		Tags:     []string{"gift", "paper"},
		Receipt:  []byte{0x00, 0xff, 0x10, 0x80},
		Card:     "4242 4242 4242 4242",
	}
}

type shop struct {
	client    *tt.Client
	orders    *tt.Table[Order]
	customers *tt.Table[Customer]
}

func (s shop) write(ctx context.Context) error {
	if _, err := s.orders.EnsureTable(ctx, tt.TableOptions{}); err != nil {
		return err
	}
	made, err := s.orders.Create(ctx, myOrder())
	if err != nil {
		return err
	}
	fmt.Printf("made %s, version %d\n", made.Number, made.Version)
	if _, err = s.orders.Create(ctx, myOrder()); !errors.Is(err, tt.ErrConditionFailed) {
		return fmt.Errorf("the order should have been there already: %w", err)
	}
	fmt.Println("again:", codeOf(err))
	return nil
}

func (s shop) read(ctx context.Context) error {
	for order, err := range s.orders.Query(ada).Sort(tt.Attr("SK").BeginsWith("ORDER#")).Items(ctx) {
		if err != nil {
			return err
		}
		fmt.Printf("%s %s, version %d\n", order.Number, order.State, order.Version)
		fmt.Printf("  %s\n", order.PlacedAt.Format("2006-01-02T15:04:05.000Z07:00"))
		fmt.Printf("  %s\n", order.Total)
		fmt.Printf("  %s\n", strings.Join(slices.Sorted(slices.Values(order.Tags)), " "))
		fmt.Printf("  %x, %s\n", order.Receipt, order.Card)
	}
	return nil
}

func (s shop) pay(ctx context.Context, number string) error {
	order, err := s.orders.Get(ctx, tt.K(ada, number))
	if err != nil {
		return err
	}
	fmt.Printf("found %s, version %d\n", number, order.Version)
	order.State = "paid"
	if order, err = s.orders.Update(ctx, order, tt.Paths("state")); err != nil {
		return err
	}
	fmt.Printf("paid it, version %d\n", order.Version)
	return nil
}

// Somebody paid my order meanwhile; I still hold what I made.
func (s shop) late(ctx context.Context) error {
	order := myOrder()
	order.State = "cancelled"
	_, err := s.orders.Update(ctx, order, tt.Paths("state"))
	if !errors.Is(err, tt.ErrVersionConflict) {
		return fmt.Errorf("the update should have been refused: %w", err)
	}
	fmt.Printf("cancel %s, version %d:\n  %s\n", mine, order.Version, codeOf(err))
	stored, err := s.orders.Get(ctx, tt.K(ada, mine))
	if err != nil {
		return err
	}
	fmt.Printf("it is %s, version %d\n", stored.State, stored.Version)
	return nil
}

// The cursor is text that any process, in any language, can go on from.
func (s shop) page(ctx context.Context, cursor string) error {
	page, err := s.orders.Query(tt.Attr("state").Eq("paid")).Limit(1).After(cursor).Page(ctx)
	if err != nil {
		return err
	}
	for _, order := range page.Items {
		fmt.Println("paid:", order.Number)
	}
	fmt.Println("cursor", page.Cursor)
	return nil
}

// Both writes happen, or neither.
func (s shop) ship(ctx context.Context, number string) error {
	shipment := s.client.TransactWrite().Add(
		s.orders.UpdateBuilder(tt.K(ada, number)).Set("state", "shipped").Where(tt.Attr("state").Eq("paid")).Action(),
		s.customers.UpsertBuilder(tt.K(ada, "PROFILE")).Increment("shipped", 1).Action())
	if err := shipment.Run(ctx); err != nil {
		return err
	}
	customer, err := s.customers.Get(ctx, tt.K(ada, "PROFILE"))
	if err != nil {
		return err
	}
	fmt.Printf("shipped %s; that makes %d\n", number, customer.Shipped)

	err = shipment.Run(ctx)
	if !errors.Is(err, tt.ErrTransactionCanceled) {
		return fmt.Errorf("the order should have been shipped already: %w", err)
	}
	fmt.Println("again:", codeOf(err))
	if customer, err = s.customers.Get(ctx, tt.K(ada, "PROFILE")); err != nil {
		return err
	}
	fmt.Printf("that leaves %d\n", customer.Shipped)
	return nil
}

func codeOf(err error) tt.ErrorCode {
	var failure *tt.Error
	errors.As(err, &failure)
	return failure.Code
}

func run(ctx context.Context, address, schemaPath, step, argument string) error {
	schema, err := tt.LoadSchemaFile(schemaPath)
	if err != nil {
		return err
	}
	key := bytes.Repeat([]byte{7}, 32) // development only: in production, tt.KMS
	client, err := tt.Connect(ctx, address, tt.WithEncryption(tt.StaticDevelopmentKey(key)))
	if err != nil {
		return err
	}
	defer client.Close()
	s := shop{client: client}
	if s.orders, err = tt.Open[Order](client, tt.Against(schema)); err != nil { // the struct says what the schema says
		return err
	}
	if s.customers, err = tt.Open[Customer](client, tt.Against(schema)); err != nil {
		return err
	}
	switch step {
	case "write":
		return s.write(ctx)
	case "read":
		return s.read(ctx)
	case "pay":
		return s.pay(ctx, argument)
	case "late":
		return s.late(ctx)
	case "page":
		return s.page(ctx, argument)
	case "ship":
		return s.ship(ctx, argument)
	}
	return fmt.Errorf("no step %s", step)
}

func main() {
	arguments := append(os.Args[1:], "")
	if len(arguments) < 4 {
		fmt.Fprintln(os.Stderr, "usage: orders ADDRESS SCHEMA STEP [ARGUMENT]")
		os.Exit(2)
	}
	if err := run(context.Background(), arguments[0], arguments[1], arguments[2], arguments[3]); err != nil {
		fmt.Fprintln(os.Stderr, "orders:", err)
		os.Exit(1)
	}
}
