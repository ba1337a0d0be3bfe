import { useState } from "react";
import { VesselCard } from "./VesselCard";
import { vessels } from "./vessels";

export function App() {
  const [onlyLate, setOnlyLate] = useState(false);
  const shown = vessels.filter(({ minutesLate }) => !onlyLate || minutesLate > 10);
  return (
    <main className="mx-auto grid max-w-3xl gap-6 p-6 font-display">
      <header className="flex items-center justify-between">
        <h1 className="text-3xl font-bold text-harbour-900">Harbour board</h1>
        <button className="rounded bg-harbour-500 px-4 py-2 text-white hover:bg-harbour-900" onClick={() => setOnlyLate(!onlyLate)}>
          {onlyLate ? "Show all" : "Only late"}
        </button>
      </header>
      <section className="grid gap-4 md:grid-cols-2">
        {shown.map((vessel) => (
          <VesselCard key={vessel.name} vessel={vessel} />
        ))}
      </section>
      <article className="prose">
        <p>{shown.length} vessels on the board</p>
      </article>
    </main>
  );
}
