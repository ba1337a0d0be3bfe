import { lazy, Suspense, useDeferredValue, useId, useState, useTransition, version } from "react";
import { photos } from "~photos";

const Details = lazy(() => import("./Details"));

export function App() {
  const [isOpen, setOpen] = useState(false);
  const [, startTransition] = useTransition();
  const [wanted, setWanted] = useState("");
  const search = useDeferredValue(wanted);
  const id = useId();
  const shown = photos.filter(({ place }) => place.toLowerCase().includes(search.toLowerCase()));
  return (
    <main>
      <h1>Gallery</h1>
      <label htmlFor={id}>Search for a place</label>
      <input id={id} value={wanted} onChange={(event) => setWanted(event.target.value)} />
      {shown.map((photo) => (
        <figure key={photo.title}>
          <div style={{ height: 60, background: `hsl(${photo.hue} 60% 60%)` }} />
          <figcaption>{photo.title}</figcaption>
          {isOpen && (
            <Suspense fallback="…">
              <Details photo={photo} />
            </Suspense>
          )}
        </figure>
      ))}
      <button onClick={() => startTransition(() => setOpen(true))}>Show details</button>
      <small>React {version.split(".")[0]}</small>
    </main>
  );
}
