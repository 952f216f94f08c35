package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/hashicorp/yamux"

	"interop/pattern"
)

// behaviour is what a service does with a stream. Unless it returns errKeep, the stream is closed afterwards.
type behaviour func(s *service, stream *yamux.Stream) error

// errKeep leaves a stream as it is.
var errKeep = errors.New("the stream is not to be closed")

const (
	greeting = "220 ready\r\n"
	farewell = "bye\n"
)

var behaviours = map[string]behaviour{
	"aftereof":   answerAfterEOF,
	"banner":     greetThenEcho,
	"bulk":       bulk,
	"closefirst": closeFirst,
	"echo":       echo,
	"noread":     neverRead,
	"reset":      reset,
}

// echo sends back what comes, to the end.
func echo(_ *service, stream *yamux.Stream) error {
	_, err := io.Copy(stream, stream)
	return err
}

// greetThenEcho speaks first, as mail servers and databases do.
func greetThenEcho(s *service, stream *yamux.Stream) error {
	if _, err := io.WriteString(stream, greeting); err != nil {
		return err
	}
	return echo(s, stream)
}

// answerAfterEOF says nothing until the client has ended its side, then "BYTES SHA256\n".
func answerAfterEOF(_ *service, stream *yamux.Stream) error {
	digest, read, err := pattern.ReadAll(stream)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stream, "%d %s\n", read, digest)
	return err
}

// closeFirst reads a line, says goodbye and ends its own side, while the client's may stay open as long as it likes. In
// this version of the library a stream that was closed cannot be read.
func closeFirst(_ *service, stream *yamux.Stream) error {
	if _, err := bufio.NewReader(stream).ReadString('\n'); err != nil {
		return err
	}
	_, err := io.WriteString(stream, farewell)
	return err
}

// bulk reads a line "UP DOWN\n", two numbers of bytes, then reads UP bytes while it writes DOWN bytes of the pattern whose
// seed is DOWN, and ends with "SHA256-OF-UP SHA256-OF-DOWN\n".
func bulk(_ *service, stream *yamux.Stream) error {
	in := bufio.NewReader(stream)
	line, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	var up, down int64
	if _, err := fmt.Sscan(line, &up, &down); err != nil {
		return fmt.Errorf("%q does not say how much to read and write: %w", line, err)
	}
	type result struct {
		digest string
		err    error
	}
	written := make(chan result, 1)
	go func() {
		digest, err := pattern.Write(stream, uint64(down), down)
		written <- result{digest, err}
	}()
	read, err := pattern.Read(in, up)
	if err != nil {
		return err
	}
	wrote := <-written
	if wrote.err != nil {
		return wrote.err
	}
	_, err = fmt.Fprintf(stream, "%s %s\n", read, wrote.digest)
	return err
}

// neverRead takes a stream and leaves it alone.
func neverRead(_ *service, _ *yamux.Stream) error {
	return errKeep
}

// reset reads a line, sends it back and breaks the stream.
func reset(s *service, stream *yamux.Stream) error {
	line, err := bufio.NewReader(stream).ReadString('\n')
	if err != nil {
		return err
	}
	if _, err := io.WriteString(stream, line); err != nil {
		return err
	}
	if err := s.conn.reset(stream.StreamID()); err != nil {
		return err
	}
	return errKeep
}
