// Waveform, spectrogram and words over time, drawn while the sound arrives.

const SIZE = 512; // samples of a spectrum
const HOP = 256; // samples between two
const ROWS = 120; // of the spectrogram, even in mel from 60 to 10,000 Hz
const [QUIET, LOUD] = [-75, -18]; // decibels of the palette's ends
const WAVE = 60; // heights in CSS pixels
const GAP = 6;
const LABELS = 26;

const mel = (hertz) => 2595 * Math.log10(1 + hertz / 700);
const hertz = (mels) => 700 * (10 ** (mels / 2595) - 1);

export class Picture {
  constructor(canvas, rate) {
    this.canvas = canvas;
    this.base = document.createElement("canvas"); // all but the playhead
    this.rows = Array.from({ length: ROWS }, (_, row) => {
      const mels = mel(60) + ((mel(10000) - mel(60)) * row) / (ROWS - 1);
      return (hertz(mels) * SIZE) / rate; // bin, with a fraction
    });
    this.rate = rate;
    this.clear();
  }

  clear() {
    this.columns = []; // {low, high: of the waveform, levels: Uint8Array(ROWS), lowest pitch first}
    this.left = new Float32Array(SIZE - HOP); // samples that the next spectrum begins with
    this.words = [];
    this.isStale = true;
  }

  push(samples) {
    const all = new Float32Array(this.left.length + samples.length);
    all.set(this.left);
    all.set(samples, this.left.length);
    let start = 0;
    for (; start + SIZE <= all.length; start += HOP) this.columns.push(this.column(all.subarray(start, start + SIZE)));
    this.left = all.slice(start);
    this.isStale = true;
  }

  column(samples) {
    const middle = samples.subarray((SIZE - HOP) / 2, (SIZE + HOP) / 2);
    const power = spectrum(samples);
    const levels = Uint8Array.from(this.rows, (bin) => {
      const low = Math.floor(bin);
      const value = power[low] + (power[low + 1] - power[low]) * (bin - low);
      const level = (10 * Math.log10(value + 1e-12) - QUIET) / (LOUD - QUIET);
      return 255 * Math.min(1, Math.max(0, level));
    });
    return { low: Math.min(...middle), high: Math.max(...middle), levels };
  }

  get seconds() {
    return (this.columns.length * HOP) / this.rate;
  }

  draw(position) {
    const scale = window.devicePixelRatio;
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight].map((size) => Math.round(size * scale));
    if (!width || !this.columns.length) return;
    if (this.isStale || this.base.width !== width || this.base.height !== height) {
      Object.assign(this.base, { width, height });
      Object.assign(this.canvas, { width, height });
      this.isStale = false;
      this.render(scale);
    }
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    context.drawImage(this.base, 0, 0);
    context.fillStyle = color("--ink");
    context.fillRect((position / this.seconds) * width - scale, 0, Math.max(1, 1.5 * scale), height - LABELS * scale);
  }

  render(scale) {
    const context = this.base.getContext("2d");
    const { width, height } = this.base;
    const top = Math.round((WAVE + GAP) * scale);
    const bottom = Math.round(height - LABELS * scale);
    this.wave(context, width, WAVE * scale);
    context.imageSmoothingEnabled = true;
    context.drawImage(this.spectrogram(width), 0, top, width, bottom - top);
    this.labels(context, width, bottom, scale);
  }

  wave(context, width, height) {
    context.fillStyle = color("--accent");
    const loudest = Math.max(0.1, ...this.columns.map(({ low, high }) => Math.max(-low, high)));
    for (let x = 0; x < width; x++) {
      const [low, high] = this.columnsAt(x, width).reduce(
        ([least, most], each) => [Math.min(least, each.low), Math.max(most, each.high)],
        [0, 0],
      );
      const tall = Math.max(1, (((high - low) / loudest) * height) / 2);
      context.fillRect(x, height / 2 - ((high / loudest) * height) / 2, 1, tall);
    }
  }

  // An image as wide as the canvas and one pixel high for each row: the loudest of the columns in each place.
  spectrogram(width) {
    const image = new ImageData(width, ROWS);
    const palette = gradient(["--card", "--accent", "--ink"]);
    for (let x = 0; x < width; x++) {
      const columns = this.columnsAt(x, width);
      for (let row = 0; row < ROWS; row++) {
        const level = columns.reduce((most, { levels }) => Math.max(most, levels[row]), 0);
        image.data.set(palette[level], 4 * ((ROWS - 1 - row) * width + x));
      }
    }
    const canvas = new OffscreenCanvas(width, ROWS);
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  columnsAt(x, width) {
    const first = Math.floor((x * this.columns.length) / width);
    return this.columns.slice(first, Math.max(first + 1, Math.floor(((x + 1) * this.columns.length) / width)));
  }

  // Each word under its sound, as far as there is room.
  labels(context, width, top, scale) {
    context.font = `${12 * scale}px system-ui, sans-serif`;
    context.textAlign = "center";
    let free = 0;
    for (const { word, start_time: start, end_time: end } of this.words) {
      const [left, right] = [start, end].map((second) => (second / this.seconds) * width);
      const middle = (left + right) / 2;
      const half = context.measureText(word).width / 2;
      context.fillStyle = color("--line");
      context.fillRect(left, top, Math.max(scale, right - left - 2 * scale), 2 * scale);
      if (middle - half < free || middle + half > width) continue;
      context.fillStyle = color("--soft");
      context.fillText(word, middle, top + 18 * scale);
      free = middle + half + 5 * scale;
    }
  }
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}

// 256 colours, RGBA, from the first of the named ones to the last.
function gradient(names) {
  const context = new OffscreenCanvas(256, 1).getContext("2d");
  const fill = context.createLinearGradient(0, 0, 256, 0);
  names.forEach((name, index) => fill.addColorStop(index / (names.length - 1), color(name)));
  context.fillStyle = fill;
  context.fillRect(0, 0, 256, 1);
  const { data } = context.getImageData(0, 0, 256, 1);
  return Array.from({ length: 256 }, (_, index) => data.slice(4 * index, 4 * index + 4));
}

const hann = Float32Array.from({ length: SIZE }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / SIZE));

// Power of each frequency, (SIZE / 2 + 1,), 1 for a sine of full scale: Cooley and Tukey's radix 2, in place.
function spectrum(samples) {
  const real = new Float32Array(SIZE);
  const imaginary = new Float32Array(SIZE);
  for (let n = 0, reversed = 0; n < SIZE; n++) {
    real[reversed] = samples[n] * hann[n];
    let bit = SIZE >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed |= bit;
  }
  for (let half = 1; half < SIZE; half *= 2) {
    for (let k = 0; k < half; k++) {
      const [cosine, sine] = [Math.cos((Math.PI * k) / half), -Math.sin((Math.PI * k) / half)];
      for (let even = k; even < SIZE; even += 2 * half) {
        const odd = even + half;
        const re = real[odd] * cosine - imaginary[odd] * sine;
        const im = real[odd] * sine + imaginary[odd] * cosine;
        real[odd] = real[even] - re;
        imaginary[odd] = imaginary[even] - im;
        real[even] += re;
        imaginary[even] += im;
      }
    }
  }
  const scale = (4 / SIZE) ** 2;
  return Float32Array.from({ length: SIZE / 2 + 1 }, (_, k) => scale * (real[k] ** 2 + imaginary[k] ** 2));
}
