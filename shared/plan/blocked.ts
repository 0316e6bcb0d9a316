import { openFailures } from '../facts/open-failures.ts';
import { subjectText, valueOr, type ClusterSnapshot } from '../model/index.ts';
import { provenRefusals } from '../rules/proven-refusals.ts';
import type { BlockedOf } from './cloud.ts';
import { same } from './fields.ts';

/** Failures of single nodes or pods: the Service itself is reconciled. */
const ofNodes = new Set([
  'FailedToFindLoadBalancerForNode',
  'FailedToStartServiceHealthcheck',
  'UnAvailableLoadBalancer',
]);

/** Refusals that come after the load balancer is written: what is missing are its address and the security rules. */
const late = ['conflicting-source-ranges', 'private-link-unsupported'];

export interface BlockedServices {
  readonly blockedOf: BlockedOf;
  /** Whether the provider refused the Service before. */
  readonly wasRefused: (key: string) => boolean;
  /** Services, as `namespace/name`, whose reason to fail the change removes: the provider tries again. */
  readonly freed: ReadonlySet<string>;
}

/**
 * Which Services the cloud provider would not finish in the changed cluster: those that a finding
 * says it refuses, and those that it failed on before for a reason which no finding explains.
 */
export function blockedServices(before: ClusterSnapshot, after: ClusterSnapshot): BlockedServices {
  const was = refusedIn(before);
  const now = refusedIn(after);
  const old = new Map(valueOr(before.services, []).map((each) => [subjectText(each), each]));
  const failing = openFailures(
    valueOr(before.serviceEvents, []).filter(({ reason }) => !ofNodes.has(reason)),
  );
  return {
    freed: new Set(
      valueOr(after.services, [])
        .map(subjectText)
        .filter((key) => was.has(key) && !now.has(key)),
    ),
    wasRefused: (key) => was.has(key),
    blockedOf: (key, service) => {
      const codes = now.get(key);
      if (codes !== undefined)
        return {
          kind: codes.every((code) => late.includes(code)) ? 'late' : 'refused',
          why: `its findings say why (${codes.join(', ')})`,
        };
      const failure = failing.get(key);
      if (failure === undefined || was.has(key)) return undefined;
      return same(old.get(key), service)
        ? 'stays'
        : {
            kind: 'unsure',
            why: `the last update of the Service failed (${failure.reason}), and whether this change lifts the cause is not known`,
          };
    },
  };
}

/** Names of findings by Service. */
function refusedIn(snapshot: ClusterSnapshot): ReadonlyMap<string, readonly string[]> {
  const refusals = provenRefusals.of(snapshot);
  return refusals.kind === 'read' ? refusals.value.all : new Map();
}
