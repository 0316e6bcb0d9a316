import type { ClusterReport } from '../../shared/report/report.ts';
import { severities } from '../../shared/rules/index.ts';

const low = severities.indexOf('low');
const bad: ReadonlySet<string> = new Set(['none', 'lost', 'starved']);

/** Services with a bad verdict that no finding above `low` is about, and that no `unknown` names. */
export function silentServices({
  services,
  findings,
  unknown,
}: Pick<ClusterReport, 'findings' | 'unknown'> & {
  readonly services: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly ports: readonly { readonly verdict: string }[];
  }[];
}): readonly string[] {
  return services
    .filter(({ ports }) => ports.some(({ verdict }) => bad.has(verdict)))
    .filter(
      ({ namespace, name }) =>
        !findings.some(
          ({ subject, severity }) =>
            subject.namespace === namespace &&
            subject.name === name &&
            severities.indexOf(severity) < low,
        ) && !unknown.some(({ why }) => why.includes(`${namespace}/${name}`)),
    )
    .map(({ namespace, name }) => `${namespace}/${name}`);
}
