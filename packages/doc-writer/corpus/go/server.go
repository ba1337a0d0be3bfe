//go:build linux || darwin

// Package server has awkward declarations.
package server

import (
	_ "embed"
	"errors"
	"fmt"
)

//go:embed server.go
var source string

// ErrClosed is returned after Close. It stays.
var ErrClosed = errors.New("closed")

const MaxClients = 10

type (
	Handler func(name string, args ...any) error

	Option interface {
		Apply(server *Server) error
		fmt.Stringer
	}
)

type Server struct {
	Name    string
	clients map[string]int
}

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

func NewServer(name string, options ...Option) (*Server, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	server := &Server{Name: name, clients: map[string]int{}}
	for _, option := range options {
		if err := option.Apply(server); err != nil {
			return nil, err
		}
	}
	return server, nil
}

//go:noinline
func (s *Server) Add(client string, count int) (total int, err error) {
	if count < 0 {
		panic("negative")
	}
	s.clients[client] += count
	return s.clients[client], nil
}

func (s Server) String() string { return s.Name }

func Map[T, U any](items []T, each func(T) U) []U {
	result := make([]U, 0, len(items))
	for _, item := range items {
		result = append(result, each(item))
	}
	return result
}

func (p *Pair[K, V]) Swap(key K, _ int, value V) {
	p.Key, p.Value = key, value
}

func hidden(größe int) string {
	_ = `raw // not a comment
/* nor this */`
	return fmt.Sprint(größe, source)
}

//nolint:unused
func IsOpen(s *Server) bool {
	return s != nil && hidden(1) != ""
}
