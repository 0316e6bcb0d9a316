import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { areSmall } from '../../shared/cli/memory.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder();

function file(name: string, bytes = 10): string {
  const at = path.join(root, name);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, '');
  truncateSync(at, bytes);
  return at;
}

const small = path.dirname(file('small/kubernetes/nodes.json'));
symlinkSync(root, path.join(small, 'loop'));
const large = path.dirname(file('large/pods.json', 17 * 1024 * 1024));
const halves = [file('a.json', 9 * 1024 * 1024), file('b.json', 9 * 1024 * 1024)];

test.each([
  { what: 'a small case, with a link to itself', paths: [small], is: true },
  { what: 'one large list', paths: [large], is: false },
  { what: 'two that are large together', paths: halves, is: false },
  { what: 'two megabytes of YAML', paths: [file('pods.yaml', 2 * 1024 * 1024)], is: false },
  { what: 'a packed file', paths: [file('case.tar.gz')], is: false },
  { what: 'what is not there', paths: [path.join(root, 'gone')], is: false },
])('$what is small: $is', ({ paths, is }) => {
  expect(areSmall(paths)).toBe(is);
});
