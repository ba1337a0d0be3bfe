import { Group, Kbd, Modal, Table, Text } from "@mantine/core";
import { createStore, useStore } from "@mantine/store";
import { places } from "./places.ts";

const opened = createStore({ isOpen: false });

export const keyboardHelp = {
  open: () => opened.setState({ isOpen: true }),
  close: () => opened.setState({ isOpen: false }),
};

const general: readonly (readonly [string, string])[] = [
  ["?", "This list"],
  ["/", "Search on this page"],
  ["Ctrl K", "Go anywhere, do anything"],
  ["Esc", "Close what is open"],
];

function Keys({ keys }: { keys: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      {keys.split(" ").map((key) => (
        <Kbd key={key} size="sm">
          {key}
        </Kbd>
      ))}
    </Group>
  );
}

/** What the keyboard does, over the page. */
export function KeyboardHelp() {
  const rows = [...general, ...places.map(({ key, name }) => [`g ${key}`, name] as const)];
  return (
    <Modal
      opened={useStore(opened).isOpen}
      onClose={keyboardHelp.close}
      title="Keyboard shortcuts"
      closeButtonProps={{ "aria-label": "Close" }}
      size="sm"
    >
      <Table withRowBorders={false} verticalSpacing={5}>
        <Table.Tbody>
          {rows.map(([keys, what]) => (
            <Table.Tr key={keys}>
              <Table.Td w={110}>
                <Keys keys={keys} />
              </Table.Td>
              <Table.Td>
                <Text size="sm">{what}</Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
