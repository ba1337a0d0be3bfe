import { euros } from "@/money";

const rate = 0.1;

export default function Tip({ bill }: { bill: number }) {
  return <p>With {rate * 100} % tip: {euros(bill * (1 + rate))}</p>;
}
