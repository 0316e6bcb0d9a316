import { give, slicesOf, type Given, type Source, type Sources } from '../facts/index.ts';
import { sliceNames, type ClusterSnapshot, type SliceName } from '../model/index.ts';
import { traffic } from '../traffic/index.ts';
import {
  defaultSettings,
  type CheckResult,
  type Evidence,
  type EvidenceValue,
  type Rule,
  type RuleContext,
  type RuleMeta,
} from './rule.ts';

type Legacy = SliceName | 'traffic';
type FromLegacy<L> = L extends 'traffic' ? typeof traffic : L extends SliceName ? L : never;

/** Until every rule names what it needs and what helps: needs by name, and the snapshot beside them. */
export function defineRule<const L extends readonly Legacy[]>(
  meta: RuleMeta,
  needs: L,
  check: (
    given: Given<readonly FromLegacy<L[number]>[], readonly []>,
    context: RuleContext & { readonly snapshot: ClusterSnapshot },
  ) => CheckResult,
): Rule;
/**
 * A rule from its texts, what it needs and what helps, and its check. The check receives these by
 * name, needs as values and helps as `Read`, and nothing else of the snapshot; where a need was not
 * read the rule is `unknown` and the check does not run. Lists of evidence are cut to 50 items and
 * texts to 300 characters here, so that no rule need think of it.
 */
export function defineRule<
  const N extends readonly Source[],
  const H extends readonly Source[] = readonly [],
>(
  meta: RuleMeta,
  sources: Sources<N, H>,
  check: (given: Given<N, H>, context: RuleContext) => CheckResult,
): Rule;
export function defineRule(
  meta: RuleMeta,
  sources: readonly Legacy[] | Sources<readonly Source[], readonly Source[]>,
  check: (given: never, context: never) => CheckResult,
): Rule {
  const legacy = 'needs' in sources ? undefined : sources;
  const needs = legacy?.map((each) => (each === 'traffic' ? traffic : each)) ?? needsOf(sources);
  const helps = legacy === undefined && 'needs' in sources ? (sources.helps ?? []) : snapshotSlices;
  return {
    meta,
    needs,
    helps,
    slices: slicesOf([...needs, ...helps]),
    run(snapshot, settings = defaultSettings) {
      const given = give(snapshot, needs, legacy === undefined ? helps : []);
      if (given.kind === 'missing') {
        const { slices, unread } = given;
        return { kind: 'unknown', slices, code: unread.code ?? 'unreachable', why: unread.why };
      }
      const context = legacy === undefined ? { settings } : { settings, snapshot };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the overloads say what is given
      const result = check(given.value as never, context as never);
      const faults = result.faults.map((fault) => ({ ...fault, evidence: cut(fault.evidence) }));
      return { kind: 'checked', faults, unknown: result.unknown ?? [] };
    },
  };
}

const snapshotSlices = sliceNames.filter(
  (name) => !['backendHealth', 'loadBalancerMetrics', 'resourceChanges'].includes(name),
);

function needsOf(
  sources: readonly Legacy[] | Sources<readonly Source[], readonly Source[]>,
): readonly Source[] {
  return 'needs' in sources ? sources.needs : [];
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
