import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A folder for what is unpacked or rewritten while it is read; only its owner can look into it. Names
 * in it are numbers, whatever the entries of an archive are called. Its own name holds the process's
 * number, so that what a killed one left can be told from what is in use.
 */
export class Scratch {
  #directory: string | undefined;
  #count = 0;

  /** Where the next file may be written. */
  next(): string {
    this.#directory ??= mkdtempSync(path.join(tmpdir(), `evenkeel-saved-${process.pid}-`));
    return path.join(this.#directory, String(this.#count++));
  }

  remove(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }
}
