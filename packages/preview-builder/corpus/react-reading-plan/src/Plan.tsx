import classNames from "classnames";
import clsx from "clsx";
import { addDays, format, formatDistance, parseISO } from "date-fns";
import { de } from "date-fns/locale";
import { usePlan } from "./store";

export function Plan() {
  const { start, pagesADay, books, toggle, readMore } = usePlan();
  const left = books.filter(({ isRead }) => !isRead).reduce((sum, { pages }) => sum + pages, 0);
  const first = parseISO(start);
  const end = addDays(first, Math.ceil(left / pagesADay));
  return (
    <section className={clsx("plan", left === 0 && "done")}>
      <h1>Reading plan</h1>
      <p>
        {left} pages from {format(first, "d MMMM")} to {format(end, "d MMMM yyyy")}
      </p>
      <p lang="de">{formatDistance(first, end, { locale: de })}</p>
      <ul>
        {books.map(({ title, isRead }) => (
          <li key={title} className={classNames({ read: isRead })}>
            <label>
              <input type="checkbox" checked={isRead} onChange={() => toggle(title)} /> {title}
            </label>
          </li>
        ))}
      </ul>
      <button onClick={readMore}>{pagesADay} pages a day, make it more</button>
    </section>
  );
}
