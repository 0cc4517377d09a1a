package tabletheory

import (
	"context"
	"unsafe"
)

// TransitionOptions are those of TransitionAppendEvent.
type TransitionOptions struct {
	ExpectedVersion *int64 // the version that the actual row must have; nil: it must exist
	ClientToken     string // of the transaction; one is drawn when empty
}

// TransitionAppendEvent moves a release state (docs/release-state.md): one transaction that updates the selected
// attributes of the actual row (and its version by one, and updated_at), and creates the event. Both happen or neither.
// An event that is there already, or an actual row that is not at the expected version, is ErrTransactionCanceled that
// answers to ErrConditionFailed, the latter to ErrVersionConflict too; Reasons[0] is about the actual row, Reasons[1]
// about the event.
func TransitionAppendEvent[A, E any](ctx context.Context, actuals *Table[A], actual A, fields []Path, events *Table[E],
	event E, options TransitionOptions) error {
	r := newRequest(opTransition)
	r.inner("actual", func(r *request) {
		r.integer("table", actuals.core.id)
		r.item(actuals.core, unsafe.Pointer(&actual))
		r.paths("fields", fields)
		if options.ExpectedVersion != nil {
			r.integer("expected_version", *options.ExpectedVersion)
		}
	})
	r.inner("event", func(r *request) {
		r.integer("table", events.core.id)
		r.item(events.core, unsafe.Pointer(&event))
	})
	r.textIf("client_token", options.ClientToken)
	return actuals.core.client.call(ctx, &r, []*tableCore{actuals.core, events.core}, nil)
}

// CheckDeployAuthority is the check that every write of a model with both attributes `provenance` and `confidence` runs:
// ErrInvalidModel for their shape, ErrRejectedDeployAuthorityEvidence for evidence that carries no authority to deploy.
// Nothing is sent.
func (c *Client) CheckDeployAuthority(ctx context.Context, item Item) error {
	r := newRequest(opCheckDeployAuthority)
	r.value("item", item)
	return c.call(ctx, &r, nil, nil)
}
