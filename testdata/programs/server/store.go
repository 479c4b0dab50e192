package main

import (
	"context"
	"database/sql"
	"time"

	_ "modernc.org/sqlite"
)

// Store is the orders, in SQLite.
type Store struct {
	db     *sql.DB
	insert *sql.Stmt
	last   *sql.Stmt
}

// Order is one row.
type Order struct {
	ID    int64     `json:"id"`
	User  string    `json:"user"`
	Items int       `json:"items"`
	At    time.Time `json:"at"`
}

func OpenStore(ctx context.Context) (*Store, error) {
	db, err := sql.Open("sqlite", "file:orders?mode=memory&cache=shared")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	if _, err := db.ExecContext(ctx, "create table orders(id integer primary key, user text, items integer, at integer)"); err != nil {
		return nil, err
	}
	s := &Store{db: db}
	if s.insert, err = db.PrepareContext(ctx, "insert into orders(user, items, at) values (?, ?, ?)"); err != nil {
		return nil, err
	}
	s.last, err = db.PrepareContext(ctx, "select id, user, items, at from orders order by id desc limit ?")
	return s, err
}

func (s *Store) Insert(ctx context.Context, user string, items int) (int64, error) {
	res, err := s.insert.ExecContext(ctx, user, items, time.Now().Unix())
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func (s *Store) Last(ctx context.Context, n int) ([]*Order, error) {
	rows, err := s.last.QueryContext(ctx, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*Order
	for rows.Next() {
		o, at := &Order{}, int64(0)
		if err := rows.Scan(&o.ID, &o.User, &o.Items, &at); err != nil {
			return nil, err
		}
		o.At = time.Unix(at, 0)
		out = append(out, o)
	}
	return out, rows.Err()
}
