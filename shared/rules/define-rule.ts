import type { ClusterSnapshot, Read } from '../model/index.ts';
import { clusterTraffic } from '../traffic/index.ts';
import {
  defaultSettings,
  type CheckResult,
  type Derived,
  type Evidence,
  type EvidenceValue,
  type Facts,
  type Need,
  type Rule,
  type RuleContext,
  type RuleMeta,
} from './rule.ts';

type Handed<N extends Need> = { readonly [K in N]: Facts[K] };

/**
 * A rule from its texts, the facts it needs and its check. The check receives those facts and no
 * others, unwrapped; when one was not read the rule answers `unknown` and the check does not run.
 * Lists of evidence are cut to 50 items and texts to 300 characters here, so that no rule need
 * think of it.
 */
export function defineRule<const N extends readonly Need[]>(
  meta: RuleMeta,
  needs: N,
  check: (facts: Handed<N[number]>, context: RuleContext) => CheckResult,
): Rule {
  return {
    meta,
    needs,
    run(snapshot, settings = defaultSettings) {
      const facts: Partial<Record<Need, unknown>> = {};
      for (const need of needs) {
        const slice = factOf(snapshot, need);
        if (slice.kind === 'unread') return { kind: 'unknown', why: `${need}: ${slice.why}` };
        facts[need] = slice.value;
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop above put every need in
      const result = check(facts as Handed<N[number]>, { snapshot, settings });
      const faults = result.faults.map((fault) => ({ ...fault, evidence: cut(fault.evidence) }));
      return { kind: 'checked', faults, unknown: result.unknown ?? [] };
    },
  };
}

const longestList = 50;
const longestText = 300;

function cut(evidence: Evidence): Evidence {
  return Object.fromEntries(
    Object.entries(evidence).map(([key, value]) => [key, cutValue(value)] as const),
  );
}

function cutValue(value: EvidenceValue): EvidenceValue {
  if (isList(value)) return value.slice(0, longestList).map(cutValue);
  if (typeof value === 'object') return cut(value);
  return typeof value === 'string' && value.length > longestText
    ? `${value.slice(0, longestText - 1)}…`
    : value;
}

/** `Array.isArray` alone does not know readonly lists. */
function isList(value: EvidenceValue): value is readonly EvidenceValue[] {
  return Array.isArray(value);
}

function factOf(snapshot: ClusterSnapshot, need: Need): Read<unknown> {
  return need === 'traffic' ? derive.traffic(snapshot) : snapshot[need];
}

const trafficOf = new WeakMap<ClusterSnapshot, Read<Derived['traffic']>>();

const derive: { readonly [K in keyof Derived]: (snapshot: ClusterSnapshot) => Read<Derived[K]> } = {
  traffic(snapshot) {
    const known = trafficOf.get(snapshot);
    if (known !== undefined) return known;
    const { services } = snapshot;
    const traffic: Read<Derived['traffic']> =
      services.kind === 'unread'
        ? { kind: 'unread', why: `services: ${services.why}` }
        : { kind: 'read', value: clusterTraffic(snapshot) };
    trafficOf.set(snapshot, traffic);
    return traffic;
  },
};

/** The traffic of a snapshot, worked out once however many rules ask. */
export function trafficFacts(snapshot: ClusterSnapshot): Read<Derived['traffic']> {
  return derive.traffic(snapshot);
}
