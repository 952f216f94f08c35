package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"interop/pattern"
)

// Ways to end a connection's own side.
const (
	endFIN  = "fin"
	endRST  = "rst"
	endStay = "stay"
)

// How the other side ended it.
const (
	endedEOF   = "eof"
	endedReset = "reset"
	endedMine  = "mine"
)

type tcpResult struct {
	Received string `json:"received"`
	Ended    string `json:"ended"`
}

// tcp makes one connection by its flags.
func tcp(arguments []string) (interface{}, error) {
	set := flag.NewFlagSet("tcp", flag.ExitOnError)
	var to target
	to.flags(set)
	text := set.String("text", "", "what to send first")
	more := set.Int64("more", 0, "how many bytes of a pattern to send after it")
	await := set.Int64("await", 0, "how many bytes to read before anything is ended")
	end := set.String("end", endFIN, "how to end: fin, rst, or stay for not at all")
	if err := set.Parse(arguments); err != nil {
		return nil, err
	}
	conn, err := to.dial()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, *text); err != nil {
		return nil, err
	}
	if _, err := pattern.Write(conn, uint64(*more), *more); err != nil {
		return nil, err
	}
	received := make([]byte, *await)
	if _, err := io.ReadFull(conn, received); err != nil {
		return nil, fmt.Errorf("awaiting %d bytes: %w", *await, err)
	}
	if *end == endRST {
		return tcpResult{string(received), endedMine}, breakOff(conn)
	}
	if *end == endFIN {
		if err := conn.CloseWrite(); err != nil {
			return nil, err
		}
	}
	rest, err := io.ReadAll(conn)
	ended, err := howEnded(err)
	return tcpResult{string(received) + string(rest), ended}, err
}

// breakOff closes so that the other side gets a reset.
func breakOff(conn net.Conn) error {
	tcpConn, plain := conn.(*net.TCPConn)
	if !plain {
		return errors.New("only plain TCP can be reset")
	}
	if err := tcpConn.SetLinger(0); err != nil {
		return err
	}
	return tcpConn.Close()
}

func howEnded(err error) (string, error) {
	if err == nil {
		return endedEOF, nil
	}
	if errors.Is(err, syscall.ECONNRESET) {
		return endedReset, nil
	}
	return "", err
}

type bulkResult struct {
	UpSHA256   string  `json:"upSha256"`
	DownSHA256 string  `json:"downSha256"`
	Seconds    float64 `json:"seconds"`
}

// bulk sends and reads at the same time, and compares the digests of both ends.
func bulk(arguments []string) (interface{}, error) {
	set := flag.NewFlagSet("bulk", flag.ExitOnError)
	var to target
	to.flags(set)
	up := set.Int64("up", 0, "how many bytes to send")
	down := set.Int64("down", 0, "how many bytes to read")
	if err := set.Parse(arguments); err != nil {
		return nil, err
	}
	conn, err := to.dial()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	start := time.Now()
	if _, err := fmt.Fprintf(conn, "%d %d\n", *up, *down); err != nil {
		return nil, err
	}
	sent := make(chan error, 1)
	var upDigest string
	go func() {
		var err error
		upDigest, err = pattern.Write(conn, uint64(*up)+1, *up)
		sent <- err
	}()
	in := bufio.NewReader(conn)
	downDigest, err := pattern.Read(in, *down)
	if err != nil {
		return nil, err
	}
	if err := <-sent; err != nil {
		return nil, err
	}
	theirs, err := in.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("reading the service's digests: %w", err)
	}
	seconds := time.Since(start).Seconds()
	if mine := upDigest + " " + downDigest + "\n"; mine != theirs {
		return nil, fmt.Errorf("the digests differ: the service read and wrote %qthe client wrote and read %q", theirs, mine)
	}
	if rest, err := io.ReadAll(in); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("after the digests came %q, %v", rest, err)
	}
	return bulkResult{upDigest, strings.TrimSpace(downDigest), seconds}, nil
}

// roundTrip sends what, ends its side, and wants it back.
func roundTrip(to target, what []byte) error {
	conn, err := to.dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := conn.Write(what); err != nil {
		return err
	}
	if err := conn.CloseWrite(); err != nil {
		return err
	}
	back, err := io.ReadAll(conn)
	if err != nil {
		return fmt.Errorf("after %d of %d bytes: %w", len(back), len(what), err)
	}
	if !bytes.Equal(back, what) {
		return fmt.Errorf("sent %d bytes %.40q, got %d bytes %.40q", len(what), what, len(back), back)
	}
	return nil
}
