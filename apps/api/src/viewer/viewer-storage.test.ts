import { waitUntil } from "@hivesync/testing/wait-until";
import { expect, test } from "vitest";
import { startViewer, type Page } from "#testing/start-viewer.ts";

const viewer = await startViewer();
const { addBuilt, openPage } = viewer;

/** Counts its loads in each kind of storage. */
const counting = {
  "index.html": `<p></p><script>
    const count = (storage) => { storage.visits = Number(storage.visits ?? 0) + 1; return storage.visits; };
    const cookies = Number((document.cookie.match(/visits=(\\d+)/) ?? [0, 0])[1]) + 1;
    document.cookie = "visits=" + cookies;
    document.querySelector("p").textContent = [count(localStorage), count(sessionStorage), cookies].join();
  </script>`,
};

const expectSeen = (page: Page, counts: string) =>
  page.frameLocator("iframe").getByText(counts, { exact: true }).waitFor();
/** The app of a project has been seen so often, as the viewer has written down a while later. */
const expectWritten = ({ projectId }: { projectId: string }, page: Page, visits: string) =>
  waitUntil(
    () => page.evaluate<string>(`JSON.parse(localStorage["hivesync-app-${projectId}"] ?? "{}").local?.visits`),
    (found) => found === visits,
  );

test("what an app has stored is there when the page is opened again, and in the project's newer previews", async () => {
  const older = await addBuilt(counting);
  const newer = await addBuilt(counting, { project_id: older.projectId });
  const other = await addBuilt(counting);
  const page = await openPage(older.url);
  await expectSeen(page, "1,1,1");
  await expectWritten(older, page, "1");
  await page.reload();
  await expectSeen(page, "2,2,2");
  await expectWritten(older, page, "2");
  await page.goto(newer.url);
  await expectSeen(page, "3,3,3");
  await expectWritten(older, page, "3");
  await page.goto(other.url);
  await expectSeen(page, "1,1,1");
  await page.goto(newer.url);
  await expectSeen(page, "4,4,4");
});

test("a new tab has it too, but for what belongs to a tab", async () => {
  const preview = await addBuilt(counting);
  const page = await openPage(preview.url);
  await expectSeen(page, "1,1,1");
  await expectWritten(preview, page, "1");
  const [tab] = await Promise.all([
    page.waitForEvent("popup"),
    page.evaluate(`void window.open(${JSON.stringify(preview.url)}, "_blank", "noopener")`),
  ]);
  await expectSeen(tab, "2,1,2");
});

test("an app begins where it was when the page is opened again in the tab, as does the project's newer preview", async () => {
  const site = {
    "index.html": `<h1>Home</h1><a href="about.html">About</a>`,
    "about.html": `<h1>About</h1>`,
  };
  const older = await addBuilt(site);
  const newer = await addBuilt(site, { project_id: older.projectId });
  const page = await openPage(older.url);
  await page.frameLocator("iframe").getByRole("link", { name: "About" }).click();
  await expectSeen(page, "About");
  await page.reload();
  await expectSeen(page, "About");
  await page.goto(newer.url);
  await expectSeen(page, "About");
  await page.keyboard.press("x");
  await expectSeen(page, "Home");
});

test("it can be cleared, and the app is loaded as for somebody who never opened it", async () => {
  const preview = await addBuilt(counting);
  const page = await openPage(preview.url);
  await expectSeen(page, "1,1,1");
  await page.getByRole("button", { name: "Reload the preview" }).click();
  await expectSeen(page, "2,2,2");
  await page.keyboard.press("c");
  await page.getByRole("button", { name: "Clear app data" }).click();
  await expectSeen(page, "1,1,1");
  await expectWritten(preview, page, "1");
  await page.reload();
  await expectSeen(page, "2,2,2");
  await page.keyboard.press("x");
  await expectSeen(page, "1,1,1");
});

test("the projects opened longest ago make room, in number and in size", async () => {
  const large = {
    "index.html": `<p></p><script>
      localStorage.visits = Number(localStorage.visits ?? 0) + 1;
      localStorage.large = "x".repeat(900_000);
      document.querySelector("p").textContent = localStorage.visits;
    </script>`,
  };
  const previews = await Promise.all(Array.from({ length: 6 }, () => addBuilt(large)));
  const [first] = previews;
  const page = await openPage(String(first?.url));
  await expectSeen(page, "1");
  for (const preview of previews.slice(1)) {
    await page.goto(preview.url);
    await expectSeen(page, "1");
    await expectWritten(preview, page, "1");
  }
  await page.reload();
  await expectSeen(page, "2");
  await page.goto(String(first?.url));
  await expectSeen(page, "1");
});

test("an app that says nonsense of what it stores has nothing stored", async () => {
  const nonsense = [`"text"`, `null`, `{ local: { a: 1 }, session: {}, cookies: {} }`, `{ local: [], session: 1 }`];
  const page = await openPage(
    (
      await addBuilt({
        "index.html": `<p>shown</p><script>for (const storage of [${nonsense.join()}]) parent.postMessage({ type: "hivesync:storage", storage }, "*");</script>`,
      })
    ).url,
  );
  await expectSeen(page, "shown");
  await page.reload();
  await expectSeen(page, "shown");
  expect(
    await page.evaluate<string[]>(`Object.keys(localStorage).filter((key) => key.startsWith("hivesync-app-"))`),
  ).toEqual([]);
});
