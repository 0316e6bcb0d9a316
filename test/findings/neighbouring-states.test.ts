import { describe, expect, test } from '@jest/globals';
import { auditSnapshot } from '../../shared/audit/audit-snapshot.ts';
import { unconfirmed, withoutUnconfirmed } from '../../shared/audit/second-reading.ts';
import { withoutContradictions } from '../../shared/collect/contradictions.ts';
import type { ClusterSnapshot, SliceName } from '../../shared/model/index.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { atLeast } from '../../shared/rules/index.ts';
import { folders } from '../fixes/folders.ts';
import { readCase } from '../plan/read-case.ts';
import { isLong, sampled } from '../support/long.ts';
import { neighboursOf } from './neighbouring-states.ts';

/** Azure's side of one state with Kubernetes' side of the next, and the other way round. */
const azureSide: readonly SliceName[] = [
  'loadBalancers',
  'networkInterfaces',
  'publicIpAddresses',
  'securityGroups',
];

function mixed(cluster: ClusterSnapshot, azure: ClusterSnapshot): ClusterSnapshot {
  return { ...cluster, ...Object.fromEntries(azureSide.map((name) => [name, azure[name]])) };
}

function reportOf(snapshot: ClusterSnapshot): ClusterReport {
  return auditSnapshot({ snapshot: withoutContradictions(snapshot), coverage: [] });
}

function told({ findings }: ClusterReport): readonly string[] {
  return findings
    .filter(({ severity }) => atLeast(severity, 'medium'))
    .map(({ rule, subject: { namespace = '', name } }) => `${rule} ${namespace}/${name}`);
}

/** What is told of the mixture and of none of the states. */
function torn(mixture: ClusterReport, states: readonly ClusterReport[]): readonly string[] {
  const known = new Set(states.flatMap(told));
  return told(mixture).filter((each) => !known.has(each));
}

/**
 * A Service is not gone before Azure's cloud provider has removed what it made for it, nor a node
 * before its VM; and where none of the ready pods is reached, that is told however young the pods are.
 */
const azureIsFirst = /is deleted|loses a node|moves to/u;

describe.each(sampled(folders, 7))('between two states of $name', ({ directory }) => {
  test('a second reading of Azure’s side confirms nothing that neither has', async () => {
    const { snapshot } = await readCase(directory);
    const before = reportOf(snapshot);
    const neighbours = isLong ? neighboursOf(snapshot) : sampled(neighboursOf(snapshot), 4);
    const wrong = neighbours.flatMap(({ title, after: next }) => {
      const after = reportOf(next);
      const late = reportOf(mixed(next, snapshot));
      const early = reportOf(mixed(snapshot, next));
      const found = [
        ...torn(withoutUnconfirmed(late, unconfirmed(late, after)), [before, after]),
        ...torn(withoutUnconfirmed(early, unconfirmed(early, before)), [before, after]),
        // What is half a minute old is a note while Azure is behind.
        ...(azureIsFirst.test(title) ? [] : torn(late, [before, after])),
      ];
      return found.map((each) => `${title}: ${each}`);
    });
    expect(wrong).toEqual([]);
  });
});
