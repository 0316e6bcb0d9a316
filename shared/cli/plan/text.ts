import type { ObjectChange, Plan, PlannedFinding, Problem, ServicePlan } from '../../plan/index.ts';
import { clean } from '../../report/index.ts';
import { afterText, beforeText, effectWords, rangeLines, wayChanges } from './words.ts';

interface Screen {
  readonly width: number;
  readonly colour: boolean;
}

const signs = { create: '+', update: '~', delete: '-', unchanged: ' ' } as const;
const mostLines = 200;

/** The plan for people at a terminal, in the form of `terraform plan`. */
export function planText(plan: Plan, { colour }: Screen): string {
  const paint = (code: string, text: string): string =>
    colour ? `\u001B[${code}m${text}\u001B[0m` : text;
  const bold = (text: string): string => paint('1', text);
  const lines = [
    bold(`Plan for ${clean(plan.cluster.name)}`) + `, cluster state from ${clean(plan.takenAt)}`,
    '',
    ...section('Changes', plan.changes.flatMap(changeLines)),
    ...section(
      'Traffic',
      plan.services.flatMap((service) => serviceLines(service, paint)),
    ),
    ...section(
      'Placement',
      plan.placements.flatMap((each) => [
        `${clean(each.kind)} ${clean(each.namespace)}/${clean(each.name)}: ${each.pods} ${each.pods === 1 ? 'pod' : 'pods'} on any of ${each.nodeCount} ${each.nodeCount === 1 ? 'node' : 'nodes'}${nodeNames(each.nodes)}`,
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
    bold(summary(plan)),
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

function changeLines({
  kind,
  namespace,
  name,
  action,
  place,
  fields,
  notes,
}: ObjectChange): readonly string[] {
  const title = `${clean(kind)} ${namespace === undefined ? '' : `${clean(namespace)}/`}${clean(name)}`;
  const where = place === undefined ? '' : `  (${clean(place.file)}:${place.line})`;
  return [
    `${signs[action]} ${title}${action === 'unchanged' ? ': no change' : ''}${where}`,
    ...[...fields, ...notes].map((line) => `    ${clean(line)}`),
  ];
}

function serviceLines(
  { namespace, name, action, effect, ports, notes }: ServicePlan,
  paint: (code: string, text: string) => string,
): readonly string[] {
  const colours = {
    worse: '31',
    unknown: '36',
    'maybe-worse': '33',
    better: '32',
    same: '2',
  } as const;
  return [
    `${signs[action]} ${clean(namespace)}/${clean(name)}: ${paint(colours[effect], effectWords[effect])}`,
    ...ports.flatMap((port) => [
      `    ${port.port}/${clean(port.protocol)}${port.family === 'IPv6' ? ' IPv6' : ''}  ${beforeText(port.before)} → ${clean(afterText(port.after))}`,
      ...[...rangeLines(port.after), ...wayChanges(port)].map((line) => `        ${clean(line)}`),
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
  sign: string,
  { finding, certainty, place }: PlannedFinding,
  paint: (code: string, text: string) => string,
): string {
  const codes: Readonly<Record<string, string>> = {
    critical: '1;37;41',
    high: '31',
    medium: '33',
    low: '34',
    info: '2',
  };
  const where = place === undefined ? '' : `  (${clean(place.file)}:${place.line})`;
  const sure = certainty === 'certain' ? '' : ` [${certainty}]`;
  return `${sign} ${paint(codes[finding.severity] ?? '0', finding.severity)}${sure} ${clean(finding.title)}  ${clean(finding.rule)}${where}`;
}

export function problemLine({ place, text }: Problem): string {
  return clean(place === undefined ? text : `${place.file}:${place.line}: ${text}`);
}

/** `Plan: 2 Services change (1 worse), 3 new findings, 1 goes away, 4 Services unchanged.` */
export function summary({ services, findings, unchangedServices, effect }: Plan): string {
  const worse = services.filter((each) => each.effect === 'worse').length;
  return `Plan: traffic ${effectWords[effect]}; ${count(services.length, 'Service changes', 'Services change')}${worse > 0 ? ` (${worse} worse)` : ''}, ${unchangedServices} unchanged; ${count(findings.new.length, 'new finding', 'new findings')}, ${findings.gone.length} gone.`;
}

function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
