import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { folderSource } from '../../shared/cli/mcp/folder-source.ts';
import { ownCase } from '../engine/case-file.ts';
import { serveMcp } from './serve.ts';

/** The protocol's own checks; those of features and tools that this server does not have are not asked. */
const scenarios = ['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection'];

const program = path.join(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/conformance/dist/index.js',
);
const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-mcp-'));
let served: Awaited<ReturnType<typeof serveMcp>>;

beforeAll(async () => {
  const source = folderSource({
    now: () => new Date(),
    directories: [ownCase('seed-1-basic-local')],
  });
  served = await serveMcp({ source, version: '1.0.0' });
});

afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the conformance package of the protocol', () => {
  test.each(scenarios)(
    '%s',
    async (scenario) => {
      const args = [program, 'server', '--url', served.url, '--scenario', scenario];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
      expect(stdout).toMatch(/[1-9]\d*\/[1-9]\d* passed|Passed: [1-9]/u);
    },
    60_000,
  );
});
