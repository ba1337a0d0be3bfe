import { launchChromium } from "@hivesync/testing/chromium";
import { waitUntil } from "@hivesync/testing/wait-until";
import axe from "axe-core";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { ageLink, decide, pollLink, startLink, type TestLink } from "#testing/device-links.ts";
import { startTestApi, testPassword, type TestUser } from "#testing/start-test-api.ts";

const [api, browser] = await Promise.all([startTestApi(), launchChromium()]);
afterAll(async () => {
  await browser.close();
  await api[Symbol.asyncDispose]();
});
const origin = await api.listen();
// The port is known only now.
api.deps.settings.publicUrl = origin;

type Context = Awaited<ReturnType<typeof browser.newContext>>;
type Page = Awaited<ReturnType<Context["newPage"]>>;

const contexts: Context[] = [];
let problems: string[] = [];
afterEach(async () => {
  const seen = problems;
  problems = [];
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  if (seen.length > 0) throw new Error(`the page's console is not clean: ${seen.join("\n")}`);
});

// What moved over the life of the page. What is typed moves within its field, which is a node that is not told.
const watchShifts = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      for (const { node } of entry.sources) if (node) window.shifts.push(node.outerHTML ?? node.textContent);
  }).observe({ type: "layout-shift", buffered: true });`;

/** A page of a browser of its own, whose console must stay clean: a violation of the policy is printed there. */
async function openPage(path: string, options: Parameters<typeof browser.newContext>[0] = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  contexts.push(context);
  const page = await context.newPage();
  page.on("console", (message) => {
    const isProblem = ["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load");
    if (isProblem) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.addInitScript(watchShifts);
  await page.goto(path.startsWith("http") ? path : origin + path);
  return page;
}

const expectHeading = (page: Page, name: string) => page.getByRole("heading", { level: 2, name }).waitFor();
const click = (page: Page, name: string) => page.getByRole("button", { name }).click();
const expectProblem = (page: Page, text: string) => page.getByRole("alert").filter({ hasText: text }).waitFor();

async function signIn(page: Page, user: Pick<TestUser, "email">, password = testPassword): Promise<void> {
  await page.getByLabel("Email or username").fill(user.email);
  await page.getByLabel("Password").fill(password);
  await click(page, "Sign in");
}

async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByRole("textbox", { name: "Code" }).fill(code);
  await click(page, "Continue");
}

/** A page on which a user has signed in and is asked about the link. */
async function openAsked(link: TestLink, user: TestUser, options = {}): Promise<Page> {
  const page = await openPage(link.verification_uri_complete, options);
  await signIn(page, user);
  await expectHeading(page, "HiveSync CLI on loom wants to sign in as you");
  return page;
}

async function cookieNames(page: Page): Promise<string[]> {
  return (await page.context().cookies()).map(({ name }) => name);
}

describe("GET /device", () => {
  test("answers a page that may reach nothing but us, is framed by nobody, never kept, and sends its address nowhere", async () => {
    const answer = await fetch(`${origin}/device?user_code=WDJB-MJHT`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect((answer.headers.get("content-security-policy") ?? "").split("; ")).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^script-src 'sha256-[\w+/]{43}='$/),
      expect.stringMatching(/^style-src( 'sha256-[\w+/]{43}=')+$/),
      "img-src data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(await answer.text()).toBe(await (await fetch(`${origin}/device`)).text());
  });
});

describe("a device", () => {
  test("is approved with the code of its link, and signed in", async () => {
    const user = await api.register("ada");
    const link = await startLink(api);
    expect(link.verification_uri).toBe(`${origin}/device`);
    const page = await openPage(link.verification_uri_complete);
    await page.getByText(`to connect the device that shows ${link.user_code}`).waitFor();
    await signIn(page, user);
    await expectHeading(page, "HiveSync CLI on loom wants to sign in as you");
    await page.getByText(link.user_code, { exact: true }).filter({ visible: true }).waitFor();
    await page.getByText(user.username).waitFor();
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "PENDING" });
    await click(page, "Approve");
    await expectHeading(page, "Device connected");
    await page.getByText("You can close this page").filter({ visible: true }).waitFor();
    expect(await page.title()).toBe("Device connected · HiveSync");
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "APPROVED", user: { id: user.id } });
    expect(await page.evaluate("window.shifts")).toEqual([]);
  });

  test("is approved with a code that is typed, however it is spelled", async () => {
    const user = await api.register();
    const link = await startLink(api);
    const page = await openPage("/device");
    await page.getByText("to connect a device.").waitFor();
    await page.getByLabel("Email or username").fill(user.username.toUpperCase());
    await page.getByLabel("Password").fill(testPassword);
    await page.keyboard.press("Enter");
    await typeCode(page, ` ${link.user_code.replace("-", " ").toLowerCase()} `);
    await click(page, "Approve");
    await expectHeading(page, "Device connected");
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "APPROVED" });
  });

  test("is denied, and told so", async () => {
    const link = await startLink(api);
    const page = await openAsked(link, await api.register());
    await click(page, "Deny");
    await expectHeading(page, "Request denied");
    expect((await pollLink(api, link)).body.data).toEqual({ status: "DENIED" });
  });

  test("is approved by keyboard alone, and never by a key that was meant for the step before", async () => {
    const user = await api.register();
    const link = await startLink(api);
    const page = await openPage(link.verification_uri_complete);
    await page.getByLabel("Email or username").waitFor();
    await page.keyboard.type(user.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(testPassword);
    await page.keyboard.press("Enter");
    await expectHeading(page, "HiveSync CLI on loom wants to sign in as you");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "PENDING" });
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Approve");
    await page.keyboard.press("Enter");
    await expectHeading(page, "Device connected");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Device connected");
  });

  test("has a name that is text, whatever it says", async () => {
    const link = await startLink(api, "<img src=x onerror=alert(1)>");
    const page = await openPage(link.verification_uri_complete);
    await signIn(page, await api.register());
    await expectHeading(page, "<img src=x onerror=alert(1)> wants to sign in as you");
  });
});

describe("a code", () => {
  test.each([
    ["BBBB-BBBB", "No device waits under this code", true],
    ["hello", "A code has eight letters", false],
  ])("that is none, %s, is refused in words, and another can be typed", async (wrong, words, isCode) => {
    const link = await startLink(api);
    const page = await openPage(`/device?user_code=${wrong}`);
    await page
      .getByText("to connect")
      .filter({ hasText: isCode ? wrong : "a device.", visible: true })
      .waitFor();
    await signIn(page, await api.register());
    await expectHeading(page, "Connect a device");
    await expectProblem(page, words);
    expect(await page.getByRole("textbox", { name: "Code" }).inputValue()).toBe(wrong);
    expect(await page.evaluate("document.activeElement.id")).toBe("code");
    await typeCode(page, link.user_code);
    await expectHeading(page, "HiveSync CLI on loom wants to sign in as you");
    expect(await page.getByRole("alert").textContent()).toBe("");
    expect(await page.evaluate("window.shifts")).toEqual([]);
  });

  test("that is wrong five times makes the person wait, and says how long", async () => {
    const link = await startLink(api);
    const page = await openPage("/device");
    await signIn(page, await api.register());
    for (let count = 0; count < 5; count += 1) {
      await typeCode(page, "BBBB-BBBB");
      await expectProblem(page, "No device waits under this code");
    }
    await typeCode(page, link.user_code);
    await expectProblem(page, "Too many tries. Wait 10 minutes, then try again.");
  });

  test("that was answered or ran out while the page was open is told", async () => {
    const [user, other] = [await api.register(), await api.register()];
    const [answered, late] = [await startLink(api), await startLink(api)];
    const page = await openAsked(answered, user);
    await decide(api, other, { link: answered, decision: "DENY" });
    await click(page, "Approve");
    await expectProblem(page, "This device was answered already.");
    await typeCode(page, answered.user_code);
    await expectProblem(page, "HiveSync CLI on loom was denied already.");
    await typeCode(page, late.user_code);
    await expectHeading(page, "HiveSync CLI on loom wants to sign in as you");
    await ageLink(api, late, 600);
    await click(page, "Approve");
    await expectProblem(page, "No device waits under this code");
  });
});

describe("signing in", () => {
  test("a wrong password is told, the code stays, and the right one goes on", async () => {
    const user = await api.register();
    const link = await startLink(api);
    const page = await openPage(link.verification_uri_complete);
    await signIn(page, user, "wrong wrong");
    await expectProblem(page, "The name or the password is wrong.");
    expect(await page.evaluate("document.activeElement.id")).toBe("password");
    expect(await cookieNames(page)).toEqual([]);
    await page.keyboard.type(testPassword);
    await page.keyboard.press("Enter");
    await expectHeading(page, "HiveSync CLI on loom wants to sign in as you");
    expect(await page.evaluate("window.shifts")).toEqual([]);
  });

  test("is kept over a reload by a cookie that no script reads, and nothing else is", async () => {
    const link = await startLink(api);
    const user = await api.register();
    const page = await openAsked(link, user);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: "__Host-hivesync_refresh", httpOnly: true, secure: true, sameSite: "Strict" });
    expect(await page.evaluate("document.cookie + localStorage.length + sessionStorage.length")).toBe("00");
    expect(await page.getByLabel("Password").inputValue()).toBe("");
    await page.reload();
    await expectHeading(page, "HiveSync CLI on loom wants to sign in as you");
    await click(page, "Approve");
    await expectHeading(page, "Device connected");
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "APPROVED", user: { id: user.id } });
  });

  test("signing out ends it, here and on the server", async () => {
    const user = await api.register();
    const page = await openAsked(await startLink(api), user);
    await click(page, "Sign out");
    await expectHeading(page, "Sign in");
    await waitUntil(
      () => cookieNames(page),
      (names) => names.length === 0,
    );
    const open = await api.sql`SELECT id FROM sessions WHERE user_id = ${user.id} AND revoked_at IS NULL`;
    expect(open).toHaveLength(1);
    await page.reload();
    await expectHeading(page, "Sign in");
    expect(await page.getByRole("button", { name: "Sign out" }).isVisible()).toBe(false);
  });

  test("a token that has expired is renewed by the cookie", async () => {
    const link = await startLink(api);
    const page = await openAsked(link, await api.register());
    const expired = { ok: false, data: null, error: { code: "AUTH_EXPIRED", message: "", details: null } };
    await page.route("**/auth/device/approve", (route) => route.fulfill({ status: 401, json: expired }), { times: 1 });
    await click(page, "Approve");
    await expectHeading(page, "Device connected");
  });

  test("where the browser keeps no cookie the visit still comes to its end", async () => {
    const link = await startLink(api);
    const page = await openAsked(link, await api.register());
    await page.context().clearCookies();
    await click(page, "Approve");
    await expectHeading(page, "Device connected");
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "APPROVED" });
  });

  test("a session that was ended elsewhere has to sign in again, and goes on where it was", async () => {
    const link = await startLink(api);
    const user = await api.register();
    const page = await openAsked(link, user);
    await api.sql`UPDATE sessions SET revoked_at = now() WHERE user_id = ${user.id}`;
    await click(page, "Approve");
    await expectProblem(page, "Your sign-in has ended. Sign in again.");
    await signIn(page, user);
    await expectHeading(page, "HiveSync CLI on loom wants to sign in as you");
  });

  test("at an address that is not ours it says where to go", async () => {
    const page = await openPage("/device");
    api.deps.settings.publicUrl = "https://hivesync.example";
    try {
      await signIn(page, await api.register());
      await expectProblem(page, "Open this page at the address that your device shows.");
    } finally {
      api.deps.settings.publicUrl = origin;
    }
  });
});

describe("without an answer", () => {
  test("nothing is lost: the person is told, and tries again", async () => {
    const link = await startLink(api);
    const user = await api.register();
    const page = await openPage(link.verification_uri_complete);
    await expectHeading(page, "Sign in");
    await page.route("**/api/v1/**", (route) => route.abort());
    await signIn(page, user);
    await expectProblem(page, "HiveSync does not answer");
    await page.unroute("**/api/v1/**");
    await click(page, "Sign in");
    await expectHeading(page, "HiveSync CLI on loom wants to sign in as you");
    await page.route("**/api/v1/**", (route) => route.abort());
    await click(page, "Approve");
    await expectProblem(page, "HiveSync does not answer");
    await page.unroute("**/api/v1/**");
    await click(page, "Approve");
    await expectHeading(page, "Device connected");
  });

  test("one click is one decision, however often it is clicked while it is under way", async () => {
    const page = await openAsked(await startLink(api), await api.register());
    let asked = 0;
    let answer = (): void => undefined;
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    await page.route("**/auth/device/approve", async (route) => {
      asked += 1;
      await mayAnswer;
      await route.continue();
    });
    for (let count = 0; count < 3; count += 1) await click(page, "Approve");
    await click(page, "Deny");
    await waitUntil(
      () => asked,
      (count) => count > 0,
    );
    answer();
    await expectHeading(page, "Device connected");
    expect(asked).toBe(1);
  });
});

describe("accessibility", () => {
  const states: [string, (page: Page, link: TestLink, user: TestUser) => Promise<void>][] = [
    ["Sign in", async () => undefined],
    [
      "Sign in, with a problem",
      async (page, _, user) => {
        await signIn(page, user, "wrong wrong");
        await expectProblem(page, "The name or the password is wrong.");
      },
    ],
    [
      "Code, with a problem",
      async (page, link, user) => {
        await ageLink(api, link, 600);
        await signIn(page, user);
        await expectProblem(page, "No device waits");
      },
    ],
    [
      "Confirm",
      async (page, _, user) => {
        await signIn(page, user);
        await expectHeading(page, "wants to sign in as you");
      },
    ],
    [
      "Approved",
      async (page, _, user) => {
        await signIn(page, user);
        await click(page, "Approve");
        await expectHeading(page, "Device connected");
      },
    ],
    [
      "Denied",
      async (page, _, user) => {
        await signIn(page, user);
        await click(page, "Deny");
        await expectHeading(page, "Request denied");
      },
    ],
  ];
  test.each(states)(
    "axe finds nothing in the state %s, light and dark, wide and narrow, and nothing is cut off",
    async (_, reach) => {
      const link = await startLink(api);
      const page = await openPage(link.verification_uri_complete);
      await expectHeading(page, "Sign in");
      await reach(page, link, await api.register());
      await page.evaluate(axe.source);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(
          colorScheme === "light" ? { width: 1280, height: 800 } : { width: 320, height: 640 },
        );
        const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document)");
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        const widths = await page.evaluate<number[]>("[document.documentElement.scrollWidth, innerWidth]");
        expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
      }
    },
  );
});
