import { useEffect, useState } from "react";

export function Museum() {
  const [rooms, setRooms] = useState([]);
  const [at, setAt] = useState(0);
  const [size, setSize] = useState("");
  useEffect(() => {
    fetch(`${import.meta.env.BASE_URL}catalogue/rooms.json`)
      .then((response) => response.json())
      .then(setRooms);
  }, []);
  const room = rooms[at];
  return (
    <main style={{ backgroundImage: "url('/frame.svg')", backgroundSize: 24 }}>
      <h1>
        <img src="/frame.svg" alt="" width="32" /> Small museum
      </h1>
      {room && (
        <figure>
          <img
            src={`/paintings/${room.painting}.svg`}
            alt={room.title}
            onLoad={(event) => setSize(`${event.currentTarget.naturalWidth} wide`)}
          />
          <figcaption>
            {room.title}, {size}
          </figcaption>
        </figure>
      )}
      <button onClick={() => setAt((at + 1) % rooms.length)}>Next room</button>
    </main>
  );
}
