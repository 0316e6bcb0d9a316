import { migrationJson, migrationMarkdown, migrationText } from '../report/index.ts';
import { runAudit } from './audit.ts';
import { limitHeapGrowth } from './memory.ts';
import { noValues, readOptions } from './options.ts';
import { outputsOf, write } from './outputs.ts';
import { oneLine, type Invocation } from './terminal.ts';

const options = {
  from: { type: 'string', multiple: true, default: noValues },
  at: { type: 'string' },
  subscription: { type: 'string', multiple: true, default: noValues },
  cluster: { type: 'string', multiple: true, default: noValues },
  kubernetes: { type: 'string' },
  policy: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string', multiple: true, default: noValues },
} as const;

/** `evenkeel migration`: hosts on NGINX and on Gateways side by side. 3 where nothing was audited. */
export async function migration({ args, io, context }: Invocation): Promise<number> {
  const { values } = readOptions(args, options);
  limitHeapGrowth(values.from);
  const outputs = outputsOf(values.format, values.output, ['text', 'markdown', 'json']);
  const audited = await runAudit('migration', values, { io, context });
  if (typeof audited === 'number') return audited;
  const { report, problems } = audited;
  for (const problem of problems) io.err(`evenkeel migration: ${oneLine(problem)}\n`);
  for (const output of outputs)
    write(output, renderers[output.format](report), `migration as ${output.format}`, io);
  const judged = report.clusters.some(
    ({ result }) => result === 'complete' || result === 'partial',
  );
  return judged ? 0 : 3;
}

const renderers = {
  text: migrationText,
  markdown: migrationMarkdown,
  json: migrationJson,
} as const;
