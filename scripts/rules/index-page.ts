import { severities, type RuleMeta } from '../../shared/rules/index.ts';
import { families } from './families.ts';

/** The index of all rules for people, `docs/rules.md`, as prettier leaves it. */
export function indexPage(rules: readonly RuleMeta[]): string {
  const sections = [...families].flatMap(([family, about]) => {
    const own = rules.filter(({ id }) => id.startsWith(`${family}/`));
    return own.length === 0 ? [] : [`## ${family}\n\n${about}.\n\n${table(own)}\n`];
  });
  return [
    '# Rules\n',
    `Evenkeel knows ${rules.length} rules. Each has a page: what it finds, why it matters, an example that fires and one that is fine, how to fix it and its trade-off, when to exempt it. \`evenkeel explain RULE\` prints the page in a terminal, and \`evenkeel rules\` lists the rules.\n`,
    `The severity is what a finding has by default; some rules raise or lower it by circumstance, as their pages say, and a policy file may set another. From worst to least: ${severities.join(', ')}.\n`,
    ...sections,
    '<!-- Written by `npm run rules-index` from the rules themselves. -->\n',
  ].join('\n');
}

function table(rules: readonly RuleMeta[]): string {
  const rows = rules.map(({ id, severity, title }) => [
    `[\`${id}\`](../shared/rules/${id}.md)`,
    severity,
    title.replaceAll('|', String.raw`\|`),
  ]);
  const all = [['Rule', 'Severity', 'What it finds'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill = ' '): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const [head = [], ...body] = all;
  return [line(head), line(['', '', ''], '-'), ...body.map((row) => line(row))].join('\n');
}
