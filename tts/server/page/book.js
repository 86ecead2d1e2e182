// Reads files: plain text, Markdown, HTML and EPUB, as chapters.

const BLOCKS = "h1,h2,h3,h4,h5,h6,p,li,blockquote,pre,td,th,dt,dd,figcaption";
const SILENT = "script,style,nav,template,head";
const LARGEST = 100 * 1024 * 1024; // bytes

// The chapters of a file: [{ title, text, markup }].
export async function chapters(file) {
  if (file.size > LARGEST) throw new Error(`${file.name} is larger than 100 MB.`);
  const kind = file.name.toLowerCase().split(".").pop();
  if (kind === "epub") return fromEpub(await file.arrayBuffer(), file.name);
  const text = new TextDecoder().decode(await file.arrayBuffer()).replaceAll("\r\n", "\n");
  if (["htm", "html", "xhtml"].includes(kind)) return fromHtml(text, file.name);
  if (["md", "markdown"].includes(kind)) return fromMarkdown(text, file.name);
  if (["txt", "text"].includes(kind)) return [{ title: file.name, text, markup: "auto" }];
  throw new Error(`${file.name} is not read here: choose a txt, md, html or epub file.`);
}

// A chapter begins at each heading of the first two levels.
function fromMarkdown(text, name) {
  const found = [];
  let isCode = false;
  for (const line of text.split("\n")) {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    const title = isCode ? null : /^##?\s+(.+?)\s*#*$/.exec(line)?.[1];
    if (title || !found.length) found.push({ title: title ?? name, text: "", markup: "markdown" });
    found.at(-1).text += `${line}\n`;
  }
  return found.filter((chapter) => chapter.text.trim());
}

function fromHtml(text, name) {
  const page = new DOMParser().parseFromString(styleless(text), "text/html");
  const title = page.title.trim() || name;
  const found = [];
  for (const block of blocks(page)) {
    const isTitle = /^h[12]$/.test(block.tag);
    if (isTitle || !found.length) found.push({ title: isTitle ? block.text : title, text: "", markup: "plain" });
    found.at(-1).text += `${block.text}\n\n`;
  }
  return found;
}

// HTML would take <title/> for the beginning of a title, XML stops at the first fault.
function xhtml(text) {
  const parsed = (type) => new DOMParser().parseFromString(styleless(text), type);
  const page = parsed("application/xhtml+xml");
  return page.querySelector("parsererror") ? parsed("text/html") : page;
}

// Without what the page's security policy would complain about.
function styleless(text) {
  return text.replace(/<style\b[^>]*>[^]*?<\/style\s*>/gi, "").replace(/\sstyle\s*=\s*("[^"]*"|'[^']*')/gi, "");
}

// The text of each block that holds no other block.
function blocks(page) {
  for (const element of page.querySelectorAll(SILENT)) element.remove();
  const lowest = [...page.querySelectorAll(BLOCKS)].filter((element) => !element.querySelector(BLOCKS));
  const found = lowest.map((element) => ({ tag: element.localName, text: clean(element.textContent) }));
  const spoken = found.filter((block) => block.text);
  const all = clean(page.documentElement?.textContent ?? "");
  return spoken.length || !all ? spoken : [{ tag: "p", text: all }];
}

function clean(text) {
  return text.replace(/\s+/g, " ").trim();
}

// EPUB: https://www.w3.org/TR/epub-33/
async function fromEpub(buffer, name) {
  const files = zipped(buffer);
  const read = async (path) => new TextDecoder().decode(await unpacked(files, path));
  const parsed = async (path) => new DOMParser().parseFromString(await read(path), "application/xml");
  const root = (await parsed("META-INF/container.xml")).querySelector("rootfile")?.getAttribute("full-path");
  if (!root) throw new Error(`${name} is no EPUB: it names no package.`);
  const book = await parsed(root);
  const items = new Map([...book.querySelectorAll("manifest > item")].map((item) => [item.id, item]));
  const place = (item) => resolved(root, item.getAttribute("href"));
  const titles = await titlesOf([...items.values()], place, parsed);
  const found = [];
  for (const reference of book.querySelectorAll("spine > itemref")) {
    const item = items.get(reference.getAttribute("idref"));
    if (!item || !/html/.test(item.getAttribute("media-type"))) continue;
    const path = place(item);
    const lines = blocks(xhtml(await read(path)));
    if (!lines.length) continue;
    const heading = lines.find((line) => /^h[1-3]$/.test(line.tag))?.text;
    const title = titles.get(path) ?? heading ?? `Part ${found.length + 1}`;
    found.push({ title, text: lines.map((line) => line.text).join("\n\n"), markup: "plain" });
  }
  if (!found.length) throw new Error(`${name} holds no text.`);
  return found;
}

// Path of a document -> its title in the table of contents, of EPUB 3 or 2.
async function titlesOf(items, place, parsed) {
  const nav = items.find((item) => /\bnav\b/.test(item.getAttribute("properties") ?? ""));
  const ncx = items.find((item) => item.getAttribute("media-type") === "application/x-dtbncx+xml");
  const titles = new Map();
  const note = (base, address, text) => {
    const path = resolved(base, (address ?? "").split("#")[0]);
    if (text && !titles.has(path)) titles.set(path, text);
  };
  if (nav) {
    const list = await parsed(place(nav));
    for (const link of list.querySelectorAll("nav a[href]")) {
      note(place(nav), link.getAttribute("href"), clean(link.textContent));
    }
  } else if (ncx) {
    for (const point of (await parsed(place(ncx))).querySelectorAll("navPoint")) {
      const [content, text] = ["content", "text"].map((tag) => point.querySelector(tag));
      note(place(ncx), content?.getAttribute("src"), clean(text?.textContent ?? ""));
    }
  }
  return titles;
}

function resolved(base, address) {
  return decodeURIComponent(new URL(address, `http://book/${base}`).pathname.slice(1));
}

// Path -> { method, start, size } of a zip archive: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
function zipped(buffer) {
  const view = new DataView(buffer);
  let end = buffer.byteLength - 22; // the end of the central directory, before a comment
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error("This is no EPUB: it is no zip archive.");
  const files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const path = new TextDecoder().decode(new Uint8Array(buffer, at + 46, lengths[0]));
    const header = view.getUint32(at + 42, true);
    const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    const data = new Uint8Array(buffer, start, view.getUint32(at + 20, true));
    files.set(path, { method: view.getUint16(at + 10, true), data });
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return files;
}

async function unpacked(files, path) {
  const entry = files.get(path);
  if (!entry) throw new Error(`This EPUB lacks ${path}.`);
  if (entry.method === 0) return entry.data;
  const stream = new Blob([entry.data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).arrayBuffer();
}
