import { counted } from '../../model/index.ts';
import { isOpen, severities, worstSeverity } from '../../findings/index.ts';
import { notJudged } from '../coverage.ts';
import type { ClusterReport } from '../report.ts';
import type { PageContext } from './context.ts';
import { markup, trusted, type Markup } from './markup.ts';

const pitch = 12;
const columns = 100;
/** Side of a cluster's square: worse is larger, so that nothing hangs on colour. */
const sides = { critical: 11, high: 9, medium: 7, low: 5, info: 4, clean: 3, unknown: 9 } as const;

type ClusterKind = keyof typeof sides;
const kindsInOrder = [...severities, 'clean', 'unknown'] as const satisfies readonly ClusterKind[];

const words: Readonly<Record<ClusterKind, string>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  info: 'info',
  clean: 'nothing open',
  unknown: 'not scanned',
};

/** Every cluster of the fleet as a square by its worst open finding, in the order of the report. */
export function strip({ report }: PageContext): Markup {
  const paths = new Map<ClusterKind, string>();
  const counts = new Map<ClusterKind, number>();
  for (const [at, cluster] of report.clusters.entries()) {
    const kind = kindOf(cluster);
    const x = (at % columns) * pitch;
    const y = Math.floor(at / columns) * pitch;
    paths.set(kind, (paths.get(kind) ?? '') + square(x, y, kind));
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const kinds = kindsInOrder.filter((kind) => paths.has(kind));
  const height = Math.ceil(report.clusters.length / columns) * pitch;
  const said = kinds.map((kind) => `${counts.get(kind) ?? 0} ${words[kind]}`).join(', ');
  return markup`<h3>Every cluster</h3><p class="dim">One square for each cluster by name; the larger, the worse its worst open finding. <span class="script-only">Point at one for its name, press it for its findings.</span></p><ul class="legend">${kinds.map(
    (kind) =>
      markup`<li><svg viewBox="0 0 12 12" class="strip key" aria-hidden="true"><path class="${kind}" d="${trusted(square(0, 0, kind))}"/></svg>${words[kind]}: ${counted(counts.get(kind) ?? 0, 'cluster')}</li>`,
  )}</ul><svg class="strip" id="strip" viewBox="0 0 ${columns * pitch} ${height}" role="img" aria-label="${said}">${kinds.map(
    (kind) => markup`<path class="${kind}" d="${trusted(paths.get(kind) ?? '')}"/>`,
  )}</svg><p class="small script-only" id="strip-name" aria-live="polite">&#160;</p>`;
}

function square(x: number, y: number, kind: ClusterKind): string {
  const side = sides[kind];
  const gap = (pitch - side) / 2;
  const [left, top] = [x + gap, y + gap];
  if (kind === 'unknown') return `M${left} ${top}l${side} ${side}m0-${side}l-${side} ${side}`;
  return `M${left} ${top}h${side}v${side}h-${side}z`;
}

function kindOf(cluster: ClusterReport): ClusterKind {
  if (notJudged(cluster)) return 'unknown';
  return worstSeverity(cluster.findings.filter(isOpen)) ?? 'clean';
}
