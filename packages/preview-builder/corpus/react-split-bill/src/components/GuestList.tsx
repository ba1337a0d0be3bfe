import clsx from "clsx";
import type { Guest } from "@/guests";
import styles from "./GuestList.module.css";

interface Props {
  guests: readonly Guest[];
  onRemove: (id: number) => void;
}

export function GuestList({ guests, onRemove }: Props) {
  return (
    <ul className={styles.list}>
      {guests.map(({ id, name }, index) => (
        <li key={id} className={clsx(styles.guest, index === 0 && styles.host)}>
          {name} <button aria-label={`Remove ${name}`} onClick={() => onRemove(id)}>×</button>
        </li>
      ))}
    </ul>
  );
}
