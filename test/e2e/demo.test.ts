/** The demo as a person meets it: the built page in a real browser, which can reach nothing but that page's origin. */
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildDemo, serveBuiltDemo, type DemoServer } from '../../demo/serve-demo.js';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';

const MODEL_FILE = '**/*.onnx';
/** A note that has nothing to do with any starter note, and a question that shares no word with it. */
const DIARY = 'Telescope\n\nSaw the rings of Saturn for the first time, and four moons beside Jupiter.';
const DIARY_QUESTION = 'looking at planets in the night sky';

let server: DemoServer;
let browser: Browser;
let page: Page;
let requested: URL[];

beforeAll(async () => {
  const path = findBrowser();
  if (path === undefined) throw new Error('Expected a Chromium or Chrome; npm test finds or installs one.');
  await buildDemo();
  server = await serveBuiltDemo();
  browser = await chromium.launch(launchOptions(path));
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  requested = [];
  page = await browser.newPage();
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    requested.push(url);
    await (url.origin === new URL(server.url).origin ? route.continue() : route.abort());
  });
  await page.goto(server.url);
});

afterEach(async () => {
  await page.close();
});

test('finds a note by meaning after indexing the starter notes', async () => {
  await useStarterNotes();
  expect(await search("something warm to eat when it's cold")).toBe('Lentil soup');
  expect(await search('what to do about back pain')).toBe('Physiotherapy exercises');
});

test('answers an example question at a click', async () => {
  await useStarterNotes();
  await button('how do I undo a git commit').click();
  await result('Take back the last commit').waitFor();
});

test('shows indexing progress', async () => {
  const release = await holdModel();
  await button('Use the starter notes').click();
  const loading = page.getByRole('progressbar', { name: 'Loading the model' });
  await loading.waitFor();
  expect(await page.locator('#progress-count').textContent()).toMatch(/^\d+\.\d MB/);
  const counts = await watchText('#progress-count');
  release();
  await passages(40).waitFor();
  const indexed = (await counts()).flatMap((text) => /^(\d+) of 40 passages$/.exec(text)?.[1] ?? []).map(Number);
  expect(indexed.length).toBeGreaterThan(1);
  expect(indexed).toEqual(indexed.toSorted((one, other) => one - other));
  expect(await loading.isVisible()).toBe(false);
});

test('searches text that was pasted', async () => {
  await paste(DIARY);
  await passages(2).waitFor();
  expect(await search(DIARY_QUESTION)).toBe('Telescope');
});

test('adds a paste to the notes that are there', async () => {
  await useStarterNotes();
  await paste(DIARY);
  await passages(42).waitFor();
  expect(await search(DIARY_QUESTION)).toBe('Telescope');
  expect(await search('my throat hurts')).toBe('Ginger and honey tea');
});

test('searches a chosen .md file', async () => {
  await page.getByLabel('Choose files').setInputFiles({
    name: 'Stargazing.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from(`# ${DIARY}`),
  });
  await passages(1).waitFor();
  expect(await search(DIARY_QUESTION)).toBe('Stargazing');
});

test('searches a dropped .md file, and names a dropped file that is not text', async () => {
  await drop([
    ['Stargazing.md', DIARY],
    ['moon.png', 'not really'],
  ]);
  await page.getByText("moon.png isn't a .txt or .md file.").waitFor();
  expect(await search(DIARY_QUESTION)).toBe('Stargazing');
});

test('cuts a long text into passages', async () => {
  await paste(`Moons\n\n${'Another moon was found today, very far from its planet. '.repeat(60)}`);
  await passages(10).waitFor();
});

test('works with the keyboard alone', async () => {
  await page.keyboard.press('/');
  expect(await focused()).toBe('query');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('query');
  await passages(40).waitFor();
  await page.keyboard.type('my throat hurts');
  await result('Ginger and honey tea').waitFor();
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toContain('Ginger and honey tea');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).not.toContain('Ginger and honey tea');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  expect(await focused()).toBe('query');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  expect(await focused()).toBe('query');
  expect(await page.locator('#query').inputValue()).toBe('');
  expect(await page.locator('#results li').count()).toBe(0);
  await page.getByLabel('Paste a text').focus();
  await page.keyboard.type('either/or');
  expect(await page.getByLabel('Paste a text').inputValue()).toBe('either/or');
});

test('says which device computed the results', async () => {
  await useStarterNotes();
  await search('pet health');
  expect(await page.locator('#status').textContent()).toMatch(
    /^Nearest 6 of 40 passages · this device · WASM · q8 · [\d.]+ ms$/,
  );
  expect(await page.locator('#results .score').first().textContent()).toMatch(/^Similarity 0\.\d\d · WASM$/);
});

