import { subjectText } from '../model/index.ts';
import type { UnknownRule } from './cluster-findings.ts';
import type { Finding } from './finding.ts';
import type { ObservedBefore } from './observed.ts';

const leftoverRule = 'load-balancer/leftover-rule';

/** Rules and frontends of no Service, by the load balancer that has them. */
export type LeftoverNames = Readonly<Record<string, readonly string[]>>;

const mostNames = 50;

/** What findings list as left over, for the next run. */
export function leftoverNames(findings: readonly Finding[]): LeftoverNames {
  return Object.fromEntries(
    findings
      .filter(({ rule, state }) => rule === leftoverRule && state !== 'resolved')
      .map((each) => [subjectText(each.subject), namesIn(each).slice(0, mostNames)] as const),
  );
}

function namesIn({ evidence }: Finding): readonly string[] {
  const { rules = [], frontends = [] } = evidence;
  return [rules, frontends].flatMap((list) =>
    (Array.isArray(list) ? list : []).flatMap((each: unknown) => {
      if (typeof each === 'string') return [each];
      const rule = typeof each === 'object' && each !== null && 'rule' in each ? each.rule : '';
      return typeof rule === 'string' && rule !== '' ? [rule] : [];
    }),
  );
}

/**
 * Where runs follow each other, what is left over is a finding from the second that sees it: a Service
 * may be on its way out, or in. What stands in a Service's way counts at once, and so does a single audit.
 */
export function seenTwice(
  findings: readonly Finding[],
  { leftovers }: Pick<ObservedBefore, 'leftovers'> = {},
): {
  readonly findings: readonly Finding[];
  readonly unknown: readonly UnknownRule[];
  readonly seenOnce: LeftoverNames;
} {
  const isOnce = (finding: Finding): boolean =>
    leftovers !== undefined &&
    finding.rule === leftoverRule &&
    finding.causes.includes('leftover') &&
    !namesIn(finding).some((name) => leftovers[subjectText(finding.subject)]?.includes(name));
  const once = findings.filter(isOnce);
  return {
    findings: findings.filter((each) => !once.includes(each)),
    seenOnce: leftoverNames(once),
    unknown: once.map((finding) => {
      const subject = subjectText(finding.subject);
      return {
        rule: leftoverRule,
        why: `${subject}: rules or frontends of no Service were seen in this run only; a second run decides`,
        subjects: [subject],
      };
    }),
  };
}
