import { Button } from "@mantine/core";
import { Link } from "wouter";
import { Page } from "#parts/page.tsx";

export function Missing() {
  return (
    <Page title="Nothing here" note="There is no page at this address.">
      <div>
        <Button component={Link} href="/" variant="default">
          To the overview
        </Button>
      </div>
    </Page>
  );
}
