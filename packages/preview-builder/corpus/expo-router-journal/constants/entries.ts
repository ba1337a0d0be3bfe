export const entries = [
  { id: "harbour", title: "Harbour walk", text: "Nets on the quay, and a seal that watched us eat." },
  { id: "rain", title: "Rain on the pass", text: "We turned back at the second bridge." },
  { id: "market", title: "Market day", text: "Three kinds of plums, and a broken umbrella." },
];
