package tabletheory

import (
	"encoding/json"
	"math/big"
	"strconv"
)

// Number is an exact decimal number as text, up to 38 significant digits. What the library gives is canonical: no plus
// sign, no exponent, no needless zeros ("12.5"). What it is given may be any decimal text; the core checks it.
//
//	Price: "12.50"                    // stored and read back as 12.5
//	n, err := item.Price.Int64()
//
// Use it for money and whatever else must not be rounded; fields of type int64 and float64 are checked for exactness.
type Number string

// NumberOf is the number of a whole number.
func NumberOf(value int64) Number { return Number(strconv.FormatInt(value, 10)) }

// String is the text.
func (n Number) String() string { return string(n) }

// Int64 is the number when it is a whole one of that range, else ErrNumberPrecisionLoss.
func (n Number) Int64() (int64, error) {
	value, err := strconv.ParseInt(string(n), 10, 64)
	if err != nil {
		return 0, precisionLoss(string(n), "int64")
	}
	return value, nil
}

// Float64 is the nearest float64; it may be rounded.
func (n Number) Float64() (float64, error) {
	value, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return 0, newError(codeInvalidModel, strconv.Quote(string(n))+" is no decimal number")
	}
	return value, nil
}

// Rat is the number, exactly; nil when the text is none.
func (n Number) Rat() *big.Rat {
	value, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return nil
	}
	return value
}

// MarshalJSON gives the number as a JSON number.
func (n Number) MarshalJSON() ([]byte, error) {
	if n == "" {
		return []byte("0"), nil
	}
	return json.Marshal(json.Number(n))
}

// UnmarshalJSON takes a JSON number, or its text as a string.
func (n *Number) UnmarshalJSON(text []byte) error {
	var number json.Number
	if err := json.Unmarshal(text, &number); err != nil {
		return err
	}
	*n = Number(number)
	return nil
}

func precisionLoss(text, kind string) *Error {
	return newError(codeNumberPrecisionLoss, "the number "+text+" does not fit "+kind+" exactly; use tabletheory.Number")
}

// Sets of dynamic items. A field of a struct may be one too, or a slice with the tag "set".
type (
	// StringSet is a set of texts, in no particular order.
	StringSet []string
	// NumberSet is a set of numbers.
	NumberSet []Number
	// BytesSet is a set of byte strings.
	BytesSet [][]byte
)

// Item is a dynamic item: attribute names and values. Values read are string, Number (int64 for attributes that the
// model declares as int, version or ttl), bool, []byte, nil, []any, map[string]any, StringSet, NumberSet, BytesSet.
// Values written may be anything a struct's field may be.
type Item = map[string]any
