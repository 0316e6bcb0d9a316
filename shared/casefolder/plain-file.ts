import { BodyError } from '../input/index.ts';
import type { FoundFile } from './find.ts';
import type { Scratch } from './scratch.ts';
import { describeBinary, describeText, sniffFile } from './sniff.ts';
import { gunzip, unpackArchive, type UnpackBudget } from './unpack.ts';
import { writeJson } from './yaml-json.ts';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** What a file turned out to be, whatever it was packed or written in. */
export type PlainFile =
  /** JSON in UTF-8, at a path of its own or of ours. */
  | { readonly kind: 'json'; readonly path: string }
  | { readonly kind: 'archive'; readonly files: readonly FoundFile[] }
  /** Not for us: it is named, and counts for nothing. */
  | { readonly kind: 'other'; readonly what: string; readonly instead?: string };

/** Archives nested deeper are not a case. */
const maxNesting = 3;

/**
 * Takes off what is around the JSON of a file: gzip, archives, UTF-16, YAML.
 * @throws {BodyError} where the file is of a form that is read, and is not whole.
 */
export async function plainFile(
  path: string,
  scratch: Scratch,
  budget: UnpackBudget,
  nesting = 0,
): Promise<PlainFile> {
  const { form, head, fault } = await sniffFile(path);
  if (fault !== undefined) throw new BodyError(fault);
  if (nesting > maxNesting) return { kind: 'other', what: 'an archive in an archive' };
  switch (form) {
    case 'json':
      return { kind: 'json', path };
    case 'empty':
      throw new BodyError('the file is empty');
    case 'binary':
      return { kind: 'other', what: describeBinary(head) };
    case 'text':
      return { kind: 'other', ...describeText(head) };
    case 'gzip':
      return await plainFile(await gunzip(path, scratch, budget), scratch, budget, nesting + 1);
    case 'utf-16le':
    case 'utf-16be': {
      const utf8 = scratch.next();
      await writeUtf8(path, form, utf8);
      return await plainFile(utf8, scratch, budget, nesting + 1);
    }
    case 'yaml':
      return await fromYaml(path, head, scratch);
    case 'tar':
    case 'zip': {
      const entries = await unpackArchive(form, path, scratch, budget);
      const files = entries.flatMap(({ name, path: at }) =>
        at === undefined ? [] : [{ name: name.replace(/^\.\//u, ''), path: at }],
      );
      return { kind: 'archive', files };
    }
  }
}

/** Keys that objects and lists of ours begin with. */
const ourKeys = /^[\s-]*["']?(?:apiVersion|kind|items|value|id)["']?\s*:/mu;

/** A value that is to be filled in: what a chart has, and no API writes. */
const template = /^[^#'"|>]*:\s*\{\{/mu;

async function fromYaml(path: string, head: string, scratch: Scratch): Promise<PlainFile> {
  if (template.test(head)) return { kind: 'other', what: 'a template' };
  const json = scratch.next();
  try {
    await writeJson(path, json);
  } catch (error) {
    // Many texts look like YAML at first; a template is one that is not filled in yet.
    if (!(error instanceof BodyError) || ourKeys.test(head)) {
      throw error;
    }
    return { kind: 'other', ...describeText(head) };
  }
  return { kind: 'json', path: json };
}

type Encoding = 'utf-16le' | 'utf-16be';

/** Writes a UTF-16 file anew as UTF-8, without its byte-order mark. */
async function writeUtf8(from: string, encoding: Encoding, to: string): Promise<void> {
  await pipeline(decoded(from, encoding), createWriteStream(to, { mode: 0o600 }));
}

async function* decoded(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  const bytes: AsyncIterable<Buffer> = createReadStream(path);
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
