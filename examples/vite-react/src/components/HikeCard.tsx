import { formatDuration, type Hike } from "@/hikes";

import { ElevationProfile } from "./ElevationProfile";
import styles from "./HikeCard.module.css";

interface HikeCardProps {
  hike: Hike;
  isSaved: boolean;
  onToggle: () => void;
}

export function HikeCard({ hike, isSaved, onToggle }: HikeCardProps) {
  return (
    <article className={styles.card}>
      <div className={styles.map}>
        <ElevationProfile values={hike.profile} />
        <span className={styles.effort} data-effort={hike.effort}>
          {hike.effort}
        </span>
      </div>
      <div className={styles.body}>
        <h2 className={styles.name}>{hike.name}</h2>
        <p className={styles.place}>{hike.place}</p>
        <dl className={styles.facts}>
          <div>
            <dt>Distance</dt>
            <dd>{hike.kilometres} km</dd>
          </div>
          <div>
            <dt>Climb</dt>
            <dd>{hike.climb} m</dd>
          </div>
          <div>
            <dt>Time</dt>
            <dd>{formatDuration(hike.minutes)}</dd>
          </div>
        </dl>
        <button type="button" className={styles.save} aria-pressed={isSaved} onClick={onToggle}>
          {isSaved ? "Saved" : "Save for the weekend"}
        </button>
      </div>
    </article>
  );
}
