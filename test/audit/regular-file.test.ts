import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readRegularFile } from '../../shared/audit/regular-file.ts';
import { policyOfFile } from '../../shared/service/policy-file.ts';
import { reportOfFile } from '../../shared/service/slack-here.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const at = (name: string): string => path.join(folder, name);

writeFileSync(at('small'), 'small');
writeFileSync(at('large'), Buffer.alloc(2000));
symlinkSync(at('small'), at('link'));
execFileSync('mkfifo', [at('pipe')]);

test.each([at('small'), at('link')])('%s is read', (file) => {
  expect(readRegularFile(file, 'policy file', 1000).toString()).toBe('small');
});

test.each([
  { file: at('none'), why: 'does not exist' },
  { file: path.join(at('small'), 'none'), why: 'cannot be read (ENOTDIR)' },
  { file: at('large'), why: 'is larger than 1000 bytes' },
  { file: folder, why: 'is not a regular file' },
  { file: at('pipe'), why: 'is not a regular file' },
  { file: '/dev/zero', why: 'is not a regular file' },
])('$why: one line', ({ file, why }) => {
  expect(() => readRegularFile(file, 'policy file', 1000)).toThrow(
    `${file}: the policy file ${why}`,
  );
});

test('neither a policy nor a report is read from a pipe or a device', () => {
  for (const file of [at('pipe'), '/dev/zero']) {
    expect(() => policyOfFile(file)).toThrow('not a regular file');
    expect(() => reportOfFile(file)).toThrow('not a regular file');
  }
});
