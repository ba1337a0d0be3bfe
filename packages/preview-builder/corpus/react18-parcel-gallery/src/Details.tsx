import type { Photo } from "~photos";

export default function Details({ photo }: { photo: Photo }) {
  return <p>Taken in {photo.place}</p>;
}
