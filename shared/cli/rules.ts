import { painter, severityColours } from '../report/index.ts';
import { allRules, severities } from '../rules/index.ts';
import { oneOf, readOptions } from './options.ts';
import type { Invocation } from './terminal.ts';

/** `evenkeel rules`: a line for each rule, or the same as JSON. */
export function listRules({ args, io }: Invocation): number {
  const { values } = readOptions(args, { format: { type: 'string', default: 'text' } });
  const format = oneOf('format', values.format, ['text', 'json']);
  if (format === 'json') {
    const rules = allRules.map(({ meta }) => meta);
    io.out(`${JSON.stringify(rules, undefined, 2)}\n`);
    return 0;
  }
  const idWidth = Math.max(...allRules.map(({ meta }) => meta.id.length));
  const severityWidth = Math.max(...severities.map((severity) => severity.length));
  const paint = painter(io.colour);
  for (const { meta } of allRules) {
    const severity = paint(severityColours[meta.severity], meta.severity.padEnd(severityWidth));
    io.out(`${meta.id.padEnd(idWidth)}  ${severity}  ${meta.title}\n`);
  }
  io.out(`\n${allRules.length} rules; ${io.command} explain RULE shows a rule's page.\n`);
  return 0;
}
