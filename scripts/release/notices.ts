import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { root } from './bundle.ts';

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Text of its licence file; empty where it ships none. */
  readonly text: string;
}

/** Name, version and licence of every package whose code is in a bundle, as their licences ask for. */
export function notices(built: Metafile): string {
  const packages = bundledPackages(built);
  const line = '-'.repeat(80);
  const parts = packages.map(({ name, version, license, text }) =>
    [line, `${name} ${version}`, `Licence: ${license}`, '', text.trim(), ''].join('\n'),
  );
  return [
    'Evenkeel contains code of these packages.\n',
    ...packages.map(({ name, version, license }) => `  ${name} ${version}  ${license}`),
    '',
    ...parts,
  ].join('\n');
}

/** The packages that a bundle has code of, each version once, by name. */
function bundledPackages({ outputs }: Metafile): readonly Bundled[] {
  const folders = new Set(
    Object.values(outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(file)?.[0] ?? []),
  );
  const packages = [...folders].map(readPackage);
  const unique = new Map(packages.map((each) => [`${each.name}@${each.version}`, each]));
  return [...unique.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function readPackage(folder: string): Bundled {
  const at = path.join(root, folder);
  const { name, version, license }: Record<string, unknown> = JSON.parse(
    readFileSync(path.join(at, 'package.json'), 'utf8'),
  );
  if (typeof name !== 'string' || typeof version !== 'string' || typeof license !== 'string')
    throw new Error(
      `${folder}: its package.json names no licence; look at it before it is shipped`,
    );
  const file = readdirSync(at).find((each) => /^licen[cs]e/iu.test(each));
  const text = file === undefined ? '' : readFileSync(path.join(at, file), 'utf8');
  return { name, version, license, text };
}
