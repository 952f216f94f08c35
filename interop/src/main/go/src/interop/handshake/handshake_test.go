package handshake

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"testing"
)

// vectorFile is the one that the Java codecs are tested with.
const vectorFile = "../../../../../../../socketmaster-protocol/src/test/resources/vectors/handshake-v1.json"

type vectors struct {
	Requests []struct {
		Name       string
		Definition struct {
			Address string
			Port    int
			HTTP    *HTTPRule
			TLS     *struct{ Cert, Key string }
		}
		Request string
	}
	Replies []struct{ Name, Status, Reply string }
}

func load(t *testing.T) vectors {
	t.Helper()
	text, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var all vectors
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func decode(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestRequestsAreTheVectorsByteForByte(t *testing.T) {
	for _, vector := range load(t).Requests {
		t.Run(vector.Name, func(t *testing.T) {
			definition := Definition{
				Address: vector.Definition.Address,
				Port:    vector.Definition.Port,
				HTTP:    vector.Definition.HTTP,
			}
			if tls := vector.Definition.TLS; tls != nil {
				definition.TLS = &TLSMaterial{CertPEM: tls.Cert, KeyPEM: tls.Key}
			}
			want := decode(t, vector.Request)
			var written bytes.Buffer
			if err := WriteRequest(&written, definition); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(written.Bytes(), want) {
				t.Errorf("wrote %x, want %x", written.Bytes(), want)
			}
			read, err := ReadRequest(bytes.NewReader(want))
			if err != nil || !reflect.DeepEqual(read, definition) {
				t.Errorf("read %+v, %v, want %+v", read, err, definition)
			}
		})
	}
}

func TestRepliesAreTheVectorsByteForByte(t *testing.T) {
	for _, vector := range load(t).Replies {
		t.Run(vector.Name, func(t *testing.T) {
			var refusal error
			if vector.Status != ok {
				refusal = errors.New(vector.Status)
			}
			want := decode(t, vector.Reply)
			var written bytes.Buffer
			if err := WriteReply(&written, refusal); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(written.Bytes(), want) {
				t.Errorf("wrote %x, want %x", written.Bytes(), want)
			}
			status, err := readReply(bytes.NewReader(want))
			if err != nil || status != vector.Status {
				t.Errorf("read %q, %v, want %q", status, err, vector.Status)
			}
		})
	}
}
