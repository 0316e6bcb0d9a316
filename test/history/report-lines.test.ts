import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { maxLine, unpackLines } from '../../shared/history/storage/codec.ts';
import {
  readReport,
  reportName,
  type AnyReport,
} from '../../shared/history/storage/report-blob.ts';
import { memoryStore } from '../../shared/history/storage/memory-store.ts';
import { result } from './builders.ts';

const runId = '2026-11-23T06:00:00Z';

async function namesAfter(lines: readonly string[]): Promise<readonly string[]> {
  const store = memoryStore();
  await store.createBlob(reportName(runId), gzipSync(`${lines.join('\n')}\n`));
  const report = await readReport(store, runId, (value): value is AnyReport => value !== null);
  return report?.clusters.map(({ name }) => name) ?? [];
}

const good = ['a', 'b'].map((name) => JSON.stringify(result(name)));

test.each([
  { what: 'is not JSON', line: '{"id": "half' },
  { what: 'is no cluster', line: '{"id": 7}' },
  { what: 'is longer than can be read', line: `${' '.repeat(maxLine)}${good[0]}` },
])('a line that $what costs its own cluster', async ({ line }) => {
  expect(await namesAfter(['{}', good[0] ?? '', line, good[1] ?? ''])).toEqual(['a', 'b']);
});

test('bytes that are no lines are an error', async () => {
  await expect(drained(Buffer.from('no gzip'))).rejects.toThrow('cannot be unpacked');
});

async function drained(bytes: Buffer): Promise<void> {
  for await (const line of unpackLines(bytes)) expect(line).toBeUndefined();
}
