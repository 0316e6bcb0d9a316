import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const root = new URL('../../', import.meta.url);
const lock: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync(new URL('package-lock.json', root), 'utf8'),
);
const packages = Object.entries(lock.packages).filter(([folder]) => folder !== '');
const nameOf = (folder: string): string => folder.replace(/^.*node_modules\//u, '');

/** All of development; npm runs none of them unless somebody allows it. */
const withInstallScripts = [
  '@parcel/watcher',
  'esbuild',
  'libxmljs2',
  'node',
  'protobufjs',
  'unrs-resolver',
];
const licences = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

test('every package is locked by its content, and by no host', () => {
  expect(packages.length).toBeGreaterThan(100);
  const loose = packages.filter(
    ([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/u.test(integrity),
  );
  expect(loose).toEqual([]);
  expect(
    packages.filter(([, { resolved, link }]) => resolved !== undefined || link === true),
  ).toEqual([]);
});

test('a package with an install script is here by name, and none is shipped', () => {
  const scripted = packages.filter(([, each]) => each.hasInstallScript === true);
  expect([...new Set(scripted.map(([folder]) => nameOf(folder)))].toSorted()).toEqual(
    withInstallScripts,
  );
  expect(scripted.filter(([, each]) => each.dev !== true)).toEqual([]);
  const { allowScripts }: { allowScripts: Record<string, boolean> } = JSON.parse(
    readFileSync(new URL('package.json', root), 'utf8'),
  );
  expect(Object.keys(allowScripts).toSorted()).toEqual(withInstallScripts);
  // Binaries of their own, without which neither the tests nor the build run.
  expect(Object.keys(allowScripts).filter((name) => allowScripts[name] === true)).toEqual([
    'node',
    'esbuild',
  ]);
});

test('what is shipped is under a licence that asks for a notice and no more', () => {
  const shipped = packages.filter(([, each]) => each.dev !== true);
  expect(shipped.length).toBeGreaterThan(50);
  const others = shipped.filter(([, { license = 'none' }]) => !licences.includes(license));
  expect(others.map(([folder]) => nameOf(folder))).toEqual([]);
});

test('every direct dependency has an exact version and a reason', () => {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(new URL('package.json', root), 'utf8'),
  );
  const reasons = readFileSync(new URL('docs/dependencies.md', root), 'utf8');
  expect(
    Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/u.test(version)),
  ).toEqual([]);
  const named = [...reasons.matchAll(/^\| `([^`]+)` +\| \S/gmu)].map(([, name = '']) => name);
  expect(named.toSorted()).toEqual(Object.keys(dependencies).toSorted());
});
