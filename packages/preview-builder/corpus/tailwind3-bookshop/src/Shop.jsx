import { useMemo, useState } from "react";

const BOOKS = [
  { title: "The Tide Tables", author: "M. Okafor", price: 14 },
  { title: "Letters to a Lighthouse", author: "J. Brandt", price: 11 },
  { title: "Salt and Saffron", author: "N. Farouk", price: 19 },
];

export function Shop() {
  const [query, setQuery] = useState("");
  const found = useMemo(() => BOOKS.filter(({ title }) => title.toLowerCase().includes(query.toLowerCase())), [query]);
  return (
    <div className="mx-auto max-w-2xl p-shelf font-serif text-ink">
      <h1 className="mb-4 text-2xl font-bold">Corner Bookshop</h1>
      <input className="form-input mb-6 w-full rounded" placeholder="Search titles" value={query} onChange={(event) => setQuery(event.target.value)} />
      <ul className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        {found.map((book) => (
          <li key={book.title}>
            <div className="cover cover-blue" />
            <p className="mt-2 font-semibold">{book.title}</p>
            <p className="text-ink-soft">{book.author}</p>
            <p className="text-price-700">{book.price} euros</p>
          </li>
        ))}
      </ul>
      <p className="mt-6 text-sm">{found.length} books in stock</p>
    </div>
  );
}
