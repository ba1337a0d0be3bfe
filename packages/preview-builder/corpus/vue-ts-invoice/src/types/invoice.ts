import type { Named } from "@/types/named";

export interface Line extends Named {
  hours: number;
  centsPerHour: number;
}

export enum Status {
  Open = "Open",
  Paid = "Paid",
}
