import mountains from "@/assets/mountains.svg";

import styles from "./Hero.module.css";

export function Hero({ savedCount }: { savedCount: number }) {
  return (
    <header className={styles.hero}>
      <img className={styles.view} src={mountains} alt="" />
      <div className={styles.text}>
        <p className={styles.brand}>Daybreak</p>
        <h1 className={styles.title}>Short hikes, home by lunch</h1>
        <p className={styles.saved}>
          <strong>{savedCount}</strong> saved for the weekend
        </p>
      </div>
    </header>
  );
}
