import { open, stat } from 'node:fs/promises';
import { BodyError } from '../input/index.ts';

/** What a file is, by its first bytes; never by its name. */
export type FileForm =
  'empty' | 'gzip' | 'zip' | 'tar' | 'utf-16le' | 'utf-16be' | 'json' | 'yaml' | 'text' | 'binary';

export interface Sniffed {
  readonly form: FileForm;
  /** The beginning as text, for a message about it. */
  readonly head: string;
  /** What is around JSON or YAML, so that it cannot be read as such. */
  readonly fault?: string;
}

/** Of a file, by which it is told what it is. */
export const headBytes = 4096;

/** @throws {BodyError} for a pipe, a socket or a device: to open one may wait for ever. */
export async function sniffFile(path: string): Promise<Sniffed> {
  if (!(await stat(path)).isFile()) throw new BodyError('is not a regular file');
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(buffer, 0, headBytes, 0);
    return sniff(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** @param bytes The first few kilobytes. */
export function sniff(bytes: Buffer): Sniffed {
  const form = formOfBytes(bytes);
  if (form !== undefined) return { form, head: bytes.toString('latin1', 0, 8) };
  const head = bytes.toString('utf8').replace(/^\uFEFF/u, '');
  const text = head.trimStart();
  if (text === '') return { form: 'empty', head };
  const plain = text.replaceAll(colour, '');
  if (plain !== text && (isJson(plain) || isYaml(plain)))
    return { form: 'json', head, fault: 'the file has colour codes; save it with -o json' };
  if (isJson(text)) return { form: 'json', head };
  if (isYaml(text)) return { form: 'yaml', head };
  const [line = ''] = text.split('\n');
  if (!(message.test(line) || command.test(line)) || !dataBelow.test(text))
    return { form: 'text', head };
  const fault = `the data begins below a line of text (${line.trim().slice(0, 120)}); save it without 2>&1, or remove that line`;
  return { form: 'json', head, fault };
}

/** As `-o jsonc` and `-o yamlc` of az write them. */
// oxlint-disable-next-line no-control-regex -- the escape character begins each of them
const colour = /\u001B\[[\d;]*m/gu;
/** What commands print before the data, where both went into the file. */
const dataBelow = /\n(?:[{[]\s*(?:\n|["{[]|$)|(?:apiVersion|kind|items):\s)/u;
const message = /^(?:ERROR|WARNING|Warning|error): /u;
const command = /(?:^|[\s>$#])(?:kubectl|az) [a-z]/u;

function isJson(text: string): boolean {
  return text.startsWith('{') || text.startsWith('[');
}

function formOfBytes(bytes: Buffer): FileForm | undefined {
  if (bytes.length === 0) return 'empty';
  const starts = (...expected: readonly number[]): boolean =>
    expected.every((byte, at) => bytes[at] === byte);
  if (starts(0x1f, 0x8b)) return 'gzip';
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0x50, 0x4b, 0x05, 0x06)) return 'zip';
  if (bytes.toString('latin1', 257, 262) === 'ustar' || isOldTar(bytes)) return 'tar';
  if (starts(0xff, 0xfe)) return 'utf-16le';
  if (starts(0xfe, 0xff)) return 'utf-16be';
  // PowerShell leaves the mark out in some of its ways to write a file.
  const zeros = [0, 1, 2, 3].map((at) => (bytes[at] === 0 ? '0' : '1')).join('');
  if (zeros === '1010') return 'utf-16le';
  if (zeros === '0101') return 'utf-16be';
  // Zeros in JSON are named with their place, where it is parsed.
  const mayBeJson = /^\s*[{[]/u.test(bytes.toString('latin1', 0, 64));
  return bytes.includes(0) && !mayBeJson ? 'binary' : undefined;
}

/** Whether it begins with a header of a tar file of before POSIX, which has no mark but its sum. */
function isOldTar(bytes: Buffer): boolean {
  if (bytes.length < 512) return false;
  const header = Buffer.from(bytes.subarray(0, 512)).fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  return Number.parseInt(bytes.toString('latin1', 148, 156).trim(), 8) === sum;
}

/** Whether the first line that says something is a document mark, a directive, an entry or a key. */
function isYaml(text: string): boolean {
  const line = /^(?!\s*(?:#|$)).+$/mu.exec(text)?.[0] ?? '';
  if (described.test(line) || message.test(line)) return false;
  return (
    /^(?:---(?:\s|$)|%YAML|- |-$)/u.test(line) ||
    /^(?:"[^"]*"|'[^']*'|[\w./-]+)\s*:(?:\s|$)/u.test(line)
  );
}

const described = /^Name:\s{2,}\S/u;

/** Archives that are not unpacked here, by their first bytes. */
const otherArchives: ReadonlyMap<string, string> = new Map([
  ['fd377a58', '.xz'],
  ['425a68', '.bz2'],
  ['28b52ffd', '.zst'],
  ['377abcaf', '.7z'],
  ['52617221', '.rar'],
]);

/** What a file that is no text looks like. */
export function describeBinary(head: string): string {
  const bytes = Buffer.from(head, 'latin1').toString('hex');
  const [, archive] = [...otherArchives].find(([start]) => bytes.startsWith(start)) ?? [];
  return archive === undefined
    ? 'binary data'
    : `a ${archive} archive, which is not supported (.zip, .tar.gz and .gz are)`;
}

/** What a text looks like, and the command that saves it rightly. */
export function describeText(head: string): { readonly what: string; readonly instead?: string } {
  const [line = ''] = head.trimStart().split('\n');
  if (/^(?:NAMESPACE|NAME)\s{2,}\S/u.test(line))
    return { what: 'kubectl table output', instead: 'kubectl get … -A -o json' };
  if (/^[A-Z]\w*(?:\s{2,}[A-Z]\w*)+\s*$/u.test(line) && /^-{3,}/mu.test(head))
    return { what: 'az table output', instead: 'az … -o json' };
  if (/^(?:Error from server|The connection to the server|Unable to connect)/u.test(line))
    return { what: `an error of kubectl (${line.trim().slice(0, 120)})` };
  if (message.test(line))
    return {
      what: `a message of ${/^[EW][A-Z]/u.test(line) ? 'az' : 'kubectl'} (${line.trim().slice(0, 120)})`,
    };
  if (/^(?:resource|terraform|provider|module|variable) ["{]/mu.test(head))
    return { what: 'Terraform' };
  if (described.test(line))
    return { what: 'kubectl describe output', instead: 'kubectl get … -A -o json' };
  if (/^<(?:!DOCTYPE|html|\?xml)/iu.test(line)) return { what: 'an HTML or XML page' };
  return { what: 'text that is neither JSON nor YAML' };
}
