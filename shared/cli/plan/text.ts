import type { ObjectChange, Plan, PlannedFinding, Problem, ServicePlan } from '../../plan/index.ts';
import { clean, counted, painter, severityColours, type Paint } from '../../report/index.ts';
import { afterText, beforeText, effectWords, rangeLines, pathChanges } from './words.ts';

const signs = { create: '+', update: '~', delete: '-', unchanged: ' ' } as const;
const effectColours = {
  worse: 'red',
  unknown: 'cyan',
  'maybe-worse': 'yellow',
  better: 'green',
  same: 'dim',
} as const;
const mostLines = 200;

/** The plan for people at a terminal, in the form of `terraform plan`. */
export function planText(plan: Plan, colour: boolean): string {
  const paint = painter(colour);
  const lines = [
    paint('bold', `Plan for ${clean(plan.cluster.name)}`) +
      `, cluster state from ${clean(plan.takenAt)}`,
    '',
    ...section('Changes', plan.changes.flatMap(changeLines)),
    ...section(
      'Traffic',
      plan.services.flatMap((service) => serviceLines(service, paint)),
    ),
    ...section(
      'Placement',
      plan.placements.flatMap((each) => [
        `${clean(each.kind)} ${clean(each.namespace)}/${clean(each.name)}: ${counted(each.pods, 'pod')} on any of ${counted(each.nodeCount, 'node')}${nodeNames(each.nodes)}`,
        ...each.notes.map((note) => `    ${clean(note)}`),
      ]),
    ),
    ...section(
      'New findings',
      plan.findings.new.map((each) => findingLine('+', each, paint)),
    ),
    ...section(
      'Findings that are resolved',
      plan.findings.gone.map((each) => findingLine('-', each, paint)),
    ),
    ...section(
      'Unknown',
      plan.unknown.map((each) => clean(each)),
    ),
    ...section('Not planned', [...plan.problems, ...plan.ignored].map(problemLine)),
    paint('bold', summary(plan)),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length - mostLines;
  return [
    `${title}:`,
    ...lines.slice(0, mostLines).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more lines`] : []),
    '',
  ];
}

function changeLines(change: ObjectChange): readonly string[] {
  const { kind, namespace, name, action, place, fields, notes } = change;
  const title = `${clean(kind)} ${namespace === undefined ? '' : `${clean(namespace)}/`}${clean(name)}`;
  const where = place === undefined ? '' : `  (${clean(place.file)}:${place.line})`;
  return [
    `${signs[action]} ${title}${action === 'unchanged' ? ': no change' : ''}${where}`,
    ...[...fields, ...notes].map((line) => `    ${clean(line)}`),
  ];
}

function serviceLines(
  { namespace, name, action, effect, ports, notes }: ServicePlan,
  paint: Paint,
): readonly string[] {
  return [
    `${signs[action]} ${clean(namespace)}/${clean(name)}: ${paint(effectColours[effect], effectWords[effect])}`,
    ...ports.flatMap((port) => [
      `    ${port.port}/${clean(port.protocol)}${port.family === 'IPv6' ? ' IPv6' : ''}  ${beforeText(port.before)} → ${clean(afterText(port.after))}`,
      ...[...rangeLines(port.after), ...pathChanges(port)].map((line) => `        ${clean(line)}`),
    ]),
    ...notes.map((note) => `    ${clean(note)}`),
  ];
}

function nodeNames(nodes: readonly string[]): string {
  if (nodes.length === 0) return '';
  const shown = nodes.slice(0, 6).map((each) => clean(each));
  return `: ${shown.join(', ')}${nodes.length > shown.length ? ', …' : ''}`;
}

function findingLine(
  sign: '+' | '-',
  { finding, certainty, place }: PlannedFinding,
  paint: Paint,
): string {
  const where = place === undefined ? '' : `  (${clean(place.file)}:${place.line})`;
  const sure = certainty === 'certain' ? '' : ` [${certainty}]`;
  return `${sign} ${paint(severityColours[finding.severity], finding.severity)}${sure} ${clean(finding.title)}  ${clean(finding.rule)}${where}`;
}

/** `file:line: what is wrong`. */
export function problemLine({ place, text }: Problem): string {
  return clean(place === undefined ? text : `${place.file}:${place.line}: ${text}`);
}

/** `Plan: 2 Services change (1 worse), 3 new findings, 1 goes away, 4 Services unchanged.` */
export function summary({ services, findings, unchangedServices, effect, problems }: Plan): string {
  const worse = services.filter((each) => each.effect === 'worse').length;
  return `Plan: traffic ${effectWords[effect]}; ${counted(services.length, 'Service changes', 'Services change')}${worse > 0 ? ` (${worse} worse)` : ''}, ${unchangedServices} unchanged; ${counted(findings.new.length, 'new finding')}, ${findings.gone.length} gone${problems.length > 0 ? `; ${counted(problems.length, 'input')} could not be planned` : ''}.`;
}
