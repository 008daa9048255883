// What pages weigh for a cold browser, and how they do in Lighthouse. Chromium over its own protocol; no page is changed.
//
// node pages.mjs PLAN FINDINGS: both are JSON files; the plan names the browser, the number of Lighthouse runs and the sites.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

/** A page is done when nothing has come for so long, in milliseconds. */
const QUIET = 1_500;
/** And in any case after so long. */
const PATIENCE = 30_000;
/** What Lighthouse looks at. */
const CATEGORIES = ["performance", "accessibility", "best-practices"];

const [planFile, findingsFile] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planFile, "utf8"));

/** A browser that has seen nothing yet, for as long as `work` takes. */
async function withBrowser(work) {
  const profile = mkdtempSync(join(tmpdir(), "pages-"));
  const browser = await puppeteer.launch({
    executablePath: plan.chromium,
    userDataDir: profile,
    // The certificates of the servers are their own.
    acceptInsecureCerts: true,
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--ignore-certificate-errors",
    ],
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Signs in through the form, as a person does. */
async function signIn(browser, site) {
  const { path, user, password, fields, submit } = site.signIn;
  const page = await browser.newPage();
  await page.goto(site.origin + path, { waitUntil: "networkidle2" });
  await page.type(fields.user, user);
  await page.type(fields.password, password);
  await page.click(submit);
  // The form goes either to another page or to the same one without the form.
  await page.waitForFunction(
    (selector) => document.readyState === "complete" && !document.querySelector(selector),
    { timeout: PATIENCE },
    fields.password,
  );
  await page.close();
}

/** Everything that a cold browser fetches for a page, with one content encoding allowed. */
async function weigh(browser, site, page, encoding) {
  const tab = await browser.newPage();
  const session = await tab.createCDPSession();
  let panic;
  tab.on("console", (message) => {
    if (message.text().includes("panicked at")) panic ??= message.text();
  });
  const requests = new Map();
  let last = Date.now();
  const open = (id) => {
    last = Date.now();
    if (!requests.has(id)) {
      requests.set(id, { url: "", kind: "other", encoding: "", status: 0, arrived: 0, transferred: 0, done: false });
    }
    return requests.get(id);
  };
  session.on("Network.requestWillBeSent", ({ requestId, request, redirectResponse }) => {
    const entry = open(requestId);
    entry.transferred += redirectResponse?.encodedDataLength ?? 0;
    entry.url = request.url;
  });
  session.on("Network.responseReceived", ({ requestId, response, type }) => {
    const entry = open(requestId);
    const header = (name) => Object.entries(response.headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
    Object.assign(entry, { kind: kindOf(response.mimeType, type), encoding: header("content-encoding"), status: response.status });
    entry.headers = response.encodedDataLength;
  });
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    open(requestId).arrived += encodedDataLength;
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const entry = open(requestId);
    entry.transferred += encodedDataLength;
    entry.done = true;
  });
  // What comes over a WebSocket belongs to the page too.
  session.on("Network.webSocketCreated", ({ requestId, url }) => {
    Object.assign(open(requestId), { url, kind: "data" });
  });
  session.on("Network.webSocketFrameReceived", ({ requestId, response }) => {
    open(requestId).arrived += response.payloadData.length;
  });
  await session.send("Network.enable", { maxTotalBufferSize: 64 << 20, maxResourceBufferSize: 32 << 20 });
  await session.send("Network.clearBrowserCache");
  await session.send("Network.setExtraHTTPHeaders", { headers: { "Accept-Encoding": encoding } });
  const answer = await tab.goto(site.origin + page.path, { waitUntil: "load", timeout: PATIENCE });
  const end = Date.now() + PATIENCE;
  while (Date.now() - last < QUIET && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await expectPage(tab, answer, page);
  // Such a page is dead, however light it is: server and browser part are of different builds.
  if (panic) throw new Error(`${page.path} fails in the browser: ${panic}`);

  const kinds = {};
  const urls = [];
  let transferred = 0;
  let gzipped = 0;
  for (const [id, entry] of requests) {
    if (!entry.url.startsWith("http") && !entry.url.startsWith("ws")) continue;
    if (entry.status >= 400) throw new Error(`${entry.url} answered ${entry.status}`);
    // A stream that stays open has no end to take the size from.
    const size = entry.done ? entry.transferred : entry.arrived + (entry.headers ?? 0);
    transferred += size;
    kinds[entry.kind] = (kinds[entry.kind] ?? 0) + size;
    const zipped = await gzippedSize(session, id, entry, size);
    gzipped += zipped;
    urls.push({ url: entry.url, kind: entry.kind, encoding: entry.encoding, transferred: size, gzipped: zipped });
  }
  await tab.close();
  return { transferred, gzipped, kinds, urls };
}

/** The body as gzip would send it, without headers; what is compressed already counts as it is. */
async function gzippedSize(session, id, entry, transferred) {
  if (!entry.done) return transferred;
  try {
    const { body, base64Encoded } = await session.send("Network.getResponseBody", { requestId: id });
    const bytes = Buffer.from(body, base64Encoded ? "base64" : "utf8");
    return Math.min(bytes.length, gzipSync(bytes).length);
  } catch {
    // No body: a redirection, or nothing at all.
    return 0;
  }
}

function kindOf(mime, type) {
  if (type === "Document" || mime === "text/html") return "html";
  if (mime.includes("wasm")) return "wasm";
  if (mime.includes("javascript")) return "js";
  if (mime === "text/css") return "css";
  if (mime.startsWith("font/") || type === "Font") return "font";
  if (mime.startsWith("image/")) return "image";
  if (mime.includes("json") || mime === "text/event-stream") return "data";
  return "other";
}

/** The page that was meant, and not an error or a sign-in instead of it. */
async function expectPage(tab, answer, page) {
  if (!answer?.ok()) throw new Error(`${page.path} answered ${answer?.status()}`);
  const has = await tab.$(page.shows);
  if (!has) throw new Error(`${page.path} does not show ${page.shows}: ${await tab.title()}`);
}

/** One run of Lighthouse with the desktop preset, in a browser that has signed in where the page wants it. */
async function rate(site, page) {
  return withBrowser(async (browser) => {
    if (page.signedIn) await signIn(browser, site);
    const tab = await browser.newPage();
    const flags = { output: "json", logLevel: "error", onlyCategories: CATEGORIES };
    const { lhr } = await lighthouse(site.origin + page.path, flags, desktopConfig, tab);
    if (lhr.runtimeError) throw new Error(`${page.path}: ${lhr.runtimeError.message}`);
    const number = (audit) => lhr.audits[audit]?.numericValue ?? Number.NaN;
    const score = (category) => 100 * (lhr.categories[category]?.score ?? Number.NaN);
    return {
      performance: score("performance"),
      accessibility: score("accessibility"),
      best_practices: score("best-practices"),
      lcp_ms: number("largest-contentful-paint"),
      tbt_ms: number("total-blocking-time"),
      cls: number("cumulative-layout-shift"),
      faults: faults(lhr),
    };
  });
}

/** Lighthouse loses its own trace now and then, and says so: then it is asked once more, up to three times. */
async function again(attempt, tries = 3) {
  try {
    return await attempt();
  } catch (error) {
    if (tries === 1 || !String(error.message).includes("run Lighthouse again")) throw error;
    return again(attempt, tries - 1);
  }
}

/** What Lighthouse holds against the page, apart from its speed. */
function faults(lhr) {
  const counted = ["accessibility", "best-practices"].flatMap((category) => lhr.categories[category]?.auditRefs ?? []);
  return counted
    .filter(({ weight }) => weight > 0)
    .map(({ id }) => lhr.audits[id])
    .filter(({ score }) => score !== null && score < 1)
    .map(({ id, title, details }) => {
      const where = (details?.items ?? []).slice(0, 2).map((item) => item.node?.snippet ?? item.description ?? item.url ?? "");
      return [id, title, ...where].join(" | ").slice(0, 400);
    });
}

const findings = [];
for (const site of plan.sites) {
  for (const page of site.pages) {
    const encodings = {};
    for (const encoding of site.encodings) {
      encodings[encoding] = await withBrowser(async (browser) => {
        if (page.signedIn) await signIn(browser, site);
        return weigh(browser, site, page, encoding);
      });
    }
    const runs = [];
    for (let run = 0; run < plan.runs; run += 1) {
      runs.push(await again(() => rate(site, page)));
    }
    findings.push({ site: site.name, page: page.name, encodings, runs });
  }
}
writeFileSync(findingsFile, JSON.stringify(findings));
