import { useLoaderData } from "react-router-dom";

export function Recipe() {
  const { title, steps } = useLoaderData();
  return (
    <article>
      <h1>{title}</h1>
      <ol>{steps.map((step) => <li key={step}>{step}</li>)}</ol>
    </article>
  );
}
