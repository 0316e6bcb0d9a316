import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';

/** A new folder, deleted when the tests around the call are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
