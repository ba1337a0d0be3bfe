"use client";

import type { ReactNode } from "react";

export interface CardProps {
  title: string;
  children?: ReactNode;
}

export function Card({ title, children }: CardProps): ReactNode {
  return (
    <section>
      <h2>{title}</h2>
      {/* a comment of JSX */}
      {children ?? <p>nothing // not a comment</p>}
    </section>
  );
}

export const useToggle = (initial = false): [boolean, () => void] => {
  const toggle = () => {};
  return [initial, toggle];
};

const Hidden = ({ value }: { value: string }) => <b>{value}</b>;

export default function Page<T extends CardProps>(props: T, ref?: unknown) {
  return <Card {...props}><Hidden value={`${String(ref)} {/* text */}`} /></Card>;
}
