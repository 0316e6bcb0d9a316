import type { AppContext } from '../service/app-context.ts';
import { nearest } from '../rules/index.ts';
import { InputError } from '../audit/input-error.ts';
import { version } from '../audit/version.ts';
import { help, helpOf } from './help.ts';
import type { Invocation, Terminal } from './terminal.ts';

/** Gives the exit status. */
type Command = (invocation: Invocation) => Promise<number> | number;

/** Loaded when asked for: the clients of Azure and Slack cost more than the rest together. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['audit', async (): Promise<Command> => (await import('./audit.ts')).audit],
  ['plan', async (): Promise<Command> => (await import('./plan.ts')).plan],
  ['migration', async (): Promise<Command> => (await import('./migration.ts')).migration],
  ['mcp', async (): Promise<Command> => (await import('./mcp.ts')).mcp],
  ['preflight', async (): Promise<Command> => (await import('./preflight.ts')).preflight],
  ['save', async (): Promise<Command> => (await import('./save.ts')).save],
  ['explain', async (): Promise<Command> => (await import('./explain.ts')).explain],
  ['rules', async (): Promise<Command> => (await import('./rules.ts')).listRules],
  ['policy', async (): Promise<Command> => (await import('./policy.ts')).policy],
  ['slack', async (): Promise<Command> => (await import('./slack.ts')).slack],
  ['run', async (): Promise<Command> => (await import('./run.ts')).run],
  ['version', async (): Promise<Command> => (await import('./version.ts')).showVersion],
  ['completion', async (): Promise<Command> => (await import('./completion.ts')).completion],
  ['complete', async (): Promise<Command> => (await import('./completion.ts')).complete],
]);

/** Exit status: 0 and 1 as the command says, 2 for usage and input, 3 where nothing could be done. */
export async function evenkeel(
  args: readonly string[],
  io: Terminal,
  context: AppContext,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') return say(io, `evenkeel ${version}\n`);
  // Words that wait to be completed are no options of ours.
  const asksForHelp = name !== 'complete' && (args.includes('--help') || args.includes('-h'));
  const about = name === 'help' ? rest[0] : name;
  if (about === undefined || about === '--help' || about === '-h') return say(io, help);
  const load = commands.get(about);
  if (load !== undefined && (name === 'help' || asksForHelp)) return say(io, helpOf(about) ?? help);
  if (name === undefined || load === undefined) {
    const near = nearest(about, [...commands.keys()]);
    io.err(
      `evenkeel: unknown command ${JSON.stringify(about)}${near === undefined ? '' : `; did you mean ${near}?`} (evenkeel --help lists them)\n`,
    );
    return 2;
  }
  try {
    const command = await load();
    return await command({ args: rest, io, context });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // Options do not know whose they are; the page of the command lists them.
    const own = error.message.replace('evenkeel --help', `evenkeel ${name} --help`);
    io.err(`evenkeel ${name}: ${own}\n`);
    return 2;
  }
}

function say(io: Terminal, text: string): number {
  io.out(text);
  return 0;
}
