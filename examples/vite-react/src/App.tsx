import { useMemo, useState } from "react";

import { EffortFilter } from "@/components/EffortFilter";
import { Hero } from "@/components/Hero";
import { HikeCard } from "@/components/HikeCard";
import { type Effort, type Hike, hikes } from "@/hikes";

export function App() {
  const [effort, setEffort] = useState<Effort | "any">("any");
  const [saved, setSaved] = useState<ReadonlySet<string>>(new Set(["ridge"]));
  const shown = useMemo(() => hikes.filter((hike) => effort === "any" || hike.effort === effort), [effort]);

  const toggle = ({ id }: Hike) =>
    setSaved((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });

  return (
    <>
      <Hero savedCount={saved.size} />
      <main className="content">
        <EffortFilter value={effort} onChange={setEffort} />
        <ul className="hikes">
          {shown.map((hike) => (
            <li key={hike.id}>
              <HikeCard hike={hike} isSaved={saved.has(hike.id)} onToggle={() => toggle(hike)} />
            </li>
          ))}
        </ul>
        <footer>
          Leave no trace. {import.meta.env.DEV ? "Development build." : "See you on the trail."}
        </footer>
      </main>
    </>
  );
}
