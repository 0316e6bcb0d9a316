import { subjectText, type Read, type Reason, type ServiceName } from '../model/index.ts';
import { derived } from '../facts/index.ts';
import { distinct } from '../fixes/text.ts';
import { modeAnnotationUnknownSet } from './load-balancer/mode-annotation-unknown-set.ts';
import { noEligibleLoadBalancer } from './multi-lb/no-eligible-load-balancer.ts';
import { unknownConfiguration } from './multi-lb/unknown-configuration.ts';
import { invalidSettings } from './probe/invalid-settings.ts';
import type { CheckResult, Fault, Rule } from './rule.ts';
import { conflictingSourceRanges } from './service/conflicting-source-ranges.ts';
import { idleTimeoutInvalid } from './service/idle-timeout-invalid.ts';
import { nodePortsDisabled } from './service/node-ports-disabled.ts';
import { portConflict } from './service/port-conflict.ts';
import { privateLinkUnsupported } from './service/private-link-unsupported.ts';
import { publicIpUnusable } from './service/public-ip-unusable.ts';
import { unsupportedProtocol } from './service/unsupported-protocol.ts';

/** A rule whose findings say why the cloud provider does not finish a Service. */
interface Refusing {
  readonly rule: Rule;
  /** Causes with which it finishes all the same. */
  readonly harmless?: readonly string[];
}

const ofService: readonly Refusing[] = [
  {
    rule: conflictingSourceRanges,
    harmless: ['allowed-service-tags'],
  },
  { rule: idleTimeoutInvalid },
  { rule: nodePortsDisabled },
  { rule: portConflict },
  { rule: privateLinkUnsupported },
  { rule: publicIpUnusable },
  {
    rule: unsupportedProtocol,
    harmless: ['high-availability-ports'],
  },
];

const ofOthers: readonly Refusing[] = [
  { rule: invalidSettings },
  { rule: modeAnnotationUnknownSet },
  { rule: noEligibleLoadBalancer },
  {
    rule: unknownConfiguration,
    harmless: ['some-unknown-names'],
  },
];

export interface Refusals {
  /** Rules with a `service/…` finding by Service, as `namespace/name`. */
  readonly ofService: ReadonlyMap<string, readonly string[]>;
  /** The same with findings of other families. */
  readonly all: ReadonlyMap<string, readonly string[]>;
  /** Why it is not known whether one of the `service/…` findings would name a Service. */
  readonly doubtOf: (service: ServiceName) => Reason | undefined;
  /** The same of all of them. */
  readonly anyDoubtOf: (service: ServiceName) => Reason | undefined;
}

/** Which Services the cloud provider does not finish, by findings that follow from objects alone: no event is among them. */
export const provenRefusals = derived(
  'provenRefusals',
  { needs: [], helps: [...ofService, ...ofOthers].map(({ rule }) => rule.outcome) },
  (outcomes): Refusals => {
    const own = ofService.map((each) => ({ ...each, outcome: outcomes[each.rule.meta.id] }));
    const others = ofOthers.map((each) => ({ ...each, outcome: outcomes[each.rule.meta.id] }));
    const refusedOwn = own.flatMap(refusedBy);
    return {
      ofService: rulesByService(refusedOwn),
      all: rulesByService([...refusedOwn, ...others.flatMap(refusedBy)]),
      doubtOf: doubts(own.flatMap(({ outcome }) => outcome ?? [])),
      anyDoubtOf: doubts([...own, ...others].flatMap(({ outcome }) => outcome ?? [])),
    };
  },
);

type RefusedService = readonly [service: string, rule: string];

type JudgedRule = Refusing & { readonly outcome: Read<CheckResult> | undefined };

/** Services with a finding of the rule that stops the cloud provider. */
function refusedBy({ outcome, rule, harmless = [] }: JudgedRule): readonly RefusedService[] {
  if (outcome?.kind !== 'read') return [];
  const stops = ({ causes = [] }: Fault): boolean =>
    causes.some((cause) => !harmless.includes(cause));
  return outcome.value.faults
    .filter(stops)
    .map(({ subject }) => [subjectText(subject), rule.meta.id]);
}

function rulesByService(all: readonly RefusedService[]): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(all, ([service]) => service);
  return new Map(
    [...groups].map(([service, each]) => [service, distinct(each.map(([, rule]) => rule))]),
  );
}

/** A rule that did not run leaves every Service in doubt, one that did those that it could not judge. */
function doubts(
  outcomes: readonly Read<CheckResult>[],
): (service: ServiceName) => Reason | undefined {
  const [unread] = outcomes.filter((outcome) => outcome.kind === 'unread');
  const unjudged = new Map(
    outcomes
      .flatMap((outcome) => (outcome.kind === 'read' ? (outcome.value.unknown ?? []) : []))
      .flatMap((each) => ('subject' in each ? [[subjectText(each.subject), each] as const] : [])),
  );
  return (service) => unread ?? unjudged.get(subjectText(service));
}
