// Package pattern makes long streams of bytes that two programs can make alike, and their digests.
package pattern

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
)

// block is how much is made, digested and written at a time.
const block = 64 << 10

// source yields splitmix64's numbers. No stretch of them repeats, so a digest tells lost, doubled and swapped bytes.
type source struct {
	state uint64
}

func (s *source) next() uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Write writes the first n bytes of the stream that begins with seed, and returns their SHA-256 in hexadecimal.
func Write(w io.Writer, seed uint64, n int64) (string, error) {
	from := source{state: seed}
	digest := sha256.New()
	buffer := make([]byte, block)
	for n > 0 {
		for i := 0; i < len(buffer); i += 8 {
			binary.LittleEndian.PutUint64(buffer[i:], from.next())
		}
		if n < int64(len(buffer)) {
			buffer = buffer[:n]
		}
		digest.Write(buffer)
		if _, err := w.Write(buffer); err != nil {
			return "", fmt.Errorf("writing, %d bytes before the end: %w", n, err)
		}
		n -= int64(len(buffer))
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// Read reads n bytes and returns their SHA-256 in hexadecimal. An earlier end is an error.
func Read(r io.Reader, n int64) (string, error) {
	digest, read, err := ReadAll(io.LimitReader(r, n))
	if err == nil && read < n {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return "", fmt.Errorf("reading, after %d of %d bytes: %w", read, n, err)
	}
	return digest, nil
}

// ReadAll reads to the end, and returns the SHA-256 in hexadecimal of what came, and how much it was, even with an error.
func ReadAll(r io.Reader) (string, int64, error) {
	digest := sha256.New()
	read, err := io.CopyBuffer(digest, onlyReader{r}, make([]byte, block))
	return hex.EncodeToString(digest.Sum(nil)), read, err
}

// onlyReader hides WriterTo, which would choose a buffer of its own.
type onlyReader struct {
	io.Reader
}
