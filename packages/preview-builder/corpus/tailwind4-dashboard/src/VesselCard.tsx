import type { Vessel } from "./vessels";

export function VesselCard({ vessel }: { vessel: Vessel }) {
  const isLate = vessel.minutesLate > 10;
  return (
    <div data-late={isLate} className="ridge rounded-lg bg-white p-4 shadow-md late:bg-[#fff4e5]">
      <h2 className="text-lg font-semibold">{vessel.name}</h2>
      <p className="text-slate-600">{vessel.berth}</p>
      <span className="pill">{isLate ? `${vessel.minutesLate} minutes late` : "on time"}</span>
    </div>
  );
}
