import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A file or folder that comes with the tool. Bundles keep the depth of the sources (`lib/chunks` for
 * `shared/audit`), so that one address leads to it in both.
 * @param addresses Relative to this file; the first that exists is taken, else the last.
 */
export function ownFile(...addresses: readonly [string, ...string[]]): string {
  const files = addresses.map((address) => fileURLToPath(new URL(address, import.meta.url)));
  return files.find(existsSync) ?? files.at(-1) ?? '';
}

/** The case of the incident that Evenkeel comes from, to audit with nothing at hand. */
export const exampleFolder = (): string =>
  ownFile('../example', '../../test/cases/seed-1-basic-local');

/** The page of a rule that exists, Markdown. @param id `<family>/<stem>` of the registry. */
export function rulePage(id: string): string {
  return readFileSync(ownFile(`../rules/${id}.md`), 'utf8');
}
