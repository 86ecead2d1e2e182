// Reads files: plain text, Markdown, HTML and EPUB, as chapters.

const BLOCKS =
  "address,article,aside,blockquote,body,caption,center,dd,details,div,dl,dt,fieldset,figcaption,figure,footer,form," +
  "h1,h2,h3,h4,h5,h6,header,html,li,main,ol,p,pre,section,summary,table,tbody,td,tfoot,th,thead,tr,ul";
const SILENT = "script,style,nav,template,head,noscript,button,select,svg";
const LOCKS = "META-INF/encryption.xml";
const LARGEST = 100 * 1024 * 1024; // bytes

// The chapters of a file: [{ title, text, markup }].
export async function chapters(file) {
  if (file.size > LARGEST) throw new Error(`${file.name} is larger than 100 MB.`);
  const kind = file.name.toLowerCase().split(".").pop();
  if (kind === "epub") return fromEpub(await file.arrayBuffer(), file.name);
  const read = READERS.find(({ kinds }) => kinds.includes(kind))?.read;
  if (!read) throw new Error(`${file.name} is not read here: choose a txt, md, html or epub file.`);
  const text = decoded(await file.arrayBuffer()).replace(/\r\n?/g, "\n");
  if (text.includes("\0")) throw new Error(`${file.name} is no text in UTF-8, or in UTF-16 with a byte order mark.`);
  const found = read(text, file.name).filter((chapter) => chapter.text.trim());
  if (!found.length) throw new Error(`${file.name} holds no text.`);
  return found;
}

const READERS = [
  { kinds: ["htm", "html", "xhtml"], read: fromHtml },
  { kinds: ["md", "markdown"], read: fromMarkdown },
  { kinds: ["txt", "text"], read: (text, title) => [{ title, text, markup: "auto" }] },
];

// The encoding is the one of a byte order mark, UTF-8 if the bytes fit it, what a page names, or that of old editors.
function decoded(data) {
  const bytes = new Uint8Array(data);
  const mark = (bytes[0] << 8) | bytes[1];
  if (mark === 0xfffe) return new TextDecoder("utf-16le").decode(bytes);
  if (mark === 0xfeff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
    const named = /<meta\s[^>]*charset\s*=\s*["']?([\w-]+)/i.exec(beginning)?.[1];
    return new TextDecoder(named ?? "windows-1252").decode(bytes);
  }
}

// A chapter begins at each heading of the first two levels. Metadata before the text is left out.
function fromMarkdown(text, name) {
  const found = [];
  const lines = text.replace(/^---\n[^]*?\n---\n/, "").split("\n");
  let isCode = false;
  lines.forEach((line, index) => {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    const isUnderlined = !lines[index - 1]?.trim() && /^(=+|-+)\s*$/.test(lines[index + 1] ?? "");
    const title = (isUnderlined ? /^\s*([^\s>*+#|-].*?)\s*$/ : /^##?\s+(.+?)\s*#*$/).exec(line)?.[1];
    const begins = title && !isCode;
    if (begins || !found.length) found.push({ title: begins ? title : name, text: "", markup: "markdown" });
    found.at(-1).text += `${line}\n`;
  });
  return found;
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

// The text of each run that no beginning or end of a block interrupts.
function blocks(page) {
  for (const element of page.querySelectorAll(SILENT)) element.remove();
  for (const line of page.querySelectorAll("br,hr")) line.replaceWith(" ");
  const found = [];
  const walker = page.createTreeWalker(page, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_CDATA_SECTION);
  while (walker.nextNode()) {
    const block = walker.currentNode.parentElement.closest(BLOCKS);
    if (!found.length || found.at(-1).block !== block) found.push({ block, text: "" });
    found.at(-1).text += walker.currentNode.data;
  }
  return found.map(({ block, text }) => ({ tag: block?.localName, text: clean(text) })).filter(({ text }) => text);
}

function clean(text) {
  return text.replace(/\s+/g, " ").trim();
}

// EPUB: https://www.w3.org/TR/epub-33/
async function fromEpub(buffer, name) {
  const files = zipped(buffer);
  const read = async (path) => decoded(await unpacked(files, path));
  const parsed = async (path) => new DOMParser().parseFromString(await read(path), "application/xml");
  const locks = files.has(LOCKS) ? [...(await parsed(LOCKS)).querySelectorAll("CipherReference")] : [];
  const locked = new Set(locks.map((lock) => resolved("", lock.getAttribute("URI"))));
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
    if (locked.has(path)) throw new Error(`${name} is encrypted (DRM): only books without it are read.`);
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
