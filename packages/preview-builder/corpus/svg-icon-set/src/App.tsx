import { useState } from "react";
import Sun from "./icons/sun.svg?react";
import moonUrl from "./icons/moon.svg";
import windText from "./icons/wind.svg?raw";
import { names } from "./names";

export function App() {
  const [size, setSize] = useState(48);
  return (
    <main>
      <h1>{names.length} icons</h1>
      <button onClick={() => setSize(size * 2)}>Larger</button>
      <figure>
        <Sun width={size} height={size} title="Sun" />
        <figcaption>a component of {size} pixels</figcaption>
      </figure>
      <figure>
        <img src={moonUrl} width={size} alt="Moon" />
        <figcaption>a picture</figcaption>
      </figure>
      <figure>
        <span style={{ width: size, color: "teal" }} dangerouslySetInnerHTML={{ __html: windText }} />
        <figcaption>a text of {windText.includes("stroke-linecap") ? "one path" : "nothing"}</figcaption>
      </figure>
      <p>{names.join(", ")}</p>
    </main>
  );
}
