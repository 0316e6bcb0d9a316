import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { auditFolders } from '../../shared/audit/audit-folders.ts';
import { ownCase } from '../engine/case-file.ts';
import { inArm, notWhole } from './bad-files.ts';
import { audited, slips, temporaryFolders } from './folder.ts';

const folders = temporaryFolders();
const now = (): Date => new Date('2026-11-23T06:00:00Z');
afterAll(() => folders.remove());

describe('a file that is not what it should be: one line, the slice unread, the rest audited', () => {
  test.each([...notWhole, ...inArm])('$name', async ({ changes, lines, unread = [] }) => {
    const found = await audited(folders.changed(changes));
    expect(found.lines).toEqual(lines.map((line) => expect.stringMatching(line)));
    expect(found.unread).toEqual(unread);
    expect(found.cluster.result).toBe(unread.length > 0 ? 'partial' : 'complete');
    expect(slips(found.cluster)).toEqual([]);
  });

  test('a folder in place of a file', async () => {
    const directory = folders.changed({ 'kubernetes/pods.json': null });
    mkdirSync(path.join(directory, 'kubernetes/pods.json'));
    const { lines } = await audited(directory);
    expect(lines).toEqual([
      expect.stringMatching(/^kubernetes\/pods\.json: is not a regular file/u),
    ]);
  });

  test('a byte order mark is no fault', async () => {
    const file = 'kubernetes/statefulsets.json';
    const well = await audited(folders.changed({}));
    const directory = folders.changed({ [file]: '\uFEFF{"kind":"StatefulSetList","items":[]}' });
    expect(await audited(directory)).toEqual({
      ...well,
      cluster: { ...well.cluster, coverage: expect.anything() },
    });
  });
});

describe('whatever the fault', () => {
  test('the other folders are audited as if it were not there', async () => {
    const bad = folders.changed({ 'kubernetes/nodes.json': '{', 'arm/loadBalancers.json': '' });
    const well = ownCase('standard-uneven-local');
    const both = await auditFolders({ directories: [bad, well], clusters: [], now });
    const alone = await auditFolders({ directories: [well], clusters: [], now });
    expect(both.report.clusters.map(({ result }) => result).toSorted()).toEqual([
      'complete',
      'partial',
    ]);
    expect(both.report.clusters.find(({ result }) => result === 'complete')).toEqual(
      alone.report.clusters[0],
    );
    expect(both.problems).toHaveLength(2);
    for (const line of both.problems) expect(line.startsWith(`${bad}${path.sep}`)).toBe(true);
  });

  test('a pipe and a socket that are given by themselves are named, and nothing waits for them', async () => {
    const directory = folders.changed({});
    const [pipe, socket] = [path.join(directory, 'pipe'), path.join(directory, 'socket')];
    execFileSync('mkfifo', [pipe]);
    const server = createServer().listen(socket);
    await once(server, 'listening');
    try {
      const well = ownCase('standard-uneven-local');
      const { report, problems } = await auditFolders({
        directories: [well, pipe, socket],
        clusters: [],
        now,
      });
      expect(report.clusters.map(({ result }) => result)).toContain('complete');
      for (const file of [pipe, socket])
        expect(problems).toContainEqual(`${file}: is not a regular file`);
    } finally {
      server.close();
    }
  });

  test('a folder with nothing that can be read fails, and each file is named with its command', async () => {
    const directory = folders.changed({});
    rmSync(path.join(directory, 'arm'), { recursive: true });
    rmSync(path.join(directory, 'kubernetes'), { recursive: true });
    mkdirSync(path.join(directory, 'arm'));
    const { cluster, lines } = await audited(directory);
    expect(cluster.result).toBe('failed');
    for (const line of lines)
      expect(line).toMatch(
        /^(arm|kubernetes)\/\w+\.json: the file is missing; save it with: (az|kubectl) /u,
      );
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines).toHaveLength(14);
  });
});
