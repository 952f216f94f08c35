// Package handshake is version 1 of socketmaster's control protocol, as services written for the original speak it.
//
// Integers are 8 bytes, big-endian. A string is an integer length and that many bytes of UTF-8. A request is an address,
// a port and a byte of flags, then what the flags announce; a reply is one string. What follows on the connection is
// yamux.
package handshake

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Bits of the request's flags. Others are ignored, as the original ignores them.
const (
	flagHTTP = 1 << 0
	flagTLS  = 1 << 1
)

// maxString bounds what a reader allocates because the other side says so.
const maxString = 256 << 10

// ok is the status of a registration that stands; every other one is an error text for a person.
const ok = "OK"

// Definition says which traffic a service wants.
type Definition struct {
	Address string // of the public port; empty for all addresses
	Port    int
	HTTP    *HTTPRule    // nil: connections are passed on as they are
	TLS     *TLSMaterial // nil: no TLS
}

// HTTPRule selects requests.
type HTTPRule struct {
	DomainSuffix string // empty for every host
	PathPrefix   string // empty for every path
}

// TLSMaterial is what the daemon ends TLS with.
type TLSMaterial struct {
	CertPEM, KeyPEM string
}

// Refused is the error of a registration that the daemon turned down.
type Refused struct {
	Status string // the daemon's words
}

func (r *Refused) Error() string {
	return r.Status
}

// Register sends the definition and waits for the answer. Afterwards the connection carries yamux, in which the caller is
// the server. The error is a *Refused if the daemon said no.
func Register(conn io.ReadWriter, definition Definition) error {
	if err := WriteRequest(conn, definition); err != nil {
		return fmt.Errorf("sending the request: %w", err)
	}
	status, err := readReply(conn)
	if err != nil {
		return fmt.Errorf("reading the reply: %w", err)
	}
	if status != ok {
		return &Refused{Status: status}
	}
	return nil
}

// WriteRequest writes each field by itself, as the original does: the daemon sees many small segments.
func WriteRequest(w io.Writer, definition Definition) error {
	fields := []interface{}{definition.Address, definition.Port, flags(definition)}
	if rule := definition.HTTP; rule != nil {
		fields = append(fields, rule.DomainSuffix, rule.PathPrefix)
	}
	if material := definition.TLS; material != nil {
		fields = append(fields, material.CertPEM, material.KeyPEM)
	}
	for _, field := range fields {
		if err := write(w, field); err != nil {
			return err
		}
	}
	return nil
}

func flags(definition Definition) byte {
	var flags byte
	if definition.HTTP != nil {
		flags |= flagHTTP
	}
	if definition.TLS != nil {
		flags |= flagTLS
	}
	return flags
}

func write(w io.Writer, field interface{}) error {
	switch value := field.(type) {
	case byte:
		_, err := w.Write([]byte{value})
		return err
	case int:
		var bytes [8]byte
		binary.BigEndian.PutUint64(bytes[:], uint64(value))
		_, err := w.Write(bytes[:])
		return err
	case string:
		if err := write(w, len(value)); err != nil {
			return err
		}
		_, err := io.WriteString(w, value)
		return err
	default:
		panic(fmt.Sprintf("a request has no field of type %T", field))
	}
}

// readReply takes the length with one Read, as the original does: a daemon that sends its reply in pieces fails here.
func readReply(r io.Reader) (string, error) {
	var bytes [8]byte
	n, err := r.Read(bytes[:])
	if err != nil {
		return "", err
	}
	if n < len(bytes) {
		return "", fmt.Errorf("the length came in pieces, the first of %d bytes", n)
	}
	return readText(r, binary.BigEndian.Uint64(bytes[:]))
}

// ReadRequest reads what WriteRequest writes.
func ReadRequest(r io.Reader) (Definition, error) {
	in := &reader{in: r}
	definition := Definition{Address: in.text(), Port: int(in.integer())}
	flags := in.bytes(1)
	if in.err == nil && flags[0]&flagHTTP != 0 {
		definition.HTTP = &HTTPRule{DomainSuffix: in.text(), PathPrefix: in.text()}
	}
	if in.err == nil && flags[0]&flagTLS != 0 {
		definition.TLS = &TLSMaterial{CertPEM: in.text(), KeyPEM: in.text()}
	}
	return definition, in.err
}

// WriteReply answers a request in one piece; refusal nil means yes.
func WriteReply(w io.Writer, refusal error) error {
	status := ok
	if refusal != nil {
		status = refusal.Error()
	}
	reply := make([]byte, 8, 8+len(status))
	binary.BigEndian.PutUint64(reply, uint64(len(status)))
	_, err := w.Write(append(reply, status...))
	return err
}

// reader keeps the first error, so that a request reads as the list of its fields.
type reader struct {
	in  io.Reader
	err error
}

func (r *reader) bytes(n uint64) []byte {
	bytes := make([]byte, n)
	if r.err == nil {
		_, r.err = io.ReadFull(r.in, bytes)
	}
	return bytes
}

func (r *reader) integer() uint64 {
	return binary.BigEndian.Uint64(r.bytes(8))
}

func (r *reader) text() string {
	length := r.integer()
	if r.err != nil {
		return ""
	}
	var text string
	text, r.err = readText(r.in, length)
	return text
}

func readText(r io.Reader, length uint64) (string, error) {
	if length > maxString {
		return "", fmt.Errorf("a string of %d bytes, more than the %d that are allowed", length, maxString)
	}
	bytes := make([]byte, length)
	_, err := io.ReadFull(r, bytes)
	return string(bytes), err
}
