import type { Plan, PlannedFinding, Problem, ServicePlan } from '../../plan/index.ts';
import { markdownTable, markdownText as md } from '../../report/index.ts';
import { afterText, beforeText, planKey, effectWords, rangeLines, pathChanges } from './words.ts';
import { summary } from './text.ts';

const mostRows = 100;

/** The plan as a comment of a pull request; its first line finds the comment again. */
export function planMarkdown(plan: Plan): string {
  const lines = [
    `<!-- evenkeel plan: ${planKey(plan)} -->`,
    `## Evenkeel: traffic of ${md(plan.cluster.name)} after this change`,
    '',
    `**${md(summary(plan))}** Cluster state from ${md(plan.takenAt)}; nothing was applied.`,
    '',
    ...traffic(plan.services),
    ...choices(plan.services),
    ...findings('New findings', plan.findings.new),
    ...findings('Findings that are resolved', plan.findings.gone),
    ...list('Unknown', plan.unknown),
    ...list(
      'Pods that are rescheduled',
      plan.placements.map(
        ({ kind, namespace, name, pods, nodeCount, notes }) =>
          `${kind} ${namespace}/${name}: ${pods} on any of ${nodeCount} nodes${notes.length > 0 ? `; ${notes.join('; ')}` : ''}`,
      ),
    ),
    ...list('Not planned', [...plan.problems, ...plan.ignored].map(problemText)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function traffic(services: readonly ServicePlan[]): readonly string[] {
  if (services.length === 0) return ['No Service of type LoadBalancer changes.', ''];
  const rows = services.flatMap(({ namespace, name, ports }) =>
    ports.map((port) => [
      md(`${namespace}/${name}`),
      md(`${port.port}/${port.protocol}${port.family === 'IPv6' ? ' IPv6' : ''}`),
      md(beforeText(port.before)),
      md(afterText(port.after)),
      md(pathChanges(port).join('; ')),
      effectWords[port.effect],
    ]),
  );
  return [
    ...markdownTable(
      ['Service', 'Port', 'Before, shares %', 'After, shares %', 'Way in', 'Effect'],
      rows.slice(0, mostRows),
    ),
    ...more(rows.length),
  ];
}

/** What the scheduler may make of it. */
function choices(services: readonly ServicePlan[]): readonly string[] {
  const lines = services.flatMap(({ namespace, name, ports, notes }) => [
    ...ports.flatMap((port) =>
      rangeLines(port.after).map(
        (line) => `- ${md(`${namespace}/${name} ${port.port}/${port.protocol}: ${line}`)}`,
      ),
    ),
    ...notes.map((note) => `- ${md(`${namespace}/${name}: ${note}`)}`),
  ]);
  return lines.length === 0 ? [] : [...lines.slice(0, mostRows), ...more(lines.length), ''];
}

function findings(title: string, all: readonly PlannedFinding[]): readonly string[] {
  if (all.length === 0) return [];
  const rows = all
    .slice(0, mostRows)
    .map(({ finding, certainty, place }) => [
      finding.severity,
      md(finding.title),
      md(finding.rule),
      certainty,
      place === undefined ? '' : md(`${place.file}:${place.line}`),
    ]);
  return [
    `### ${title}`,
    '',
    ...markdownTable(['Severity', 'Finding', 'Rule', 'Certainty', 'Manifest'], rows),
    ...more(all.length),
  ];
}

function list(title: string, all: readonly string[]): readonly string[] {
  if (all.length === 0) return [];
  return [
    `### ${title}`,
    '',
    ...all.slice(0, mostRows).map((line) => `- ${md(line)}`),
    ...more(all.length),
    '',
  ];
}

function problemText({ place, text }: Problem): string {
  return place === undefined ? text : `${place.file}:${place.line}: ${text}`;
}

function more(count: number): readonly string[] {
  return count > mostRows ? ['', `and ${count - mostRows} more.`, ''] : [];
}
