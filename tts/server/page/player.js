// Plays sound while it arrives: its pieces are put on the clock of Web Audio, one after the other.

const AHEAD = 0.05; // seconds between now and the first sample, for the browser to get ready

export class Player {
  constructor(rate) {
    this.rate = rate;
    this.sources = [];
    this.forget();
    this.isComplete = true;
  }

  forget() {
    this.silence();
    this.pieces = []; // {start: second, samples: Float32Array}
    this.seconds = 0; // that have arrived
    this.rest = 0; // the position while it does not play
    this.isWaiting = false; // for the first piece
    this.isComplete = false;
  }

  // Play what is going to be pushed. To be called in answer to a click or a key, or browsers keep it silent.
  start() {
    this.forget();
    this.context ??= new AudioContext({ sampleRate: this.rate }); // of another rate, it would resample piece by piece
    this.context.resume();
    this.isWaiting = true;
  }

  push(samples) {
    const piece = { start: this.seconds, samples };
    this.pieces.push(piece);
    this.seconds += samples.length / this.rate;
    if (this.isWaiting) this.playFrom(0);
    else if (this.isPlaying) this.schedule(piece);
  }

  end() {
    this.isWaiting = false;
    this.isComplete = true;
  }

  stop() {
    this.rest = this.position;
    this.silence();
    this.end();
  }

  toggle() {
    if (this.isPlaying) {
      this.rest = this.position;
      this.silence();
    } else if (this.seconds) {
      this.playFrom(this.rest < this.seconds ? this.rest : 0);
    }
  }

  seek(second) {
    const target = Math.min(Math.max(second, 0), this.seconds);
    if (this.isPlaying) this.playFrom(target);
    else this.rest = target;
  }

  // The second that is heard.
  get position() {
    if (!this.isPlaying) return this.rest;
    const position = this.anchor.second + Math.max(0, this.context.currentTime - this.anchor.time);
    if (position < this.seconds) return position;
    if (this.isComplete) {
      this.rest = this.seconds;
      this.silence();
    }
    return this.seconds;
  }

  playFrom(second) {
    this.silence();
    this.isWaiting = false;
    this.isPlaying = true;
    this.anchor = { second, time: this.soon() };
    for (const piece of this.pieces) this.schedule(piece);
  }

  // Put a piece, or what of it comes after the anchor, in its place. One that arrives too late delays all that follow.
  schedule({ start, samples }) {
    const skipped = Math.max(0, this.anchor.second - start);
    if (skipped * this.rate >= samples.length) return;
    let time = this.anchor.time + Math.max(0, start - this.anchor.second);
    if (time < this.context.currentTime) {
      this.anchor.time += this.soon() - time;
      time = this.soon();
    }
    const buffer = this.context.createBuffer(1, samples.length, this.rate);
    buffer.copyToChannel(samples, 0);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    source.start(time, skipped);
    this.sources.push(source);
  }

  soon() {
    return Math.ceil((this.context.currentTime + AHEAD) * this.rate) / this.rate; // on a sample, or pieces would click
  }

  silence() {
    for (const source of this.sources) source.stop();
    this.sources = [];
    this.isPlaying = false;
  }
}
