// The text as it is read: each word where it stands, as it is spoken, and marked while it is heard.

export class Reading {
  // element: returns the element with an id. seek: goes to a second of the sound.
  constructor(element, seek) {
    this.seek = seek;
    [this.text, this.rows, this.normalized] = ["reading", "words", "normalized"].map(element);
    this.clear("");
  }

  clear(input) {
    this.characters = Array.from(input); // the server counts characters, JavaScript halves of some of them
    this.words = []; // of the whole speech so far, as the server tells them
    for (const place of [this.text, this.rows, this.normalized]) place.textContent = "";
  }

  // A span for each run that is read as one; words of one span, as of a number, share it.
  add(words) {
    this.words.push(...words);
    for (const word of words) {
      const row = document.createElement("tr");
      row.append(make("td", word.source), make("td", word.word), make("td", word.phonemes.map(([p]) => p).join(" ")));
      this.rows.append(row);
      this.normalized.append(`${word.word} `);
      if (word.start < this.shown) continue;
      this.text.append(this.characters.slice(this.shown, word.start).join(""));
      const span = make("span", this.characters.slice(word.start, word.end).join(""));
      Object.assign(span.dataset, { start: word.start, end: word.end });
      span.addEventListener("click", () => this.seek(word.start_time));
      this.text.append(span);
    }
  }

  // Show what follows the last word.
  end() {
    this.text.append(this.characters.slice(this.shown).join(""));
  }

  // Characters that are shown: up to the end of the last word.
  get shown() {
    return Number(this.text.lastElementChild?.dataset.end ?? 0);
  }

  // Mark the word that is heard at a second; null marks none.
  mark(second) {
    const word = second === null ? null : this.words.findLast((each) => each.start_time <= second);
    const isHeard = word && second < word.end_time + 0.2;
    for (const span of this.text.children) {
      const isNow = Boolean(isHeard) && span.dataset.start <= word.start && word.start < span.dataset.end;
      if (isNow && !span.classList.contains("now")) span.scrollIntoView({ block: "nearest" });
      span.classList.toggle("now", isNow);
    }
  }
}

export function make(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
