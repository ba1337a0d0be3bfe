import { Button, Stack, Text, Title } from "@mantine/core";
import { Component, type ReactNode } from "react";

interface PageBoundaryProps {
  /** Another value is another page, which begins unbroken. */
  page: string;
  children: ReactNode;
}

interface PageBoundaryState {
  page: string;
  isBroken: boolean;
}

/** Keeps a mistake in one page to that page: the way to the others stays. */
export class PageBoundary extends Component<PageBoundaryProps, PageBoundaryState> {
  override state: PageBoundaryState = { page: this.props.page, isBroken: false };

  static getDerivedStateFromError(): Partial<PageBoundaryState> {
    return { isBroken: true };
  }

  static getDerivedStateFromProps({ page }: PageBoundaryProps, state: PageBoundaryState): PageBoundaryState | null {
    return page === state.page ? null : { page, isBroken: false };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return (
      <Stack align="flex-start" gap="sm" role="alert">
        <Title order={1}>This page broke</Title>
        <Text c="dimmed">
          The mistake is ours, or the console was renewed while it was open. Loading it again may help.
        </Text>
        <Button variant="default" onClick={() => location.reload()}>
          Load again
        </Button>
      </Stack>
    );
  }
}
