import { migrationMarkdown, migrationText } from '../report/index.ts';
import { audits } from './audit.ts';
import { limitHeapGrowth } from './memory.ts';
import { oneOf, readOptions } from './options.ts';
import { oneLine, type Terminal } from './terminal.ts';
import { writeFile } from './write-file.ts';

const options = {
  from: { type: 'string', multiple: true, default: [] as string[] },
  at: { type: 'string' },
  subscription: { type: 'string', multiple: true, default: [] as string[] },
  cluster: { type: 'string', multiple: true, default: [] as string[] },
  kubernetes: { type: 'string' },
  policy: { type: 'string' },
  format: { type: 'string', default: 'text' },
  output: { type: 'string' },
} as const;

/** `evenkeel migration`: hosts on NGINX and on Gateways side by side. 3 where nothing was audited. */
export async function migration(args: readonly string[], io: Terminal): Promise<number> {
  const { values } = readOptions(args, options);
  limitHeapGrowth(values.from);
  const format = oneOf('format', values.format, ['text', 'markdown', 'json']);
  const audited = await audits({ ...values, verify: false }, io);
  if (typeof audited === 'number') return audited;
  const { report, problems } = audited;
  for (const problem of problems) io.err(`evenkeel migration: ${oneLine(problem)}\n`);
  const text =
    format === 'json'
      ? `${JSON.stringify(
          report.clusters.map(({ id, name, migration: hosts }) => ({ id, name, migration: hosts })),
          undefined,
          2,
        )}\n`
      : format === 'markdown'
        ? migrationMarkdown(report)
        : migrationText(report);
  if (values.output === undefined) io.out(text);
  else writeFile(values.output, text, 'migration');
  const judged = report.clusters.some(
    ({ result }) => result === 'complete' || result === 'partial',
  );
  return judged ? 0 : 3;
}
