import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { runInline } from '../../../shared/service/engine/inline.ts';
import type { ClusterReport, Report } from '../../../shared/report/index.ts';
import { leaksIn } from '../../../simulator/canaries.ts';
import type { FleetDescription } from '../../../simulator/description.ts';
import { demoFleet } from '../../../simulator/fleets/demo.ts';
import type { Store } from '../../../shared/history/index.ts';
import { useAzurite } from '../../support/storage.ts';
import { request, runDeps } from './driver.ts';
import { simulatedFleet } from './simulated-fleet.ts';

const azurite = useAzurite();

const later = '2026-11-23T12:00:00Z';

function clusterOf(report: Report | undefined, name: string): ClusterReport {
  const found = report?.clusters.find((cluster) => cluster.name === name);
  if (found === undefined) throw new Error(`no cluster ${name}`);
  return found;
}

function states(cluster: ClusterReport): readonly string[] {
  return [...new Set(cluster.findings.map(({ state }) => state))].toSorted();
}

describe('two runs of the demo over Azurite', () => {
  test('the first is the baseline; the second knows what is new, resolved and merely unseen', async () => {
    const store = await azurite.freshStore();
    const first = await runInline(runDeps(store, simulatedFleet(demoFleet(0))), request);
    expect(first?.summary.changes).toEqual({ new: 0, resolved: 0 });
    expect(first?.summary.findings.critical).toBeGreaterThan(0);

    const clock = { now: Date.parse(later) };
    const deps = runDeps(store, simulatedFleet(demoFleet(1, later)), clock);
    const second = await runInline(deps, { ...request, runId: later });
    expect(states(clusterOf(second, 'batch-vms'))).toContain('new');
    expect(states(clusterOf(second, 'search-prod'))).toEqual(['resolved']);
    expect(clusterOf(second, 'checkout-prod').result).toBe('unreachable');
    expect(states(clusterOf(second, 'checkout-prod'))).toContain('stale');
    expect(states(clusterOf(second, 'echo-1-local'))).toEqual(['open']);
    expect(second?.history?.map(({ runId }) => runId)).toEqual([request.runId]);
    expect(await secretsIn(store)).toEqual([]);
  }, 60_000);
});

/** One cluster of the demo, with a Service that starves pods. */
function starving(): FleetDescription {
  const demo = demoFleet(0);
  const subscriptions = demo.subscriptions.map(({ clusters, ...rest }) => ({
    ...rest,
    clusters: Array.from({ length: clusters.length }, (_, at) => clusters.at(at)).filter(
      (each) => each?.name === 'echo-1-local',
    ),
  }));
  return { ...demo, subscriptions };
}

describe('the policy of a run', () => {
  const good = 'version: 1\nrules:\n  - rule: traffic/starved-endpoints\n    severity: info\n';
  const bad = 'version: 1\nrules:\n  - rule: traffic/starved\n';

  test('a bad new version leaves the last good one in force, and the run says so', async () => {
    const store = await azurite.freshStore();
    const fleet = simulatedFleet(starving());
    const run = (runId: string, text: string): Promise<Report | undefined> =>
      runInline(
        {
          ...runDeps(store, fleet, { now: Date.parse(runId) }),
          policySource: { name: 'policy.yaml', read: () => Promise.resolve(text) },
        },
        { ...request, runId },
      );
    expect(severityIn(await run(request.runId, good))).toEqual(['info']);
    const second = await run(later, bad);
    expect(severityIn(second)).toEqual(['info']);
    expect(second?.run.notes).toEqual([
      expect.stringMatching(/^policy: policy\.yaml:3:.*the last valid policy is used$/u),
    ]);
  }, 60_000);

  test('a bad first version: every rule as it comes, and the run says so', async () => {
    const store = await azurite.freshStore();
    // A process remembers the policy of a run by the id of the run, and this is another store.
    const runId = '2026-11-23T18:00:00Z';
    const deps = {
      ...runDeps(store, simulatedFleet(starving()), { now: Date.parse(runId) }),
      policySource: { name: 'policy.yaml', read: () => Promise.resolve(bad) },
    };
    const report = await runInline(deps, { ...request, runId });
    expect(report?.summary.findings.critical).toBeGreaterThan(0);
    expect(report?.run.notes).toEqual([expect.stringContaining('no earlier policy exists')]);
  }, 60_000);
});

/** Severities of one rule's findings, each once. */
function severityIn(report: Report | undefined): readonly string[] {
  const findings = report?.clusters.flatMap((cluster) => cluster.findings) ?? [];
  const starved = findings.filter(({ rule }) => rule === 'traffic/starved-endpoints');
  return [...new Set(starved.map(({ severity }) => severity))];
}

/** Planted secrets in anything that runs have kept. */
async function secretsIn(store: Store): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const name of store.listBlobs('')) {
    const bytes = await store.readBlob(name, 64 * 1024 * 1024);
    if (bytes !== undefined) found.push(...leaksIn(gunzipSync(bytes).toString('utf8')));
  }
  return found;
}
