import type { ClusterSnapshot } from '../model/index.ts';
import { modeAnnotationUnknownSet } from '../rules/load-balancer/mode-annotation-unknown-set.ts';
import { noEligibleLoadBalancer } from '../rules/multi-lb/no-eligible-load-balancer.ts';
import { unknownConfiguration } from '../rules/multi-lb/unknown-configuration.ts';
import { invalidSettings } from '../rules/probe/invalid-settings.ts';
import type { Fault, Rule } from '../rules/rule.ts';
import { subjectText, valueOr } from '../model/index.ts';
import { distinct } from '../fixes/text.ts';
import { conflictingSourceRanges } from '../rules/service/conflicting-source-ranges.ts';
import { idleTimeoutInvalid } from '../rules/service/idle-timeout-invalid.ts';
import { nodePortsDisabled } from '../rules/service/node-ports-disabled.ts';
import { portConflict } from '../rules/service/port-conflict.ts';
import { privateLinkUnsupported } from '../rules/service/private-link-unsupported.ts';
import { publicIpUnusable } from '../rules/service/public-ip-unusable.ts';
import { openFailuresOf } from './open-failures.ts';
import { unsupportedProtocol } from '../rules/service/unsupported-protocol.ts';

/** A rule whose findings say why the cloud provider does not finish a Service. */
interface Refusing {
  readonly rule: Rule;
  /** What the finding is called among the causes of others. */
  readonly code: string;
  /** Causes with which it finishes all the same. */
  readonly harmless?: readonly string[];
}

const ofService: readonly Refusing[] = [
  {
    rule: conflictingSourceRanges,
    code: 'conflicting-source-ranges',
    harmless: ['allowed-service-tags'],
  },
  { rule: idleTimeoutInvalid, code: 'idle-timeout-invalid' },
  { rule: nodePortsDisabled, code: 'node-ports-disabled' },
  { rule: portConflict, code: 'port-conflict' },
  { rule: privateLinkUnsupported, code: 'private-link-unsupported' },
  { rule: publicIpUnusable, code: 'public-ip-unusable' },
  {
    rule: unsupportedProtocol,
    code: 'unsupported-protocol',
    harmless: ['high-availability-ports'],
  },
];

const ofOthers: readonly Refusing[] = [
  { rule: invalidSettings, code: 'invalid-probe-settings' },
  { rule: modeAnnotationUnknownSet, code: 'mode-annotation-unknown-set' },
  { rule: noEligibleLoadBalancer, code: 'no-eligible-load-balancer' },
  {
    rule: unknownConfiguration,
    code: 'unknown-configuration',
    harmless: ['some-unknown-names'],
  },
];

/** Failures with which the cloud provider finishes a Service all the same. */
const harmlessFailures = [
  'FailedToFindLoadBalancerForNode',
  'FailedToStartServiceHealthcheck',
  'LoadBalancerBackendPoolUpdateFailed',
  'UnAvailableLoadBalancer',
  'UpdateLoadBalancerFailed',
];

interface Refusals {
  /** Names of `service/…` findings by Service, as `namespace/name`. */
  readonly ofService: ReadonlyMap<string, readonly string[]>;
  /** Those, and findings of other families, that follow from objects alone: no event is among them. */
  readonly proven: ReadonlyMap<string, readonly string[]>;
  /** All of them. */
  readonly all: ReadonlyMap<string, readonly string[]>;
}

const known = new WeakMap<ClusterSnapshot, Refusals>();

/** Which Services the cloud provider does not finish, by the findings that say so; worked out once. */
export function refusals(snapshot: ClusterSnapshot): Refusals {
  const found = known.get(snapshot);
  if (found !== undefined) return found;
  const own = ofService.flatMap((each) => refusedBy(each, snapshot));
  const others = ofOthers.flatMap((each) => refusedBy(each, snapshot));
  const failed = failedBy(snapshot);
  const result = {
    ofService: codesByService([...own, ...failed]),
    proven: codesByService([...own, ...others]),
    all: codesByService([...own, ...others, ...failed]),
  };
  known.set(snapshot, result);
  return result;
}

type Refused = readonly [service: string, code: string];

/** Services with a finding of the rule that stops the cloud provider. */
function refusedBy(
  { rule, code, harmless = [] }: Refusing,
  snapshot: ClusterSnapshot,
): readonly Refused[] {
  const outcome = rule.run(snapshot);
  if (outcome.kind === 'unknown') return [];
  const stops = ({ causes = [] }: Fault): boolean =>
    causes.some((cause) => !harmless.includes(cause));
  return outcome.faults.filter(stops).map(({ subject }) => [subjectText(subject), code]);
}

/** Services of which an event says that the cloud provider failed, and nothing newer that it did not. */
function failedBy({ services, serviceEvents }: ClusterSnapshot): readonly Refused[] {
  const eventsOf = Map.groupBy(
    valueOr(serviceEvents, []),
    (event) => `${event.namespace}/${event.service}`,
  );
  return valueOr(services, [])
    .filter(({ loadBalancerClass }) => loadBalancerClass === undefined)
    .map(subjectText)
    .filter((name) =>
      openFailuresOf(eventsOf.get(name) ?? []).some(
        ({ reason }) => !harmlessFailures.includes(reason),
      ),
    )
    .map((name) => [name, 'sync-failed']);
}

function codesByService(all: readonly Refused[]): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(all, ([service]) => service);
  return new Map(
    [...groups].map(([service, each]) => [service, distinct(each.map(([, code]) => code))]),
  );
}