test('ends with the results of what was typed last', async () => {
  await useStarterNotes();
  await page.locator('#query').pressSequentially('what to bring on a trip', { delay: 15 });
  await result('Packing list for a long weekend').waitFor();
});

test('asks no other origin for anything', async () => {
  await useStarterNotes();
  await search('northern lights');
  // The worker's requests are among them, or this would prove little.
  expect(requested.some(({ pathname }) => pathname.endsWith('.onnx'))).toBe(true);
  expect(new Set(requested.map(({ origin }) => origin))).toEqual(new Set([new URL(server.url).origin]));
});

test('cannot send anything elsewhere when it tries', async () => {
  const outcome = await page.evaluate(() =>
    fetch('https://elsewhere.invalid/', { method: 'POST', body: 'a note' }).then(
      () => 'sent',
      () => 'refused',
    ),
  );
  expect(outcome).toBe('refused');
  expect(requested.some(({ hostname }) => hostname === 'elsewhere.invalid')).toBe(false);
});

test('cancels indexing, and continues when asked to', async () => {
  const release = await holdModel();
  await button('Use the starter notes').click();
  await button('Cancel').click();
  await page.getByText('Indexing stopped', { exact: true }).waitFor();
  await page.getByText('0 of 40 passages', { exact: true }).waitFor();
  release();
  await button('Continue').click();
  await passages(40).waitFor();
  expect(await search('pet health')).toBe('The cat at the vet');
});

test('forgets every note when cleared', async () => {
  await useStarterNotes();
  await search('pet health');
  await button('Clear all').click();
  await page.getByText('No notes yet').waitFor();
  expect(await page.locator('#results li').count()).toBe(0);
  await paste(DIARY);
  await passages(2).waitFor();
  expect(await search('pet health')).toBe('Telescope');
});

test('shows what went wrong and recovers when the model file comes back', async () => {
  await page.route(MODEL_FILE, (route) => route.abort());
  await button('Use the starter notes').click();
  const alert = page.getByRole('alert');
  await alert.getByText("The language model couldn't be fetched.").waitFor();
  expect(await alert.textContent()).toContain('model_file_unreachable');
  await page.unroute(MODEL_FILE);
  await button('Try again').click();
  await passages(40).waitFor();
  expect(await alert.isVisible()).toBe(false);
  expect(await search('pet health')).toBe('The cat at the vet');
});

function button(name: string): ReturnType<Page['getByRole']> {
  return page.getByRole('button', { name });
}

/** The first result, once it has this title. */
function result(title: string): ReturnType<Page['locator']> {
  return page.locator('#results li:first-child h3', { hasText: title });
}

/** Says so once that many passages are searchable. */
function passages(count: number): ReturnType<Page['locator']> {
  return page.locator('#inventory-text', { hasText: new RegExp(`, ${count} passages? searchable`) });
}

async function useStarterNotes(): Promise<void> {
  await button('Use the starter notes').click();
  await passages(40).waitFor();
}

async function paste(text: string): Promise<void> {
  await page.getByLabel('Paste a text').fill(text);
  await button('Add this text').click();
}

/** The title of the best result for a query. */
async function search(query: string): Promise<string | null> {
  await page.locator('#query').fill('');
  await page.locator('#query').fill(query);
  const title = page.locator('#results li:first-child h3');
  await title.waitFor();
  return title.textContent();
}

/** Keeps the model file back until the returned function is called. */
async function holdModel(): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(MODEL_FILE, async (route) => {
    await released;
    await route.fallback();
  });
  return release;
}

/** Notes every text an element takes on from now; the returned function tells them. */
async function watchText(selector: string): Promise<() => Promise<string[]>> {
  const seen = await page.evaluateHandle((watched) => {
    const texts: string[] = [];
    const element = document.querySelector(watched);
    const note = (): void => void texts.push(element?.textContent ?? '');
    if (element) new MutationObserver(note).observe(element, { childList: true, characterData: true, subtree: true });
    return texts;
  }, selector);
  return () => seen.jsonValue();
}

async function drop(files: [name: string, text: string][]): Promise<void> {
  const transfer = await page.evaluateHandle((contents) => {
    const data = new DataTransfer();
    for (const [name, text] of contents) data.items.add(new File([text], name));
    return data;
  }, files);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** The focused element's id, or its text when it has none. */
function focused(): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.id === '' || !element ? (element?.textContent ?? '') : element.id;
  });
}
