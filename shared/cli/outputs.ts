import { openSync, closeSync, writeSync } from 'node:fs';
import { InputError } from '../audit/input-error.ts';
import { extensionOf, formatOfFile, type Format } from '../report/index.ts';
import { oneOf } from './options.ts';
import { oneLine, type Terminal } from './terminal.ts';

export interface Output<F extends string> {
  readonly format: F;
  /** Standard output where absent. */
  readonly file?: string;
}

/**
 * Where something is written: one format for one file, or each file by its ending.
 * @param formats The first is that of standard output.
 * @throws {InputError} for a format or an ending that is none of them.
 */
export function outputsOf<const F extends Format>(
  given: string | undefined,
  files: readonly string[],
  formats: readonly F[],
): readonly Output<F>[] {
  const format = given === undefined ? undefined : oneOf('format', given, formats);
  const [usual] = formats;
  if (files.length === 0 && usual !== undefined) return [{ format: format ?? usual }];
  if (files.length > 1 && format !== undefined)
    throw new InputError(
      '--format works with one --output only; with several, the file extensions decide',
    );
  return files.map((file) => {
    const ofFile = formatOfFile(file);
    const byName = format ?? formats.find((each) => each === ofFile);
    if (byName !== undefined) return { format: byName, file };
    throw new InputError(
      `${file}: unknown file extension (${formats.map(extensionOf).join(', ')})${files.length > 1 ? '' : '; add --format or use another extension'}`,
    );
  });
}

/** Writes to where an output goes: standard output, or its file. */
export function write(
  { file }: Output<string>,
  text: string | Iterable<string>,
  what: string,
  io: Terminal,
): void {
  if (file === undefined) for (const piece of gathered(text)) io.out(piece);
  else writeOutput(file, text, what, io);
}

/**
 * Writes a file piece by piece, and says so where people read progress.
 * @throws {InputError} where it cannot be written.
 */
export function writeOutput(
  file: string,
  text: string | Iterable<string>,
  what: string,
  io: Pick<Terminal, 'err'>,
): void {
  let bytes = 0;
  try {
    const opened = openSync(file, 'w');
    try {
      for (const piece of gathered(text)) bytes += writeAll(opened, Buffer.from(piece));
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new InputError(`${file}: the ${what} cannot be written there (${String(error.code)})`, {
      cause: error,
    });
  }
  io.err(`wrote ${oneLine(file)} (${what}, ${sizeText(bytes)})\n`);
}

function writeAll(opened: number, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) at += writeSync(opened, bytes, at);
  return bytes.length;
}

/** Pieces of 64 K characters or more: a call for each line would cost more than the line. */
export function* gathered(text: string | Iterable<string>): Generator<string> {
  if (typeof text === 'string') {
    yield text;
    return;
  }
  let held: string[] = [];
  let length = 0;
  for (const piece of text) {
    held.push(piece);
    length += piece.length;
    if (length < 65_536) continue;
    yield held.join('');
    held = [];
    length = 0;
  }
  if (held.length > 0) yield held.join('');
}

function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
