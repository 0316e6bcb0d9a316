import { createHash } from 'node:crypto';
import type {
  Effect,
  Plan,
  PortOutcome,
  PortAfter,
  PortPlan,
  PortState,
  ShareRange,
} from '../../plan/index.ts';
import { percent, percentNumber, sharesList, verdictWords } from '../../report/index.ts';

export const effectWords: Readonly<Record<Effect, string>> = {
  better: 'better',
  same: 'no worse',
  worse: 'worse',
  'maybe-worse': 'may get worse',
  unknown: 'unknown',
};

/** By which plans of one cluster are known again: `aks-app-1f2e3d4c`; other clusters may have its name. */
export function planKey({ cluster: { id, name } }: Pick<Plan, 'cluster'>): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 8);
  return `${name.replaceAll(/[^\w.-]/gu, '_').slice(0, 63)}-${hash}`;
}

/** `100/0/0 (pods without traffic)`, `33/33/33`, `none`. */
function outcomeText({ verdict, lost, endpoints }: PortOutcome): string {
  if (verdict === 'unknown') return 'unknown';
  const shares = sharesList(
    endpoints.filter(({ ready, share }) => ready || share > 0).map(({ share }) => share),
  );
  const loss = lost > 0 && verdict !== 'none' ? `, ${percent(lost)} lost` : '';
  return verdict === 'even' ? `${shares}${loss}` : `${shares}${loss} (${verdictWords[verdict]})`;
}

/** A port as it is; `undefined` = it does not exist. */
export function beforeText(before: PortState | undefined): string {
  return before === undefined ? 'does not exist' : outcomeText(before);
}

/** A port as the plan leaves it; `undefined` = it is gone. */
export function afterText(after: PortAfter | undefined): string {
  if (after === undefined) return 'is gone';
  switch (after.certainty) {
    case 'exact':
      return outcomeText(after);
    case 'unknown':
      return `unknown: ${after.why}`;
    case 'range':
      return `likely ${outcomeText(after.likely)}`;
  }
}

/** What the scheduler may make of it; nothing where all placements give the same. */
export function rangeLines(after: PortAfter | undefined): readonly string[] {
  if (after?.certainty !== 'range') return [];
  return [
    `best ${outcomeText(after.best)}: ${nodesText(after.best)}`,
    `worst ${outcomeText(after.worst)}: ${nodesText(after.worst)}`,
    `a ready pod gets ${rangeText(after.share)}, lost ${rangeText(after.lost)}`,
  ];
}

/** `2 on aks-user-0, 1 on aks-user-1` */
function nodesText({ endpoints }: PortOutcome): string {
  const counts = new Map<string, number>();
  for (const { node = 'no node' } of endpoints) counts.set(node, (counts.get(node) ?? 0) + 1);
  const all = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const shown = all.slice(0, 6).map(([node, count]) => `${count} on ${node}`);
  return all.length > 6 ? `${shown.join(', ')} and ${all.length - 6} more nodes` : shown.join(', ');
}

function rangeText({ min, max }: ShareRange): string {
  return max - min < 1e-9 ? percent(max) : `${percentNumber(min)} to ${percent(max)}`;
}

/** What of a port's path changes besides its shares: source address, load balancer, probe, address. */
export function pathChanges({ before, after }: PortPlan): readonly string[] {
  if (after === undefined || after.certainty === 'unknown') return [];
  const lines: string[] = [];
  if (before === undefined || sourceText(before) !== sourceText(after))
    lines.push(
      `pods see ${sourceText(after)}${before === undefined ? '' : `, not ${sourceText(before)}`}`,
    );
  if (before?.loadBalancer !== after.loadBalancer)
    lines.push(
      `load balancer: ${before?.loadBalancer ?? '(none)'} → ${after.loadBalancer ?? '(none)'}`,
    );
  if (probeText(before) !== probeText(after))
    lines.push(`probe: ${probeText(before)} → ${probeText(after)}`);
  if (before?.frontend !== undefined && before.frontend !== after.frontend)
    lines.push(`address: ${before.frontend} → a new one`);
  return lines;
}

function sourceText(state: Pick<PortState, 'sourceAddress'>): string {
  return state.sourceAddress === 'client' ? 'the client address' : "a node's address";
}

function probeText(state: Pick<PortState, 'probe'> | undefined): string {
  const { probe } = state ?? {};
  return probe === undefined ? 'none' : `${probe.protocol} ${probe.port}${probe.path ?? ''}`;
}
