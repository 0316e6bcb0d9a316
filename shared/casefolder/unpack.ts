import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { openPromise, type Entry } from 'yauzl';
import { BodyError } from '../input/index.ts';
import type { Scratch } from './scratch.ts';
import { headBytes, sniff } from './sniff.ts';

/** A file of an archive, written to a place of ours. */
export interface Unpacked {
  /** Its name in the archive; never used as a path. */
  readonly name: string;
  /** `undefined` = it holds neither JSON, YAML nor another archive, and was passed over. */
  readonly path: string | undefined;
}

export interface UnpackLimits {
  /** Bytes of everything that is unpacked in one run. */
  readonly bytes: number;
  /** Unpacked bytes for each packed one. */
  readonly ratio: number;
  readonly entries: number;
}

const unpackLimits: UnpackLimits = { bytes: 20 * 1024 ** 3, ratio: 200, entries: 100_000 };

/** Below this a high ratio does no harm: a few lists of zeros are small anyway. */
const harmlessBytes = 16 * 1024 * 1024;

/** Counts what archives become, over a whole run. */
export class UnpackBudget {
  readonly limits: UnpackLimits;
  #bytes = 0;
  #entries = 0;

  constructor(limits: UnpackLimits = unpackLimits) {
    this.limits = limits;
  }

  /** @throws {BodyError} beyond the number of files. */
  addEntries(count: number): void {
    this.#entries += count;
    if (this.#entries > this.limits.entries)
      throw new BodyError(`more than ${this.limits.entries} files in archives`);
  }

  /** A meter for one archive of this size. */
  meter(packedBytes: number): (bytes: number) => void {
    const most = Math.max(packedBytes * this.limits.ratio, harmlessBytes);
    let own = 0;
    return (bytes) => {
      own += bytes;
      this.#bytes += bytes;
      if (own > most)
        throw new BodyError(`unpacks to more than ${this.limits.ratio} times its size`);
      if (this.#bytes > this.limits.bytes)
        throw new BodyError(`more than ${this.limits.bytes / 1024 ** 3} GB in archives`);
    };
  }
}

/** Unpacks a gzip file. @throws {BodyError} where it is none, is cut short, or is a bomb. */
export async function gunzip(
  from: string,
  scratch: Scratch,
  budget: UnpackBudget,
): Promise<string> {
  const to = scratch.next();
  const count = budget.meter((await stat(from)).size);
  await faultOr(() =>
    pipeline(
      createReadStream(from),
      createGunzip(),
      (bytes: AsyncIterable<unknown>) => metered(bytes, count),
      createWriteStream(to, { mode: 0o600 }),
    ),
  );
  return to;
}

/**
 * Unpacks an archive into numbered files. Links and devices are passed over.
 * @throws {BodyError} where it is cut short, too large, or names a path outside of itself.
 */
export async function unpackArchive(
  form: 'tar' | 'zip',
  from: string,
  scratch: Scratch,
  budget: UnpackBudget,
): Promise<readonly Unpacked[]> {
  const count = budget.meter((await stat(from)).size);
  const found: Unpacked[] = [];
  await faultOr(async () => {
    const entries = form === 'tar' ? tarEntries(from, budget) : zipEntries(from, budget);
    for await (const { name, stream } of entries)
      found.push({ name, path: await keep(stream, scratch, count) });
  });
  return found;
}

/** A file of an archive; its bytes are there until the next one is asked for. */
interface ArchiveEntry {
  readonly name: string;
  readonly stream: AsyncIterable<unknown>;
}

async function* tarEntries(from: string, budget: UnpackBudget): AsyncGenerator<ArchiveEntry> {
  // Of before POSIX; the types do not know the option.
  const options: object = { allowUnknownFormat: true };
  const entries = extract(options);
  const source = createReadStream(from);
  source.on('error', (error) => entries.destroy(error));
  source.pipe(entries);
  for await (const entry of entries) {
    const { name, type } = entry.header;
    budget.addEntries(1);
    checkName(name);
    if (type === 'file' || type === 'contiguous-file') yield { name, stream: entry };
    else entry.resume();
  }
}

async function* zipEntries(from: string, budget: UnpackBudget): AsyncGenerator<ArchiveEntry> {
  const zip = await openPromise(from);
  budget.addEntries(zip.entryCount);
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      checkName(name);
      if (name.endsWith('/') || isZipLink(entry)) continue;
      yield { name, stream: await zip.openReadStreamPromise(entry) };
    }
  } finally {
    zip.close();
  }
}

/** Writes what may be for us, and reads over the rest. */
async function keep(
  stream: AsyncIterable<unknown>,
  scratch: Scratch,
  count: (bytes: number) => void,
): Promise<string | undefined> {
  const chunks = metered(stream, count);
  const head: Buffer[] = [];
  let size = 0;
  let isWhole = false;
  while (size < headBytes) {
    const next = await chunks.next();
    if (next.done === true) {
      isWhole = true;
      break;
    }
    head.push(next.value);
    size += next.value.length;
  }
  const beginning = Buffer.concat(head);
  const { form } = sniff(beginning.subarray(0, headBytes));
  if (form === 'text' || form === 'binary') {
    for await (const _ of chunks);
    return undefined;
  }
  const to = scratch.next();
  // Of 100,000 small files, streams alone take most of the time.
  if (isWhole) writeFileSync(to, beginning, { mode: 0o600 });
  else await pipeline(joined(beginning, chunks), createWriteStream(to, { mode: 0o600 }));
  return to;
}

async function* metered(
  stream: AsyncIterable<unknown>,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a stream of bytes belongs here');
    count(chunk.length);
    yield chunk;
  }
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/** @throws {BodyError} for names that lead elsewhere or hide something: nobody packs such by chance. */
function checkName(name: string): void {
  const segments = name.split(/[/\\]/u);
  if (/^(?:[/\\]|[A-Za-z]:)/u.test(name) || segments.includes('..'))
    throw new BodyError('an entry has a path outside the archive');
  if (/\p{Cc}/u.test(name) || name.length > 1024)
    throw new BodyError('an entry has an invalid file name');
}

function isZipLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

/** What the libraries throw, as one line about the file. */
async function faultOr(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof BodyError) throw cause;
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '').slice(0, 200) : '';
    throw new BodyError(`cannot be unpacked (${why})`, { cause });
  }
}
