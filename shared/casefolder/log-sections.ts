const equals = 0x3d;
const newline = 0x0a;
const end = Buffer.from('\n==== END logs for');

/** Logs of containers, which `kubectl cluster-info dump` prints between its lists; they are passed over. */
export class LogSections {
  isOpen = false;
  #matched = 0;

  /** Whether this byte between two documents begins a section. */
  begins(byte: number): boolean {
    this.isOpen = byte === equals;
    this.#matched = 0;
    return this.isOpen;
  }

  /** Where the section goes on, or what follows it. */
  skip(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#matched === end.length) {
        // The rest of its last line.
        if (byte !== newline) continue;
        this.isOpen = false;
        return at + 1;
      }
      if (byte === end[this.#matched]) this.#matched++;
      else this.#matched = byte === newline ? 1 : 0;
    }
    return chunk.length;
  }
}
