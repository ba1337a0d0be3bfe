import { CopyButton, UnstyledButton } from "@mantine/core";
import classes from "./id-text.module.css";

/** The end of an id, which differs most; a click copies the whole. */
export function IdText({ id, what }: { id: string; what: string }) {
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <UnstyledButton
          className={classes["id"]}
          title={`${id} (click to copy)`}
          aria-label={`Copy the id of the ${what} that ends in ${id.slice(-8)}`}
          onClick={copy}
        >
          {copied ? "copied!" : id.slice(-8)}
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
