import styles from "./Column.module.scss";

export function Column({ name, cards }: { name: string; cards: string[] }) {
  return (
    <section className={styles.column}>
      <h2 className={styles.title}>
        {name} ({cards.length})
      </h2>
      {cards.map((card) => (
        <p key={card} className={styles.card}>
          {card}
        </p>
      ))}
    </section>
  );
}
