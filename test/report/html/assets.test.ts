import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { assetsFile, assetsModule } from '../../../scripts/assets.ts';
import { script, style } from '../../../shared/report/html/assets.ts';

const root = path.join(import.meta.dirname, '../../..');

describe('script and style of the page', () => {
  test('are the ones that `npm run assets` makes', async () => {
    // Not compared as texts: the difference would be pages of one line each.
    expect(readFileSync(assetsFile, 'utf8') === (await assetsModule())).toBe(true);
  });

  test('their source passes the compiler with the types of a browser', () => {
    const options = [
      'node_modules/typescript/bin/tsc',
      '--noEmit',
      '-p',
      'shared/report/html/browser',
    ];
    expect(execFileSync(process.execPath, options, { cwd: root, encoding: 'utf8' })).toBe('');
  });

  test('stay small and hold nothing that makes code or markup of text', () => {
    expect(script.length + style.length).toBeLessThan(40_000);
    const made = /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function/gu;
    expect(script.match(made)).toBeNull();
    expect(`${script}${style}`.match(/https?:\/\/|\burl\((?!#)|<\//gu)).toBeNull();
  });
});
