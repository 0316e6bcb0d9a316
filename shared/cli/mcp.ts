import { existsSync } from 'node:fs';
import type { AppContext } from '../service/app-context.ts';
import { InputError } from '../audit/input-error.ts';
import { policyOption } from '../service/policy-file.ts';
import { version } from '../audit/version.ts';
import type { ToolSource } from '../tools/index.ts';
import { readOptions } from './options.ts';
import { oneLine, type Invocation } from './terminal.ts';

/** `evenkeel mcp`: the tools for agents over standard input and output, until the client hangs up. */
export async function mcp({ args, io, context }: Invocation): Promise<number> {
  const { values } = readOptions(args, {
    from: { type: 'string', multiple: true, default: [] },
    report: { type: 'string' },
    url: { type: 'string' },
    subscription: { type: 'string', multiple: true, default: [] },
    policy: { type: 'string' },
  });
  const source = await sourceOf(values, context);
  const { serveStdio } = await import('../tools/stdio.ts');
  const onFailure = (error: unknown): void =>
    io.err(`evenkeel mcp: ${oneLine(error instanceof Error ? error.message : String(error))}\n`);
  await serveStdio({ source, version, onFailure });
  return 0;
}

/** What tools answer from: one of these. */
interface SourceOptions {
  readonly from: readonly string[];
  readonly report?: string | undefined;
  readonly url?: string | undefined;
  readonly subscription: readonly string[];
  readonly policy?: string | undefined;
}

/** Each kind loads its own clients only. */
async function sourceOf(
  { from, report, url, subscription, policy }: SourceOptions,
  context: AppContext,
): Promise<ToolSource> {
  const given = [from.length > 0, report !== undefined, url !== undefined, subscription.length > 0];
  if (given.filter(Boolean).length > 1)
    throw new InputError('use only one of --from, --report, --url and --subscription');
  const rules = policyOption(policy);
  if (from.length > 0) {
    // A client that starts the server shows no more than that it ended.
    const absent = from.find((each) => !existsSync(each));
    if (absent !== undefined) throw new InputError(`${absent}: no such file or folder`);
    const { folderSource } = await import('./mcp/folder-source.ts');
    return folderSource({ directories: from, now: context.now, ...rules });
  }
  if (report !== undefined || url !== undefined) {
    const { appSource, reportSource } = await import('./mcp/report-source.ts');
    return report === undefined
      ? appSource(url ?? '', context.env['EVENKEEL_KEY'])
      : reportSource(report);
  }
  const { liveSource } = await import('./mcp/live-source.ts');
  return liveSource(context, { subscriptions: subscription, ...rules });
}
