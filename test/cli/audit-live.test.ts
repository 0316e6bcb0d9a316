import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { Report } from '../../shared/report/index.ts';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { clusters, words } from '../live/world.ts';
import { logInTo, run, sound } from './run-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

jest.setTimeout(120_000);

const folder = temporaryFolder();

const ids = [
  '00000000-0000-0000-0000-0000000000a1',
  '00000000-0000-0000-0000-0000000000b2',
] as const;
const [first, second] = ids;
const idOf = (subscriptionId: string, name: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/rg-${name}/providers/Microsoft.ContainerService/managedClusters/${name}`;

/** `shop` is in both subscriptions. */
const twoSubscriptions = fleet({
  subscriptions: [
    subscription(first, 'Production', [cluster('shop', sound), cluster('pay', sound)]),
    subscription(second, 'Test', [cluster('shop', sound)]),
  ],
});

const json = (out: string): Report => JSON.parse(out) as Report;

describe('evenkeel audit with a login', () => {
  test('audits all that the login sees, with a line of progress for each cluster', async () => {
    await logInTo(demoFleet());
    const ran = await run(['audit', '--format', 'json']);
    expect(ran.status).toBe(1);
    const report = json(ran.out);
    expect(report.run.trigger).toBe('cli');
    expect(report.summary.clusters.planned).toBe(report.clusters.length);
    expect(words(report.clusters)).toMatchObject({
      'lab-stopped': expect.stringMatching(/^skipped/u),
      'finance-denied': expect.stringMatching(/^partial/u),
    });
    const { length } = report.clusters;
    expect(ran.err).toContain(`audited ${length} of ${length} `);
    expect(ran.err).not.toContain('\u001B');
  });

  test('on a terminal the bar shows what is done and the time left, and is gone at the end', async () => {
    await logInTo(twoSubscriptions);
    const { status, err } = await run(['audit'], { live: true });
    expect(status).toBe(0);
    expect(err).toMatch(/█+·+ [12]\/3 {2}~\d+ s left/u);
    expect(err.endsWith('\r\u001B[2K')).toBe(true);
  });

  test.each([
    {
      name: 'one subscription',
      args: ['--subscription', second.toUpperCase()],
      found: [[second, 'shop']],
    },
    {
      name: 'both',
      args: ids.flatMap((id) => ['--subscription', id]),
      found: [
        [first, 'pay'],
        [first, 'shop'],
        [second, 'shop'],
      ],
    },
    {
      name: 'a name in all subscriptions',
      args: ['--cluster', 'SHOP'],
      found: [
        [first, 'shop'],
        [second, 'shop'],
      ],
    },
    {
      name: 'a name in one',
      args: ['--cluster', 'shop', '--subscription', first],
      found: [[first, 'shop']],
    },
    { name: 'an ARM id', args: ['--cluster', idOf(second, 'shop')], found: [[second, 'shop']] },
    {
      name: 'an ARM id beside a name',
      args: ['--cluster', idOf(second, 'shop'), '--cluster', 'pay'],
      found: [
        [first, 'pay'],
        [second, 'shop'],
      ],
    },
  ])('$name', async ({ args, found }) => {
    const { simulator } = await logInTo(twoSubscriptions);
    const ran = await run(['audit', '--format', 'json', ...args]);
    expect(ran.status).toBe(0);
    const names = json(ran.out).clusters.map(
      ({ subscriptionId, name }) => `${subscriptionId} ${name}`,
    );
    expect(names.toSorted()).toEqual(found.map((each) => each.join(' ')));
    const asked = simulator.log
      .entries()
      .flatMap(
        ({ path: each }) => /\/subscriptions\/([^/]+)\/.*managedClusters$/iu.exec(each)?.[1] ?? [],
      );
    const needed =
      args.includes('pay') || args.includes('SHOP')
        ? [...ids]
        : [...new Set(found.map(([id]) => id))];
    expect([...new Set(asked)].toSorted()).toEqual(needed);
  });

  test('--policy, --output and --fail-on work as with saved answers', async () => {
    await logInTo(twoSubscriptions);
    const output = path.join(folder, 'report.json');
    const ran = await run([
      'audit',
      '--output',
      output,
      '--fail-on',
      'never',
      '--policy',
      'evenkeel.policy.example.yaml',
    ]);
    expect(ran).toMatchObject({ status: 0, out: '' });
    expect(json(readFileSync(output, 'utf8')).clusters).toHaveLength(3);
  });
});

describe('what could not be audited', () => {
  test('no login -> 3 and one line that says az login', async () => {
    const refusal = Object.assign(new Error('ChainedTokenCredential authentication failed.'), {
      errors: [
        new Error("Please run 'az login' from a command prompt. Then try again."),
        new Error('azd is not installed'),
      ],
    });
    await logInTo(twoSubscriptions, { credential: { getToken: () => Promise.reject(refusal) } });
    for (const args of [[], ['--subscription', first], ['--cluster', 'shop']])
      expect(await run(['audit', ...args])).toEqual({
        status: 3,
        out: '',
        err: "evenkeel audit: Not signed in to Azure. Run 'az login' and try again. (Please run 'az login' from a command prompt; azd is not installed)\n",
      });
  });

  test('a subscription that the login does not see -> 3, a line and a note', async () => {
    await logInTo(twoSubscriptions);
    const hidden = '00000000-0000-0000-0000-0000000000c3';
    const ran = await run(['audit', '--format', 'json', '--subscription', hidden]);
    expect(ran.status).toBe(3);
    expect(ran.err).toContain(
      `subscription ${hidden}: not read: the identity does not see this subscription`,
    );
    expect(ran.err).toContain('az role assignment create');
    expect(json(ran.out).run.notes).toEqual([expect.stringContaining(hidden)]);
  });

  test('one beside others is told, and the others are audited', async () => {
    await logInTo(
      fleet({
        subscriptions: [
          subscription(first, 'Production', [cluster('shop', sound)]),
          subscription(second, 'Test', [cluster('lab', sound)], { denied: ['managedClusters'] }),
        ],
      }),
    );
    const ran = await run(['audit', '--format', 'json']);
    expect(ran.status).toBe(0);
    const { notes = [] } = json(ran.out).run;
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^subscription Test: not read: .*403/u);
    expect(ran.err).toContain(`evenkeel audit: ${notes[0]}`);
  });

  test('a subscription without clusters -> 3 and a line', async () => {
    await logInTo(clusters({}));
    expect(await run(['audit', '--format', 'json'])).toMatchObject({
      status: 3,
      err: 'evenkeel audit: no cluster in Production\n',
    });
  });

  test('one of two named clusters that is not there is planned, told and noted', async () => {
    await logInTo(twoSubscriptions);
    const ran = await run(['audit', '--format', 'json', '--cluster', 'pay', '--cluster', 'pya']);
    expect(ran.status).toBe(0);
    expect(ran.err).toContain('cluster "pya" not found');
    expect(json(ran.out)).toMatchObject({
      summary: { clusters: { planned: 2, complete: 1 } },
      run: { notes: [expect.stringContaining('"pya"')] },
    });
  });

  test.each([
    {
      name: 'no named cluster is there',
      args: ['--cluster', 'nope'],
      err: 'cluster "nope" not found',
    },
    {
      name: 'a subscription by its name',
      args: ['--subscription', 'Production'],
      err: 'takes the id of a subscription',
    },
    {
      name: 'an ARM id of something else',
      args: ['--cluster', `/subscriptions/${first}/resourceGroups/x`],
      err: 'takes a name or an ARM id',
    },
    {
      name: 'saved and live at once',
      args: ['--from', 'test/cases', '--subscription', first],
      err: 'use only one of them',
    },
    {
      name: 'certificate checks that are off',
      args: [],
      env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      err: 'NODE_TLS_REJECT_UNAUTHORIZED=0',
    },
    {
      name: 'a cloud that does not exist',
      args: [],
      env: { EVENKEEL_CLOUD: 'Mars' },
      err: 'settings: EVENKEEL_CLOUD must be',
    },
  ])('$name -> 2 and one line', async ({ args, err, env = {} }) => {
    await logInTo(twoSubscriptions, { env });
    const ran = await run(['audit', ...args]);
    expect(ran).toMatchObject({ status: 2, out: '' });
    expect(ran.err).toContain(err);
    expect(
      ran.err
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('audited ')),
    ).toHaveLength(1);
  });

  test('Ctrl-C ends an audit that hangs, with one line and no report', async () => {
    const faults = [{ host: '*', path: '/api/v1/nodes', action: { kind: 'hang' } as const }];
    await logInTo(clusters({ one: sound, two: { powerState: 'Stopped' } }), {}, { faults });
    const pressed = Promise.withResolvers<() => void>();
    let taken = 0;
    const ending = run(['audit'], {
      command: 'evenkeel',
      onInterrupt(listener) {
        pressed.resolve(listener);
        return () => void taken++;
      },
      err: (text) => {
        told += text;
        // The one that hangs is all that is left.
        if (told.includes('audited 1 of 2')) void pressed.promise.then((press) => press());
      },
    });
    let told = '';
    expect(await ending).toMatchObject({ status: 130, out: '' });
    expect(told).toContain('evenkeel audit: interrupted; ');
    expect(taken).toBe(1);
  });
});
