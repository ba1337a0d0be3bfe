import { Kbd } from "@mantine/core";
import { Link, useLocation } from "wouter";
import { BrandMark } from "./brand.tsx";
import { ConnectionStatus } from "./connection-status.tsx";
import { isAt, placeGroups, type Place } from "./places.ts";
import classes from "./shell.module.css";
import { UserMenu } from "./user-menu.tsx";

function PlaceLink({ place, isHere }: { place: Place; isHere: boolean }) {
  const { name, href, icon: Icon, key } = place;
  return (
    <li>
      <Link href={href} className={classes["link"]} title={name} aria-current={isHere ? "page" : undefined}>
        <Icon size={17} strokeWidth={1.8} aria-hidden />
        <span>{name}</span>
        <Kbd size="xs" aria-hidden>
          g {key}
        </Kbd>
      </Link>
    </li>
  );
}

/** The way to every page, how the connection is, and who is signed in. */
export function Side() {
  const [location] = useLocation();
  return (
    <aside className={classes["side"]} aria-label="Console">
      <Link href="/" className={classes["brand"]} aria-label="HiveSync Admin, overview">
        <BrandMark />
        <span>
          HiveSync <span>Admin</span>
        </span>
      </Link>
      <nav className={classes["nav"]} aria-label="Pages">
        {placeGroups.map((group) => (
          <div key={group.name}>
            <div className={classes["group"]}>
              <span>{group.name}</span>
            </div>
            <ul>
              {group.places.map((place) => (
                <PlaceLink key={place.href} place={place} isHere={isAt(place, location)} />
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className={classes["foot"]}>
        <ConnectionStatus />
        <UserMenu />
      </div>
    </aside>
  );
}
