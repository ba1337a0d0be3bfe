import { create } from "zustand";
import { persist } from "zustand/middleware";
import { addDays, formatISO } from "date-fns";

export interface Book {
  title: string;
  pages: number;
  isRead: boolean;
}

interface PlanState {
  start: string;
  pagesADay: number;
  books: Book[];
  toggle: (title: string) => void;
  readMore: () => void;
}

export const usePlan = create<PlanState>()(
  persist(
    (set) => ({
      start: formatISO(addDays(new Date(2026, 2, 1), 1), { representation: "date" }),
      pagesADay: 40,
      books: [
        { title: "The Overstory", pages: 502, isRead: false },
        { title: "Invisible Cities", pages: 165, isRead: true },
        { title: "The Dispossessed", pages: 387, isRead: false },
      ],
      toggle: (title) =>
        set(({ books }) => ({
          books: books.map((book) => (book.title === title ? { ...book, isRead: !book.isRead } : book)),
        })),
      readMore: () => set(({ pagesADay }) => ({ pagesADay: pagesADay + 20 })),
    }),
    { name: "reading-plan" },
  ),
);
