import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { deployment, nodesOfPool, service } from '../../simulator/build.ts';
import type { FaultRule } from '../../simulator/faults.ts';
import { clusters, world } from '../live/world.ts';
import { compileCache } from '../support/compile-cache.ts';
import type { Elsewhere } from './child.ts';

jest.setTimeout(120_000);

const sound = {
  services: [service('main/web')],
  workloads: [deployment('main/web', nodesOfPool('user', 3))],
};

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in a process of its own, with the managed identity that its environment names. */
async function evenkeel(
  args: readonly string[],
  faults: readonly FaultRule[] = [],
  watch: (err: string, interrupt: () => void) => void = () => undefined,
): Promise<Ended> {
  const { server } = await world(clusters({ one: sound, off: { powerState: 'Stopped' } }), {
    faults,
  });
  const { port, authorityPem, identity } = server;
  const given: Elsewhere = { port, authorityPem, args };
  const script = path.join(import.meta.dirname, 'child.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(given)], {
    env: { PATH: process.env['PATH'], ...compileCache, ...identity },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    watch(err, () => child.kill('SIGINT'));
  });
  return await new Promise((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal, out, err })),
  );
}

test('a live audit ends by itself, with the identity of its environment', async () => {
  const ran = await evenkeel(['audit', '--format', 'json']);
  expect(ran.err).toBe(
    'audited 0 of 2  Production: 2 clusters\naudited 1 of 2  off: skipped\naudited 2 of 2  one: complete\n',
  );
  expect(ran.status).toBe(0);
  expect(JSON.parse(ran.out)).toMatchObject({ summary: { clusters: { complete: 1, skipped: 1 } } });
});

test('Ctrl-C ends a process that waits for a cluster', async () => {
  let pressed = 0;
  const hang = { host: '*', path: '/api/v1/nodes', action: { kind: 'hang' } as const };
  const ran = await evenkeel(['audit'], [hang], (err, interrupt) => {
    if (err.includes('audited 1 of 2') && pressed++ === 0) interrupt();
  });
  expect(ran).toMatchObject({ status: 130, signal: null, out: '' });
  expect(ran.err).toContain('evenkeel audit: interrupted; 1 of 2 clusters were audited\n');
  expect(ran.err).not.toMatch(/\bat .*\.ts:\d+/u);
});
