import { readFileSync } from 'node:fs';
import { InputError } from '../audit/input-error.ts';
import { policyOption } from '../service/policy-file.ts';
import { ownFile } from '../audit/own-files.ts';
import { auditFolders } from '../audit/audit-folders.ts';
import { previewHere, reportOfRun, testSlackHere } from '../service/slack-here.ts';
import { nearest } from '../rules/index.ts';
import { readOptions } from './options.ts';
import { oneLine, type Invocation, type Terminal } from './terminal.ts';
import { writeOutput } from './outputs.ts';

/** `evenkeel slack preview`, `evenkeel slack test` and `evenkeel slack manifest`. */
export async function slack({ args, io, context }: Invocation): Promise<number> {
  const [verb, ...rest] = args;
  const invocation = { args: rest, io, context };
  if (verb === 'preview') return await preview(invocation);
  if (verb === 'test') return await test(invocation);
  if (verb === 'manifest') return manifest(invocation);
  const near = nearest(verb ?? '', ['preview', 'test', 'manifest']);
  throw new InputError(
    `${near === undefined ? '' : `did you mean ${near}? `}usage: evenkeel slack preview [options], evenkeel slack test [options], or evenkeel slack manifest [options]`,
  );
}

/** The manifest of the Slack app, with the address of the function app where one is given. */
function manifest({ args, io }: Invocation): number {
  const { values } = readOptions(args, { url: { type: 'string' } });
  const text = readFileSync(ownFile('../../slack/manifest.yaml'), 'utf8');
  if (values.url === undefined) {
    io.out(text);
    return 0;
  }
  const url = URL.canParse(values.url) ? new URL(values.url) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.search !== '')
    throw new InputError(
      '--url must be the https:// address of the function app, for example https://my-app.azurewebsites.net',
    );
  io.out(text.replaceAll('https://APP.azurewebsites.net', url.origin));
  return 0;
}

/** The messages of a run as text on standard output, and as Block Kit JSON in a file. */
async function preview({ args, io, context }: Invocation): Promise<number> {
  const { values } = readOptions(args, {
    from: { type: 'string', multiple: true, default: [] },
    report: { type: 'string' },
    since: { type: 'string' },
    before: { type: 'string' },
    policy: { type: 'string' },
    blocks: { type: 'string' },
  });
  const { from, report, blocks } = values;
  // `--before` is what 0.1 called it.
  const before = values.since ?? values.before;
  if ((report === undefined) === (from.length === 0))
    throw new InputError('specify a run: --from DIR or --report FILE.json (or a run ID)');
  const given = policyOption(values.policy);
  const now =
    report === undefined
      ? (await auditFolders({ directories: from, clusters: [], ...given, now: context.now })).report
      : await reportOfRun(context, report);
  const shown = await previewHere(context, {
    now,
    ...given,
    ...(before !== undefined && { before: await reportOfRun(context, before) }),
  });
  if (blocks !== undefined) {
    const messages = shown.map(({ channel, how, message }) => ({ channel, how, message }));
    writeOutput(
      blocks,
      `${JSON.stringify(messages, undefined, 2)}\n`,
      'messages as Block Kit JSON',
      io,
    );
  }
  if (shown.length === 0) io.out('This run has no messages for Slack.\n');
  printMessages(shown, io);
  return 0;
}

type PreviewedMessages = Awaited<ReturnType<typeof previewHere>>;

/** Messages as in their channels: replies indented under what they reply to. */
function printMessages(shown: PreviewedMessages, io: Terminal): void {
  const print = ({ channel, how, text }: PreviewedMessages[number], by = ''): void => {
    const head = `--- ${how} to ${oneLine(channel, 80)}\n`;
    const lines = `${how === 'critical' ? `--- post to ${oneLine(channel, 80)}\n` : head}${text}`;
    io.out(`${lines.replaceAll(/^(?=.)/gmu, by)}\n`);
  };
  const criticals = shown.filter(({ how }) => how === 'critical');
  for (const [at, each] of shown.entries()) {
    if (each.how === 'critical' || each.under !== undefined) continue;
    print(each);
    for (const reply of shown) if (reply.under === at) print(reply, '    ');
  }
  if (criticals.length === 0) return;
  io.out('In a later run each of these criticals would be a message of its own:\n\n');
  for (const each of criticals) print(each);
}

/** Posts one line to each route. 0 where all of it works, 1 where a channel or a scope is missing. */
async function test({ args, io, context }: Invocation): Promise<number> {
  const { values } = readOptions(args, { policy: { type: 'string' } });
  const { policy } = policyOption(values.policy);
  const { identity, routes } = await testSlackHere(context, policy);
  if (identity.kind === 'identity') {
    const { teamId, missing, superfluous } = identity;
    io.out(`token: valid, team ${oneLine(teamId, 40)}\n`);
    if (missing.length > 0) io.out(`scopes missing: ${oneLine(missing.join(', '))}\n`);
    if (superfluous.length > 0) io.out(`unneeded scopes: ${oneLine(superfluous.join(', '))}\n`);
  } else io.out(`token: ${oneLine(identity.code)}: ${oneLine(identity.detail)}\n`);
  for (const { route, channel, outcome } of routes) {
    const said =
      outcome.kind === 'sent'
        ? 'posted'
        : `not posted: ${oneLine(`${outcome.code}: ${outcome.detail}`)}`;
    io.out(`${oneLine(route)}  ${oneLine(channel, 40)}  ${said}\n`);
  }
  const works =
    identity.kind === 'identity' &&
    identity.missing.length === 0 &&
    routes.every(({ outcome }) => outcome.kind === 'sent');
  return works ? 0 : 1;
}
